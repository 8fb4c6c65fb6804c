import { sloReport } from '../../operations/reports/slo/report.ts';
import { reportCommand } from '../report-options.ts';

export default reportCommand({
  name: 'report-slo',
  summary: 'compliance with every SLO in a month, budgets and worst days',
  period: 'month',
  make: ({ prometheus }, period) => sloReport(prometheus, period),
});
