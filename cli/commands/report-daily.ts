import { dailyReport } from '../../operations/reports/checks/daily.ts';
import { reportCommand } from '../report-options.ts';

export default reportCommand({
  name: 'report-daily',
  summary: 'the daily list: anomalies, errors, latency, freshness, cache, predictions, lag',
  period: '1d',
  make: ({ prometheus }, period) => dailyReport(prometheus, period),
});
