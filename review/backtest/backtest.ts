import { nearest } from '../../catalogue/nearest.ts';
import type { Period } from '../../reports/period.ts';
import { PrometheusError } from '../../reports/prometheus.ts';
import { ReportError } from '../../reports/report-error.ts';
import { agreementOf } from './causes/agreement.ts';
import { isRunning } from './causes/versions.ts';
import { type Firing, firingOf } from './firing.ts';
import { CannotReplay, type Question, question } from './inline.ts';
import { fetchRecorded, type Recorded, type Stretch, stretches } from './recorded.ts';
import { type Answers, ask, type Replay, replay } from './replay.ts';
import { type AlertRule, type Pair, pairs, type RuleVersion } from './rules.ts';
import {
  type Asked,
  GENTLE,
  type Gentleness,
  LimitReached,
  type RunningRule,
  type Server,
  serverAt,
} from './server.ts';
import { offsetOf, recordedBy } from './sources.ts';
import type { Agreement } from './verify.ts';
import type { Span } from './witness.ts';

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
 * @param prometheus URL of the server.
 * @throws ReportError where the server does not answer, or no alert has the name.
 */
export async function backtest(
  before: RuleVersion | undefined,
  after: RuleVersion,
  prometheus: string,
  options: BacktestOptions,
): Promise<BacktestResult> {
  const { points, concurrency, timeout, samples } = { ...GENTLE, ...options };
  const gentle = { ...(options.step && { step: options.step }), points, concurrency, timeout, samples };
  const server = serverAt(prometheus, gentle);
  const { chosen, unchanged } = choose(before, after, options.name);
  const alerts: AlertBacktest[] = [];
  if (chosen.length > 0) {
    const run = await session({ server, before, after, chosen, gentle, period: options.period });
    for (const pair of chosen) {
      options.onProgress?.(alerts.length, chosen.length, pair.name);
      alerts.push(await run(pair));
    }
  }
  const { period } = options;
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

interface Session {
  readonly server: Server;
  readonly before: RuleVersion | undefined;
  readonly after: RuleVersion;
  readonly chosen: readonly Pair[];
  readonly gentle: Gentleness;
  readonly period: Period;
}

/** What all alerts share is asked for once. */
async function session({ server, before, after, chosen, gentle, period }: Session) {
  const span: Span = { from: period.from * 1000, to: period.to * 1000 };
  const running = await server.rules();
  const recorded = async (version: RuleVersion | undefined, other: RuleVersion | undefined, side: Side) =>
    version &&
    (await recordedBy(
      server,
      running,
      version,
      other,
      chosen.flatMap((pair) => pair[side] ?? []),
      span,
    ));
  const sides = {
    before: { version: before, isRecorded: await recorded(before, undefined, 'before') },
    after: { version: after, isRecorded: await recorded(after, before, 'after') },
  };
  const offsets = new Map<string, Promise<number | undefined>>();
  const offset = (group: string, interval: number) => {
    const key = `${group} ${interval}`;
    const known = offsets.get(key) ?? offsetOf(server, running, group, interval, span.to);
    offsets.set(key, known);
    return known;
  };

  return async (pair: Pair): Promise<AlertBacktest> => {
    const rule = pair.after ?? pair.before;
    if (rule === undefined) throw new Error(`${pair.name} is in neither version`);
    try {
      return await whole(pair, rule);
    } catch (error) {
      const problem = problemOf(error);
      return {
        ...about(pair, rule),
        ...(pair.before && { before: problem }),
        ...(pair.after && { after: problem }),
      };
    }
  };

  function about(pair: Pair, rule: AlertRule) {
    const step = gentle.step ?? rule.interval / 1000;
    return { name: pair.name, change: pair.change, severity: rule.labels.severity ?? '', step };
  }

  async function whole(pair: Pair, rule: AlertRule): Promise<AlertBacktest> {
    // What is pending or lingers when the period begins became active before it.
    const memory = Math.max(...[pair.before, pair.after].map((each) => (each ? lasts(each) : 0)));
    const read: Span = { from: span.from - memory, to: span.to };
    const own = running.find(({ type, name }) => type === 'alerting' && name === pair.name);
    const interval = (pair.before ?? rule).interval;
    const history = await fetchRecorded(server, pair.name, read, interval, gentle.points);
    const step = gentle.step === undefined ? undefined : gentle.step * 1000;
    const answered = new Map<string, Promise<Answers>>();
    const run = async (side: Side): Promise<Run | Unanswered | undefined> => {
      const alert = pair[side];
      const { version, isRecorded } = sides[side];
      if (alert === undefined || version === undefined || isRecorded === undefined) return undefined;
      try {
        const asked = question(alert.expr, version, isRecorded);
        const group = own?.group ?? alert.group;
        const seen = alert.interval === interval ? history.instants : [];
        const otherwise = seen.length > 0 ? undefined : await offset(group, alert.interval);
        const at = stretches(seen, read, alert.interval, otherwise);
        const every = step ?? alert.interval;
        const key = `${every} ${alert.interval} ${asked.expr}`;
        const answers = answered.get(key) ?? ask(server, asked.expr, at, every, gentle.points);
        answered.set(key, answers);
        return {
          rule: alert,
          question: asked,
          at,
          step: every,
          answers: await answers,
          replay: replay(await answers, alert),
        };
      } catch (error) {
        if (error instanceof CannotReplay || error instanceof ReportError) return { problem: error.message };
        throw error;
      }
    };
    // One after the other, so that what both ask is asked once.
    const runs = { before: await run('before'), after: await run('after') };
    const agreement = await verified(runs, history, own, { server, span, points: gentle.points });
    return {
      ...about(pair, rule),
      ...(runs.before && { before: outcome(runs.before, span) }),
      ...(runs.after && { after: outcome(runs.after, span) }),
      ...(agreement && { agreement }),
    };
  }
}

type Side = 'before' | 'after';

/** What concerns one alert alone; a server that does not answer concerns them all. */
function problemOf(error: unknown): Unanswered {
  if (error instanceof CannotReplay || error instanceof PrometheusError || error instanceof LimitReached)
    return { problem: error.message };
  throw error;
}

/** A version of an alert with the answers to it. */
interface Run {
  readonly rule: AlertRule;
  readonly question: Question;
  readonly at: readonly Stretch[];
  readonly step: number;
  readonly answers: Answers;
  readonly replay: Replay;
}

const lasts = ({ hold, interval }: AlertRule): number => hold.for + hold.keepFiringFor + 2 * interval;

const isRun = (run: Run | Unanswered | undefined): run is Run => run !== undefined && 'replay' in run;

const outcome = (run: Run | Unanswered, period: Span): Outcome | Unanswered =>
  isRun(run)
    ? {
        question: run.question,
        firing: firingOf(run.replay.series.values(), run.step, period),
        refused: run.replay.refused,
      }
    : run;

/** Holds the version that ran against what the server recorded: the one that it runs now, else the older one. */
async function verified(
  runs: Readonly<Record<Side, Run | Unanswered | undefined>>,
  recorded: Recorded,
  running: RunningRule | undefined,
  { server, span, points }: { readonly server: Server; readonly span: Span; readonly points: number },
): Promise<AlertBacktest['agreement']> {
  if (running === undefined && recorded.instants.length === 0) return undefined;
  const sides = (['before', 'after'] as const).filter((side) => isRun(runs[side]));
  const version = sides.find((side) => running && isRunning((runs[side] as Run).rule, running)) ?? sides[0];
  if (version === undefined) return undefined;
  const run = runs[version] as Run;
  const other = runs[version === 'before' ? 'after' : 'before'];
  const agreement = await agreementOf({
    server,
    rule: run.rule,
    expr: run.question.expr,
    period: span,
    stretches: run.at,
    step: run.step,
    points,
    answers: run.answers,
    replay: run.replay,
    recorded,
    running,
    other: isRun(other) ? other.replay : undefined,
  });
  return { ...agreement, version };
}
