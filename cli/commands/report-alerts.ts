import { alertsReport } from '../../operations/reports/alerts/report.ts';
import { reportCommand } from '../report-options.ts';

export default reportCommand({
  name: 'report-alerts',
  summary: 'alert fatigue: what fired, paged, flapped, never fired, and thresholds to look at',
  period: '30d',
  make: ({ prometheus, alertmanager }, period) => alertsReport(prometheus, alertmanager, period),
});
