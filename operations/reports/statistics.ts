import type { Point } from './document.ts';

/** A straight line by least squares through points of Unix seconds. */
export interface Fit {
  /** Change a second. */
  readonly slope: number;
  /** Value of the line at an instant. */
  readonly at: (seconds: number) => number;
  /** Share of the variance that the line explains, 0 to 1. */
  readonly r2: number;
}

/** @returns undefined with fewer than two instants. */
export function linearFit(points: readonly Point[]): Fit | undefined {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null);
  const origin = known[0]?.[0];
  if (origin === undefined || known.length < 2) return undefined;
  const meanX = mean(known.map(([x]) => x - origin));
  const meanY = mean(known.map(([, y]) => y));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [x, y] of known) {
    const dx = x - origin - meanX;
    xx += dx * dx;
    xy += dx * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (xx === 0) return undefined;
  const slope = xy / xx;
  return {
    slope,
    at: (seconds) => meanY + slope * (seconds - origin - meanX),
    r2: yy === 0 ? 1 : (slope * xy) / yy,
  };
}

/**
 * Days until a value that grows as a line does passes a limit; undefined where it never does, 0 where it has.
 * @param now the value, which the line may be far from.
 */
export function daysToLimit(fit: Fit, limit: number, now: number): number | undefined {
  const left = limit - now;
  if (left <= 0) return 0;
  // Under a thousandth of the limit in ten years is rounding, not growth.
  if (fit.slope * 3650 * 86_400 < limit / 1000) return undefined;
  return left / fit.slope / 86_400;
}

/** Quantile with linear interpolation between neighbours, as PromQL computes it; NaN without values. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : sum(values) / values.length;

/**
 * How far a value lies from a past, in standard deviations: the median, and the median distance from it (times
 * 1.4826, which makes it the standard deviation of a normal distribution), which outliers hardly move.
 */
export function robustScore(value: number, past: readonly number[]): number {
  const middle = quantile(0.5, past);
  const spread =
    1.4826 *
    quantile(
      0.5,
      past.map((each) => Math.abs(each - middle)),
    );
  // A past that hardly moved would make any change infinite; 1 % of its level counts as spread at least.
  return (value - middle) / Math.max(spread, Math.abs(middle) * 0.01, Number.EPSILON);
}
