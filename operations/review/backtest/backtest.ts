import type { Endpoint } from '../../../lib/endpoint.ts';
import { nearest } from '../../../lib/nearest.ts';
import type { Period } from '../../reports/period.ts';
import { ReportError } from '../../reports/report-error.ts';
import type { Firing } from './firing.ts';
import type { Question } from './inline.ts';
import { type Pair, pairs, type RuleVersion } from './rules.ts';
import { type Asked, GENTLE, type Gentleness, serverAt } from './server.ts';
import { Session } from './session.ts';
import type { Agreement } from './verify.ts';

export interface BacktestOptions extends Partial<Gentleness> {
  readonly period: Period;
  /** Only this alert, changed or not. Default: every one that changed, or without `before` every one. */
  readonly name?: string;
  /** Told of each alert before it is asked for. Default: nobody is. */
  readonly onProgress?: (done: number, of: number, name: string) => void;
}

/** One version of an alert over the period. */
export interface Outcome {
  /** What was asked, and which recorded series in it were computed anew. */
  readonly question: Question;
  readonly firing: Firing;
  /** Evaluations that Prometheus would have refused, because two results had the same labels. */
  readonly refused: number;
}

/** Why a version could not be replayed. */
export interface Unanswered {
  readonly problem: string;
}

export interface AlertBacktest {
  readonly name: string;
  readonly change: Pair['change'];
  readonly severity: string;
  /** Seconds between the evaluations that were asked for. */
  readonly step: number;
  readonly before?: Outcome | Unanswered;
  readonly after?: Outcome | Unanswered;
  /** How the version that ran agrees with what the server recorded; undefined where none ran. */
  readonly agreement?: Agreement & { readonly version: 'before' | 'after' };
  /** Why it could not be held against that. */
  readonly unverified?: string;
}

export interface BacktestResult {
  readonly period: Period;
  /** Whether two versions were compared. */
  readonly compared: boolean;
  readonly alerts: readonly AlertBacktest[];
  /** Alerts that are the same in both versions, and were not asked for. */
  readonly unchanged: number;
  readonly asked: Asked;
  readonly gentle: Gentleness;
}

/**
 * Evaluates alerts over the history of a Prometheus, `for` and `keep_firing_for` included.
 *
 * @param before the version to compare with; without one every alert of `after` is evaluated.
 * @throws PrometheusError where the server does not answer, ReportError where no alert has the name.
 */
export async function backtest(
  before: RuleVersion | undefined,
  after: RuleVersion,
  prometheus: Endpoint,
  options: BacktestOptions,
): Promise<BacktestResult> {
  const { points, concurrency, timeout, samples } = { ...GENTLE, ...options };
  const gentle = { ...(options.step && { step: options.step }), points, concurrency, timeout, samples };
  const server = serverAt(prometheus, gentle);
  const { chosen, unchanged } = choose(before, after, options.name);
  const alerts: AlertBacktest[] = [];
  const { period } = options;
  if (chosen.length > 0) {
    const session = await Session.open({
      server,
      versions: { before, after },
      pairs: chosen,
      gentle,
      period: { from: period.from * 1000, to: period.to * 1000 },
    });
    for (const pair of chosen) {
      options.onProgress?.(alerts.length, chosen.length, pair.name);
      alerts.push(await session.run(pair));
    }
  }
  return { period, compared: before !== undefined, alerts, unchanged, asked: server.asked(), gentle };
}

function choose(before: RuleVersion | undefined, after: RuleVersion, name: string | undefined) {
  const all: readonly Pair[] =
    before === undefined
      ? after.alerts.map((alert) => ({ name: alert.name, change: 'unchanged', after: alert }))
      : pairs(before, after);
  if (name !== undefined) {
    const chosen = all.filter((pair) => pair.name === name);
    if (chosen.length > 0) return { chosen, unchanged: 0 };
    const names = all.map((pair) => pair.name);
    const near = nearest(name, names);
    throw new ReportError(
      `NAME=${name} is no alert.${near ? ` Did you mean ${near}?` : ` There are: ${names.join(', ')}`}`,
    );
  }
  const chosen = before === undefined ? all : all.filter(({ change }) => change !== 'unchanged');
  return { chosen, unchanged: all.length - chosen.length };
}
