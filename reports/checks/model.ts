import type { Point, State } from '../document.ts';
import { lengthOf, type Period } from '../period.ts';
import type { Prometheus } from '../prometheus.ts';
import { type Fit, linearFit, mean, robustScore } from '../statistics.ts';
import type { CheckDefinition } from './list.ts';

export interface CheckResult extends CheckDefinition {
  readonly points: readonly Point[];
  readonly last: number | undefined;
  readonly mean: number | undefined;
  /** The worst value of the period, in the direction that is not better; the highest, where neither is. */
  readonly extreme: number | undefined;
  /** Share of the period's points beyond the bound. */
  readonly beyond: number;
  readonly before: { readonly mean: number | undefined; readonly name: string };
  /** Change a day by a straight line through the period; undefined under a day, or where it explains too little. */
  readonly perDay: number | undefined;
  /** Times at which the value was far from the past, with how far in standard deviations. */
  readonly anomalies: readonly { readonly at: number; readonly value: number; readonly score: number }[];
  readonly state: State;
}

/** A day in 15 minutes, a week in two hours. */
const POINTS = 96;
/** Standard deviations beyond which a value is taken for an anomaly: 1 in 15,000 of a normal distribution. */
const FAR = 4;
/** A line through less than this share of the movement is noise. */
const TREND = 0.3;
/** What has not seen a day has no change a day. */
const DAY = 86_400;
/** A past shorter than this has no usual. */
const FEWEST = 12;

/**
 * Asks for a check over a period and the equally long one before it.
 * @param measured the part of the period that there is data of.
 */
export async function runCheck(
  prometheus: Prometheus,
  check: CheckDefinition,
  { period, measured }: { readonly period: Period; readonly measured: Period },
  before: string,
): Promise<CheckResult> {
  const step = Math.max(60, Math.floor(lengthOf(measured) / POINTS));
  const past: Period = { from: period.from - lengthOf(period), to: period.from - step };
  const [now] = await prometheus.range(check.expr, measured, step);
  const [earlier] = await prometheus.range(check.expr, past, step);
  return resultOf(check, now?.points ?? [], earlier?.points ?? [], before);
}

/** Pure. */
export function resultOf(
  check: CheckDefinition,
  points: readonly Point[],
  past: readonly Point[],
  before: string,
): CheckResult {
  const values = numbers(points);
  const earlier = numbers(past);
  const { better, bound } = check;
  const isBeyond = (value: number) =>
    bound !== undefined && (better === 'low' ? value > bound : better === 'high' ? value < bound : false);
  const beyond = values.length === 0 ? 0 : values.filter(isBeyond).length / values.length;
  const anomalies = anomaliesOf(check, points, earlier);
  const last = values.at(-1);
  const fit = linearFit(points);
  return {
    ...check,
    points,
    last,
    mean: values.length === 0 ? undefined : mean(values),
    extreme: values.length === 0 ? undefined : better === 'high' ? Math.min(...values) : Math.max(...values),
    beyond,
    before: { name: before, mean: earlier.length === 0 ? undefined : mean(earlier) },
    perDay: isTrend(fit, points) ? fit.slope * DAY : undefined,
    anomalies,
    state:
      last === undefined
        ? 'none'
        : isBeyond(last)
          ? 'bad'
          : beyond > 0 || anomalies.length > 0
            ? 'warn'
            : 'good',
  };
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

/** Only the bad side counts, where there is one: being faster than ever is no anomaly to look into. */
function anomaliesOf(
  { better }: CheckDefinition,
  points: readonly Point[],
  past: readonly number[],
): CheckResult['anomalies'] {
  if (past.length < FEWEST) return [];
  return points.flatMap(([at, value]) => {
    if (value === null) return [];
    const score = robustScore(value, past);
    const far = better === 'low' ? score > FAR : better === 'high' ? score < -FAR : Math.abs(score) > FAR;
    return far ? [{ at, value, score }] : [];
  });
}
