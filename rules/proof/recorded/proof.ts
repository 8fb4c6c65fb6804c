import type { InputSeries, Phase, RecordingProof } from '../../alert.ts';
import { spread } from '../../alerts/define.ts';

export type { RecordingProof, Yield } from '../../alert.ts';

/** Metrics that behave in one way for twenty minutes. */
export const steady = (series: readonly InputSeries[]): Phase[] => [{ lasts: '20m', series }];

/** How long the second part of a turn lasts, in seconds: shorter than the range of any rate, longer than half of it. */
const AFTER = 240;

/** Metrics that change four minutes before the end, so that a rate over five sees some of what was before. */
export const turn = (before: readonly InputSeries[], after: readonly InputSeries[]): Phase[] => [
  { lasts: '20m', series: before },
  { lasts: `${AFTER}s`, series: after },
];

/** What a rate over five minutes is at the end of a turn: from its first sample to its last it sees 285 seconds. */
export const mixed = (before: number, after: number): number =>
  (before * (285 - AFTER) + after * AFTER) / 285;

/** A histogram on two pods whose observations all lie in the bucket under a bound. */
export const observed = (
  metric: string,
  labels: Readonly<Record<string, string>>,
  buckets: readonly number[],
  bound: number,
  perSecond: number,
): InputSeries[] =>
  [...buckets, Infinity].flatMap((le) =>
    spread(
      `${metric}_bucket`,
      { ...labels, le: le === Infinity ? '+Inf' : String(le) },
      le >= bound ? perSecond : 0,
    ),
  );

/**
 * A turn of a histogram from observations in a low bucket to some in a high one, beside labels that have none, and
 * the quantile that a rate over five minutes has of it: of five observations four lie in the high bucket.
 */
export function quantileTurn(
  metric: string,
  label: string,
  buckets: readonly number[],
  quantile: number,
): Pick<RecordingProof, 'phases' | 'yields'> {
  const [low = 0, high = 0] = [buckets[3], buckets[8]];
  const beneath = buckets[7] ?? 0;
  const busy = { [label]: 'busy' };
  const idle = observed(metric, { [label]: 'idle' }, buckets, low, 0);
  return {
    phases: turn(
      [...observed(metric, busy, buckets, low, 4), ...idle],
      [...observed(metric, busy, buckets, high, 3), ...idle],
    ),
    yields: [{ labels: busy, value: beneath + (high - beneath) * (quantile - (1 - quantile) / 4) }],
  };
}
