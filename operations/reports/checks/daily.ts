import type { Report } from '../document.ts';
import { measuredPart } from '../measured.ts';
import { describePeriod, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { CHECKS } from './list.ts';
import { type CheckResult, runCheck } from './model.ts';
import { anomalySection, checksSection, checksVerdict } from './sections.ts';

/** The daily list: anomalies, errors, latency, freshness, cache, predictions, lag. */
export async function dailyReport(prometheus: Prometheus, period: Period): Promise<Report> {
  const results = await checksIn(prometheus, period, 'before');
  return {
    title: 'Daily check',
    period: describePeriod(period),
    verdict: checksVerdict(results),
    sections: [checksSection(results, 'Checks'), anomalySection(results)],
    data: results.map(({ points: _, ...rest }) => rest),
  };
}

export async function checksIn(
  prometheus: Prometheus,
  period: Period,
  before: string,
): Promise<readonly CheckResult[]> {
  const over = { period, measured: await measuredPart(prometheus, period) };
  const results: CheckResult[] = [];
  for (const check of CHECKS) results.push(await runCheck(prometheus, check, over, before));
  return results;
}
