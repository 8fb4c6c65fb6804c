import { PrometheusError } from '../../../lib/prometheus-client.ts';
import { isAbsence, walk } from '../../../lib/promql/ast.ts';
import { parse } from '../../../lib/promql/parse.ts';
import { settingsName } from '../../../rules/alert-names.ts';
import { alertnameOf } from '../../../rules/index.ts';
import type { AlertBacktest, Outcome, Unanswered } from './backtest.ts';
import { agreementOf } from './causes/agreement.ts';
import { isRunning } from './causes/versions.ts';
import { firingOf } from './firing.ts';
import type { Span } from './firing-evidence.ts';
import { CannotReplay, type Question, question } from './inline.ts';
import { fetchRecorded, type Recorded, type Stretch, stretches } from './recorded.ts';
import { type Answers, ask, type Replay, replay } from './replay.ts';
import type { AlertRule, Pair, RuleVersion } from './rules.ts';
import { type Gentleness, LimitReached, type RunningRule, type Server } from './server.ts';
import { offsetOf, recordedBy } from './sources.ts';

type Side = 'before' | 'after';
type IsRecorded = Awaited<ReturnType<typeof recordedBy>>;

export interface SessionOptions {
  readonly server: Server;
  readonly versions: Readonly<Record<Side, RuleVersion | undefined>>;
  readonly pairs: readonly Pair[];
  readonly gentle: Gentleness;
  /** In milliseconds. */
  readonly period: Span;
}

/** Alerts of two versions on one server: what they share is asked for once. */
export class Session {
  readonly #options: SessionOptions;
  readonly #running: readonly RunningRule[];
  readonly #isRecorded: Readonly<Record<Side, IsRecorded>>;
  readonly #offsets = new Map<string, Promise<number | undefined>>();

  private constructor(
    options: SessionOptions,
    running: readonly RunningRule[],
    isRecorded: Readonly<Record<Side, IsRecorded>>,
  ) {
    this.#options = options;
    this.#running = running;
    this.#isRecorded = isRecorded;
  }

  static async open(options: SessionOptions): Promise<Session> {
    const { server, versions, pairs, period } = options;
    const running = await server.rules();
    const recorded = async (side: Side, other: RuleVersion | undefined): Promise<IsRecorded> => {
      const alerts = pairs.flatMap((pair) => pair[side] ?? []);
      const version = versions[side];
      return version ? await recordedBy(server, running, version, other, alerts, period) : () => false;
    };
    return new Session(options, running, {
      before: await recorded('before', undefined),
      after: await recorded('after', versions.before),
    });
  }

  async run(pair: Pair): Promise<AlertBacktest> {
    const rule = pair.after ?? pair.before;
    if (rule === undefined) throw new Error(`${pair.name} is in neither version`);
    const { gentle } = this.#options;
    const about = {
      name: pair.name,
      change: pair.change,
      severity: rule.labels.severity ?? '',
      step: gentle.step ?? rule.interval / 1000,
    };
    try {
      return { ...about, ...(await this.#asked(pair, rule)) };
    } catch (error) {
      const problem = problemOf(error);
      return { ...about, ...(pair.before && { before: problem }), ...(pair.after && { after: problem }) };
    }
  }

  async #asked(pair: Pair, rule: AlertRule): Promise<Pick<AlertBacktest, Side | 'agreement' | 'unverified'>> {
    const { server, gentle, period } = this.#options;
    // What is pending or lingers when the period begins became active before it.
    const memory = Math.max(...[pair.before, pair.after].map((each) => (each ? lasts(each) : 0)));
    const read: Span = { from: period.from - memory, to: period.to };
    const { interval } = pair.before ?? rule;
    const own = this.#running.find(
      ({ type, name, labels }) => type === 'alerting' && settingsName(name, labels) === pair.name,
    );
    const alertname = own?.name ?? alertnameOf(pair.before ?? rule);
    const { service = '' } = (own ?? rule).labels;
    const told = { alertname, ...(alertname !== pair.name && { service }) };
    const recorded = await fetchRecorded(server, told, read, interval, gentle.points);
    const asked = new Map<string, Promise<Answers>>();
    const replayed = async (side: Side): Promise<Run | Unanswered | undefined> => {
      const alert = pair[side];
      const version = this.#options.versions[side];
      if (alert === undefined || version === undefined) return undefined;
      try {
        const found = question(alert.expr, version, this.#isRecorded[side]);
        const seen = alert.interval === interval ? recorded.instants : [];
        const otherwise = seen.length > 0 ? undefined : await this.#offset(own?.group ?? alert.group, alert);
        const at = stretches(seen, read, alert.interval, otherwise);
        const step = gentle.step === undefined ? alert.interval : gentle.step * 1000;
        const key = `${step} ${alert.interval} ${found.expr}`;
        const answers = asked.get(key) ?? ask(server, found.expr, at, step, gentle.points);
        asked.set(key, answers);
        const all = await answers;
        return { rule: alert, question: found, at, step, answers: all, replay: replay(all, alert) };
      } catch (error) {
        return problemOf(error);
      }
    };
    // One after the other, so that what both ask is asked once.
    const runs = { before: await replayed('before'), after: await replayed('after') };
    const dark = await this.#dark(runs);
    if (dark !== undefined)
      return { ...(runs.before && { before: dark }), ...(runs.after && { after: dark }) };
    return {
      ...(runs.before && { before: outcome(runs.before, period) }),
      ...(runs.after && { after: outcome(runs.after, period) }),
      ...(await this.#verified(runs, recorded, own)),
    };
  }

  /** Why silence says nothing: the server stored no sample of any metric that the alert reads. */
  async #dark(runs: Readonly<Record<Side, Run | Unanswered | undefined>>): Promise<Unanswered | undefined> {
    const all = [runs.before, runs.after].filter(isRun);
    if (all.length === 0 || all.some(({ answers }) => answers.series.length > 0)) return undefined;
    const parts = all.flatMap(({ question }) => [...walk(parse(question.expr))]);
    if (parts.some((part) => part.kind === 'call' && isAbsence(part.name))) return undefined;
    const metrics = [
      ...new Set(parts.flatMap((part) => (part.kind === 'selector' ? [part.metric] : []))),
    ].filter((metric) => metric !== '' && !metric.startsWith('ALERTS'));
    if (metrics.length === 0) return undefined;
    const { server, period } = this.#options;
    for (const metric of metrics) if (await server.has(metric, period.from, period.to)) return undefined;
    return {
      problem: `the server stored no ${some(metrics)} in this period, and without data nothing is known`,
    };
  }

  #offset(group: string, { interval }: AlertRule): Promise<number | undefined> {
    const key = `${group} ${interval}`;
    const { server, period } = this.#options;
    const known = this.#offsets.get(key) ?? offsetOf(server, this.#running, group, interval, period.to);
    this.#offsets.set(key, known);
    return known;
  }

  /** Holds the version that ran against what the server recorded: the one that it runs now, else the older one. */
  async #verified(
    runs: Readonly<Record<Side, Run | Unanswered | undefined>>,
    recorded: Recorded,
    running: RunningRule | undefined,
  ): Promise<Pick<AlertBacktest, 'agreement' | 'unverified'>> {
    if (running === undefined && recorded.instants.length === 0) return {};
    const replayed = (['before', 'after'] as const).flatMap((side) => {
      const run = runs[side];
      return isRun(run) ? [{ side, run }] : [];
    });
    const ran = replayed.find(({ run }) => running && isRunning(run.rule, running)) ?? replayed[0];
    if (ran === undefined) return {};
    const { rule, question, at, step, answers, replay } = ran.run;
    const { server, gentle, period } = this.#options;
    try {
      const agreement = await agreementOf({
        server,
        rule,
        expr: question.expr,
        period,
        stretches: at,
        step,
        points: gentle.points,
        answers,
        replay,
        recorded,
        running,
        other: replayed.find(({ side }) => side !== ran.side)?.run.replay,
      });
      return { agreement: { ...agreement, version: ran.side } };
    } catch (error) {
      return { unverified: problemOf(error).problem };
    }
  }
}

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

/** `a, b or c`; the first three of many. */
const some = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(names.slice(0, 3));

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
