import { weeklyReport } from '../../operations/reports/checks/weekly.ts';
import { reportCommand } from '../report-options.ts';

export default reportCommand({
  name: 'report-weekly',
  summary: 'the weekly list: trends, capacity, alert fatigue, thresholds',
  period: '7d',
  make: ({ prometheus, alertmanager }, period) => weeklyReport(prometheus, alertmanager, period),
});
