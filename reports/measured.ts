import type { Period } from './period.ts';
import type { Prometheus } from './prometheus.ts';

/**
 * The part of a period that a Prometheus can have data of. A grid over a month would step over all that a stack of an
 * hour ago has measured.
 * @returns the whole period where Prometheus does not scrape itself, or holds nothing yet.
 */
export async function measuredPart(prometheus: Prometheus, period: Period): Promise<Period> {
  const [lowest] = await prometheus.query('min(prometheus_tsdb_lowest_timestamp_seconds)', period.to);
  const from = Math.max(period.from, lowest?.value ?? 0);
  return from < period.to ? { from, to: period.to } : period;
}
