import { capacityReport } from '../../operations/reports/capacity/report.ts';
import { reportCommand } from '../report-options.ts';

export default reportCommand({
  name: 'report-capacity',
  summary: 'growth and days to limit of disk, memory and series; cost of the monitoring itself',
  period: '30d',
  make: ({ prometheus }, period) => capacityReport(prometheus, period),
});
