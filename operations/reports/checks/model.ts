import type { Point, State } from '../document.ts';
import { lengthOf, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { type Fit, linearFit, mean, robustScore } from '../statistics.ts';
import { type Grid, gridOver, resolutionFor, within } from '../within.ts';
import type { CheckDefinition } from './list.ts';

export interface CheckResult extends CheckDefinition {
  /** The mean of each step. */
  readonly points: readonly Point[];
  /** The value at the end of the period; undefined where there is none then. */
  readonly last: number | undefined;
  readonly mean: number | undefined;
  /** The worst value of the period, in the direction that is not better; the highest, where neither is. */
  readonly extreme: number | undefined;
  /** Share of the time with data that was beyond the bound. */
  readonly beyond: number;
  /** Share of the period's steps without any data. */
  readonly missing: number;
  readonly before: { readonly mean: number | undefined; readonly name: string };
  /** Change a day by a straight line through the period; undefined under a day, or where it explains too little. */
  readonly perDay: number | undefined;
  /** Times at which the value was far from the past, with how far in standard deviations. */
  readonly anomalies: readonly { readonly at: number; readonly value: number; readonly score: number }[];
  readonly state: State;
}

/** What a check was over a stretch of time, step by step. */
export interface CheckHistory {
  /** Means. */
  readonly points: readonly Point[];
  /** The lowest and the highest value inside each step, as far as they are bad. Default: the means. */
  readonly low?: readonly Point[];
  readonly high?: readonly Point[];
  /** The share of each step beyond the bound. Default: whether its mean is. */
  readonly beyond?: readonly Point[];
  /** The value when the period ended; null where there was none. Default: the last mean. */
  readonly last?: number | null;
  /** Times at which there should be data. Default: those of the means. */
  readonly grid?: Grid;
}

/** A day in 15 minutes, a week in two hours. */
const POINTS = 96;
/** Prometheus answers at most 11,000 points a series. */
const MOST_POINTS = 10_000;
/** Standard deviations beyond which a value is taken for an anomaly: 1 in 15,000 of a normal distribution. */
const FAR = 4;
/** A line through less than this share of the movement is noise. */
const TREND = 0.3;
/** What has not seen a day has no change a day. */
const DAY = 86_400;
/** A past shorter than this has no usual. */
const FEWEST = 12;
/** Seconds until the windows of a stack that has just started are full: the first values are allowed to be late. */
const WARMING_UP = 600;

/**
 * Asks for a check over a period and the equally long one before it. Every sample counts: each step is asked for its
 * mean, its worst value and its share beyond the bound, never for the value at its end.
 * @param measured the part of the period that there is data of.
 */
export async function runCheck(
  prometheus: Prometheus,
  check: CheckDefinition,
  { period, measured }: { readonly period: Period; readonly measured: Period },
  before: string,
): Promise<CheckResult> {
  const grid = gridOver(measured, POINTS);
  // As fine as the period itself, so that extremes can be compared, as far as Prometheus answers so many points.
  const steps = Math.min(MOST_POINTS, Math.ceil(lengthOf(period) / grid.step));
  const past = gridOver({ from: period.from - lengthOf(period), to: period.from }, steps);
  const now = await historyOf(prometheus, check, grid);
  const [last] = await prometheus.query(check.expr, measured.to);
  return resultOf(
    check,
    { ...now, grid, last: last?.value ?? null },
    await historyOf(prometheus, check, past),
    before,
  );
}

async function historyOf(
  prometheus: Prometheus,
  { expr, better, bound }: CheckDefinition,
  { period, step }: Grid,
): Promise<CheckHistory> {
  const resolution = resolutionFor(lengthOf(period) + step);
  const ask = async (fold: 'avg' | 'max' | 'min', of: string) =>
    (await prometheus.range(within(fold, of, step, resolution), period, step))[0]?.points ?? [];
  const isBeyond = `(${expr}) ${better === 'low' ? '>' : '<'} bool ${bound}`;
  return {
    points: await ask('avg', expr),
    ...(better !== 'low' && { low: await ask('min', expr) }),
    ...(better !== 'high' && { high: await ask('max', expr) }),
    ...(bound !== undefined && better !== 'either' && { beyond: await ask('avg', isBeyond) }),
  };
}

/** Pure. A list of points is a history that knows no more than their values. */
export function resultOf(
  check: CheckDefinition,
  history: CheckHistory | readonly Point[],
  past: CheckHistory | readonly Point[],
  before: string,
): CheckResult {
  const now = known(history);
  const earlier = known(past);
  const { points, low = points, high = points, grid } = now;
  const values = numbers(points);
  const { better, bound } = check;
  const isBeyond = (value: number) =>
    bound !== undefined && (better === 'low' ? value > bound : better === 'high' ? value < bound : false);
  const shares = numbers(now.beyond ?? points.map(([at, value]) => [at, shareOf(value, isBeyond)]));
  const beyond = shares.length === 0 ? 0 : mean(shares);
  const extremes = numbers(better === 'high' ? low : high);
  const extreme =
    extremes.length === 0 ? undefined : better === 'high' ? least(extremes) : greatest(extremes);
  const anomalies = [
    ...(better === 'low' ? [] : anomaliesOf(low, numbers(earlier.low ?? earlier.points), 'low')),
    ...(better === 'high' ? [] : anomaliesOf(high, numbers(earlier.high ?? earlier.points), 'high')),
  ].sort((a, b) => a.at - b.at);
  const last = now.last === undefined ? values.at(-1) : (now.last ?? undefined);
  const missing = missingOf(points, grid);
  const fit = linearFit(points);
  const previous = numbers(earlier.points);
  return {
    ...check,
    points,
    last,
    mean: values.length === 0 ? undefined : mean(values),
    extreme,
    beyond,
    missing,
    before: { name: before, mean: previous.length === 0 ? undefined : mean(previous) },
    perDay: isTrend(fit, points) ? fit.slope * DAY : undefined,
    anomalies,
    state: stateOf(),
  };

  function stateOf(): State {
    if (last !== undefined && isBeyond(last)) return 'bad';
    if (beyond > 0 || anomalies.length > 0 || (extreme !== undefined && isBeyond(extreme))) return 'warn';
    if (last === undefined) return 'none';
    return missing > 0 ? 'warn' : 'good';
  }
}

const known = (history: CheckHistory | readonly Point[]): CheckHistory =>
  'points' in history ? history : { points: history };

const shareOf = (value: number | null, isBeyond: (value: number) => boolean): number | null =>
  value === null ? null : Number(isBeyond(value));

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

/** The share of a grid's steps that have no data, the first ten minutes left out; 0 without a grid. */
function missingOf(points: readonly Point[], grid: Grid | undefined): number {
  if (grid === undefined) return 0;
  const { period, step } = grid;
  const there = new Set(points.flatMap(([at, value]) => (value === null ? [] : [Math.round(at)])));
  const from = period.from - step + WARMING_UP;
  const steps = Array.from(
    { length: Math.round(lengthOf(period) / step) + 1 },
    (_, n) => period.from + n * step,
  );
  const expected = steps.filter((at) => at > from);
  if (expected.length === 0) return there.size === 0 ? 1 : 0;
  return expected.filter((at) => !there.has(Math.round(at))).length / expected.length;
}

function isTrend(fit: Fit | undefined, points: readonly Point[]): fit is Fit {
  const [first, last] = [points[0], points.at(-1)];
  return (
    fit !== undefined &&
    fit.slope !== 0 &&
    fit.r2 >= TREND &&
    first !== undefined &&
    last !== undefined &&
    last[0] - first[0] >= DAY
  );
}

const numbers = (points: readonly Point[]) => points.flatMap(([, value]) => (value === null ? [] : [value]));

/** Values far from the past on the side that is bad: being faster than ever is no anomaly to look into. */
function anomaliesOf(
  points: readonly Point[],
  past: readonly number[],
  side: 'low' | 'high',
): CheckResult['anomalies'] {
  if (past.length < FEWEST) return [];
  return points.flatMap(([at, value]) => {
    if (value === null) return [];
    const score = robustScore(value, past);
    return (side === 'high' ? score > FAR : score < -FAR) ? [{ at, value, score }] : [];
  });
}
