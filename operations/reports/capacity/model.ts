import type { Point, State } from '../document.ts';
import type { RuleState } from '../prometheus.ts';
import { daysToLimit, type Fit, linearFit } from '../statistics.ts';
import type { CostHistory, ResourceHistory } from './fetch.ts';

export interface Growth extends ResourceHistory {
  /** The last point. A straight line through the period may be far from it. */
  readonly now: number;
  readonly perDay: number;
  /** How much of the movement the straight line explains, 0 to 1. */
  readonly r2: number;
  /** Whether the line says something of the time to come. */
  readonly trend: boolean;
  /** Until it passes the limit, from where it is at the rate of the fit; undefined where it never does. */
  readonly daysLeft: number | undefined;
  readonly fit: Fit;
  readonly state: State;
}

/** Less time than this to act, in days. */
const ACT = 7;
const PLAN = 30;
/** A line through less than this explains nothing: noise is not growth. */
const TREND = 0.3;
/** A shorter past has not seen a day's shape. */
const DAY = 86_400;

/** Growth of a resource, by a straight line through its points. Undefined with fewer than two. */
export function growthOf(resource: ResourceHistory): Growth | undefined {
  const { limit, points } = resource;
  const fit = linearFit(points);
  const now = points.findLast(([, value]) => value !== null)?.[1];
  if (fit === undefined || now === undefined || now === null) return undefined;
  const full = limit !== undefined && now >= limit;
  const trend = full || (fit.r2 >= TREND && spanOf(points) >= DAY);
  const daysLeft = limit === undefined || !trend ? undefined : daysToLimit(fit, limit, now);
  return {
    ...resource,
    now,
    perDay: fit.slope * DAY,
    r2: fit.r2,
    trend,
    daysLeft,
    fit,
    state: stateOf(limit, daysLeft),
  };
}

const spanOf = (points: readonly Point[]) => (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);

function stateOf(limit: number | undefined, daysLeft: number | undefined): State {
  if (limit === undefined) return 'none';
  if (daysLeft === undefined || daysLeft > PLAN) return 'good';
  return daysLeft > ACT ? 'warn' : 'bad';
}

export interface RuleCost {
  readonly name: string;
  readonly group: string;
  /** Of the last evaluation. */
  readonly seconds: number;
  /** Share of one core that the rule takes: seconds of an evaluation over the interval. */
  readonly load: number;
}

/** The rules that cost most, of all that were evaluated. */
export const expensiveRules = (rules: readonly RuleState[], most = 10): readonly RuleCost[] =>
  rules
    .map(({ name, group, evaluationTime, interval }) => ({
      name,
      group,
      seconds: evaluationTime,
      load: evaluationTime / interval,
    }))
    .sort((a, b) => b.load - a.load || (a.name < b.name ? -1 : 1))
    .slice(0, most);

/** Bytes that the retention time will take once it has passed; undefined before the first compaction. */
export function expectedStorage(cost: CostHistory): number | undefined {
  const { samplesPerSecond, bytesPerSample, retentionSeconds } = cost;
  return samplesPerSecond === undefined || bytesPerSample === undefined || !retentionSeconds
    ? undefined
    : samplesPerSecond * bytesPerSample * retentionSeconds;
}
