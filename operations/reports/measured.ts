import { lengthOf, type Period } from './period.ts';
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

/**
 * The share of a period in which the server stored anything at all, 0 to 1: minutes with a scrape or a firing alert.
 * A period of which there is no data says nothing, neither good nor bad.
 */
export async function coverageOf(prometheus: Prometheus, { from, to }: Period): Promise<number> {
  const minutes = Math.max(1, Math.floor(lengthOf({ from, to }) / 60));
  const [stored] = await prometheus.query(
    `count_over_time((count(up) or count(ALERTS))[${minutes * 60}s:60s])`,
    to,
  );
  return Math.min(1, (stored?.value ?? 0) / minutes);
}
