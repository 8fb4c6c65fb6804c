import type { InputSeries, Threshold, ThresholdUnit } from './alert.ts';

export const above = (value: number, unit: ThresholdUnit): Threshold => ({ value, unit, direction: 'above' });
export const below = (value: number, unit: ThresholdUnit): Threshold => ({ value, unit, direction: 'below' });

type Labels = Readonly<Record<string, string>>;

/** A series as PromQL writes it. */
export function series(metric: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length > 0 ? `${metric}{${pairs.join(', ')}}` : metric;
}

export const gauge = (metric: string, labels: Labels, value: number, slope = 0): InputSeries => ({
  series: series(metric, labels),
  kind: 'gauge',
  value,
  slope,
});

/** A counter that grows by `perSecond`. */
export const counter = (metric: string, labels: Labels, perSecond: number): InputSeries => ({
  series: series(metric, labels),
  kind: 'counter',
  value: perSecond,
});

/** A Unix time that lies `secondsAgo` back. */
export const age = (metric: string, labels: Labels, secondsAgo: number): InputSeries => ({
  series: series(metric, labels),
  kind: 'age',
  value: secondsAgo,
});

/** A counter spread unevenly over two pods: rules must add up what further labels divide. */
export const spread = (metric: string, labels: Labels, perSecond: number): InputSeries[] => [
  counter(metric, { ...labels, instance: 'a:1', pod: 'a', zone: 'west' }, perSecond * 0.75),
  counter(metric, { ...labels, instance: 'b:1', pod: 'b', zone: 'east' }, perSecond * 0.25),
];

/** Buckets of a histogram on two pods whose quantile is `level`, at a number of observations a second. */
export function quantileAt(
  metric: string,
  labels: Labels,
  buckets: readonly number[],
  quantile: number,
  level: number,
  perSecond: number,
): InputSeries[] {
  const upper = buckets.findIndex((bound) => level <= bound);
  const lowerBound = buckets[upper - 1] ?? 0;
  const upperBound = buckets[upper] ?? level;
  const within = (level - lowerBound) / (upperBound - lowerBound);
  const share = Math.max(0, (quantile - within) / (1 - within));
  const parts = [...buckets, Infinity].map((bound, index) => {
    const cumulative = index < upper - 1 ? 0 : index === upper - 1 ? share : 1;
    const le = bound === Infinity ? '+Inf' : String(bound);
    return spread(`${metric}_bucket`, { ...labels, le }, perSecond * cumulative);
  });
  return [...parts.flat(), ...spread(`${metric}_count`, labels, perSecond)];
}

/** Sum and count of a histogram on two pods whose mean is `level`. */
export const meanAt = (metric: string, labels: Labels, level: number, perSecond: number): InputSeries[] => [
  ...spread(`${metric}_sum`, labels, level * perSecond),
  ...spread(`${metric}_count`, labels, perSecond),
];
