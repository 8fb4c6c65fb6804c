import { type Cell, type Report, type Section, type State, worst } from '../../reports/document.ts';
import { counted, duration, number } from '../../reports/format.ts';
import { describePeriod, lengthOf } from '../../reports/period.ts';
import type { AlertBacktest, BacktestResult, Outcome, Unanswered } from './backtest.ts';
import { type Fired, SLICES, type Slice } from './firing.ts';
import { keyOf } from './server.ts';
import { CAUSES, clock } from './verify.ts';

/** How a timeline is drawn: eighths of a block for the share of time that it fired, or plain letters. */
export type Drawing = 'blocks' | 'plain';

const BLOCKS = '▁▂▃▄▅▆▇█';
/** Differences that are listed one by one. */
const LISTED = 40;

/** What a backtest found, ready to be shown. */
export function backtestReport(result: BacktestResult, drawing: Drawing = 'blocks'): Report {
  return {
    title: 'Backtest',
    period: describePeriod(result.period),
    verdict: verdictOf(result),
    sections: [
      firedSection(result),
      timelineSection(result, drawing),
      problemSection(result),
      agreementSection(result),
      differenceSection(result),
      recordingSection(result),
      askedSection(result),
    ].filter((section) => section !== undefined),
    data: result,
  };
}

const isOutcome = (outcome: Outcome | Unanswered | undefined): outcome is Outcome =>
  outcome !== undefined && 'firing' in outcome;

/** The versions of an alert, the older one first. */
const versions = ({ before, after }: AlertBacktest) => [
  ...(before ? [{ version: 'before', outcome: before }] : []),
  ...(after ? [{ version: 'after', outcome: after }] : []),
];

const problemsIn = ({ alerts }: BacktestResult) =>
  alerts.flatMap((alert) => {
    const { name, unverified } = alert;
    const problems = versions(alert).flatMap(({ version, outcome }) => {
      if (!isOutcome(outcome)) return [{ name, version, problem: outcome.problem }];
      if (outcome.refused === 0) return [];
      const problem = `Prometheus would refuse ${counted(outcome.refused, 'evaluation')}: two results have the same labels`;
      return [{ name, version, problem }];
    });
    const problem = `not held against ALERTS: ${unverified}`;
    return unverified === undefined ? problems : [...problems, { name, version: '–', problem }];
  });

function verdictOf(result: BacktestResult): Report['verdict'] {
  const { alerts, compared, unchanged } = result;
  if (alerts.length === 0)
    return { state: 'good', text: `No alert changed; ${counted(unchanged, 'alert')} as before.` };
  const problems = problemsIn(result).length;
  const unexplained = alerts.flatMap(({ agreement }) => agreement?.differences ?? []).filter(isUnexplained);
  const known = alerts.filter((alert) => sides(alert).every((fired) => fired !== undefined));
  const moved = known.filter((alert) => !firedAlike(alert));
  const texts = [
    ...(compared
      ? comparison({ alerts, known, moved })
      : [`${counted(alerts.length, 'alert')}: ${firedAtAll(alerts)}.`]),
    problems > 0 ? `${counted(problems, 'part')} of it could not be asked.` : '',
    unexplained.length > 0
      ? `${counted(unexplained.length, 'moment')} of what the server recorded cannot be explained.`
      : '',
  ];
  const doubt: State = problems > 0 || unexplained.length > 0 ? 'bad' : 'none';
  const state = worst([doubt, compared && moved.length > 0 ? 'warn' : 'good']);
  return { state, text: texts.filter((text) => text !== '').join(' ') };
}

const isUnexplained = ({ cause }: { readonly cause: string }) => cause === 'unexplained';

/** `2 times (1 h 5 min)`. */
function told(outcome: Outcome | Unanswered | undefined): string {
  if (!isOutcome(outcome)) return '0 times';
  const { times, seconds } = outcome.firing;
  return times === 0 ? '0 times' : `${counted(times, 'time')} (${duration(seconds)})`;
}

/** When each version fired: undefined where that could not be asked. One without the alert never does. */
const sides = ({ before, after }: AlertBacktest) =>
  [before, after].map((outcome) => {
    if (outcome === undefined) return [];
    return isOutcome(outcome) ? outcome.firing.fired : undefined;
  });

/** Whether both versions fired at the same times, for the same series. */
function firedAlike(alert: AlertBacktest): boolean {
  const [before, after] = sides(alert).map((fired) => alike(fired, ({ labels }) => keyOf(labels)));
  return before === after;
}

const alike = (fired: readonly Fired[] = [], more: (one: Fired) => string = () => ''): string =>
  fired
    .map((one) => `${one.from} ${one.to} ${more(one)}`)
    .sort()
    .join('\n');

/** `High 0 times before, 1 time (55 min) after`. */
function contrast(alert: AlertBacktest): string {
  const { name, before, after } = alert;
  if (told(before) !== told(after)) return `${name} ${told(before)} before, ${told(after)} after`;
  const [was, is] = sides(alert).map((fired) => alike(fired));
  return `${name} ${told(before)} before and after, ${was === is ? 'with other labels' : 'at other times'}`;
}

interface Compared {
  readonly alerts: readonly AlertBacktest[];
  /** Those of which both versions were answered. */
  readonly known: readonly AlertBacktest[];
  /** Those of them that fired otherwise. */
  readonly moved: readonly AlertBacktest[];
}

function comparison({ alerts, known, moved }: Compared): readonly string[] {
  const open = alerts.filter((alert) => !known.includes(alert)).map(({ name }) => name);
  const more = moved.length > 3 ? `; and ${moved.length - 3} more` : '';
  return [
    ...(moved.length > 0
      ? [
          `${moved.length} of ${counted(alerts.length, 'changed alert')} would have fired otherwise: ${moved.slice(0, 3).map(contrast).join('; ')}${more}.`,
        ]
      : known.length > 0
        ? [`${counted(known.length, 'changed alert')} would have fired exactly as before.`]
        : []),
    ...(open.length > 0 ? [`Whether ${some(open)} would have fired otherwise is not known.`] : []),
  ];
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

function firedAtAll(alerts: readonly AlertBacktest[]): string {
  const fired = alerts.filter(({ after }) => isOutcome(after) && after.firing.times > 0);
  const times = fired.reduce((sum, { after }) => sum + (isOutcome(after) ? after.firing.times : 0), 0);
  return `${fired.length} would have fired, ${counted(times, 'time')} in all`;
}

function firedSection(result: BacktestResult): Section {
  return {
    title: 'Fired',
    note: 'Several label sets count each; the time that they share counts once.',
    table: {
      head: ['alert', 'change', 'severity', 'version', 'fired', 'firing for', 'longest', 'only pending'],
      empty: 'No alert changed.',
      rows: result.alerts.flatMap((alert) =>
        versions(alert).map(({ version, outcome }): Cell[] => {
          const head = [alert.name, result.compared ? alert.change : '–', alert.severity, version];
          if (!isOutcome(outcome)) return [...head, { text: 'unknown', state: 'bad' }, '–', '–', '–'];
          const { times, seconds, longestSeconds, pendingOnly } = outcome.firing;
          return [
            ...head,
            number(times),
            times === 0 ? '–' : duration(seconds),
            times === 0 ? '–' : duration(longestSeconds),
            number(pendingOnly),
          ];
        }),
      ),
    },
  };
}

/** When they fired; what neither fired nor was pending has no line. */
function timelineSection(result: BacktestResult, drawing: Drawing): Section | undefined {
  const slice = duration(lengthOf(result.period) / SLICES);
  const key =
    drawing === 'blocks'
      ? '▁ to █ the share of it that the alert fired, ░ pending, · neither'
      : '1 to 9 the tenths of it that the alert fired, - pending, . neither';
  const rows = result.alerts.flatMap((alert) => {
    const shown = versions(alert).flatMap(({ version, outcome }) =>
      isOutcome(outcome) ? [{ version, timeline: outcome.firing.timeline }] : [],
    );
    const quiet = shown.every(({ timeline }) =>
      timeline.every(({ firing, pending }) => firing === 0 && !pending),
    );
    return quiet
      ? []
      : shown.map(({ version, timeline }) => [
          alert.name,
          version,
          timeline.map((each) => drawn(each, drawing)).join(''),
        ]);
  });
  if (rows.length === 0) return undefined;
  return {
    title: 'Timeline',
    note: `A place is ${slice}: ${key}.`,
    table: { head: ['alert', 'version', 'from the beginning of the period to its end'], rows },
  };
}

function drawn({ firing, pending }: Slice, drawing: Drawing): string {
  if (firing > 0)
    return drawing === 'blocks'
      ? (BLOCKS[Math.ceil(firing * 8 - 1e-9) - 1] ?? '█')
      : String(Math.min(9, Math.max(1, Math.floor(firing * 10))));
  if (drawing === 'blocks') return pending ? '░' : '·';
  return pending ? '-' : '.';
}

function problemSection(result: BacktestResult): Section | undefined {
  const problems = problemsIn(result);
  if (problems.length === 0) return undefined;
  return {
    title: 'What could not be asked',
    table: {
      head: ['alert', 'version', 'why'],
      rows: problems.map(({ name, version, problem }) => [name, version, { text: problem, state: 'bad' }]),
    },
  };
}

function agreementSection({ alerts }: BacktestResult): Section {
  return {
    title: 'Agreement with what the server recorded',
    note: 'Starts and ends in ALERTS against those of the backtest, for the version that ran.',
    table: {
      head: ['alert', 'version', 'at the same evaluation', 'one evaluation apart', 'different', 'causes'],
      empty: 'None of these alerts ran in this period.',
      rows: alerts.flatMap(({ name, agreement }) => {
        if (agreement === undefined) return [];
        const { version, exact, within, differences } = agreement;
        const causes = [...Map.groupBy(differences, ({ cause }) => cause)]
          .map(([cause, { length }]) => `${cause} ${length}`)
          .join(', ');
        const state = differences.some(isUnexplained) ? 'bad' : differences.length > 0 ? 'warn' : 'good';
        return [
          [name, version, number(exact), number(within), { text: number(differences.length), state }, causes],
        ];
      }),
    },
  };
}

function differenceSection({ alerts }: BacktestResult): Section | undefined {
  const all = alerts.flatMap(({ name, agreement }) =>
    (agreement?.differences ?? []).map((difference) => ({ name, ...difference })),
  );
  if (all.length === 0) return undefined;
  const left = all.length - LISTED;
  return {
    title: 'Differences',
    ...(left > 0 && { note: `The first ${LISTED}; ${left} more in --json.` }),
    table: {
      head: ['alert', 'labels', 'moment', 'only in', 'cause', 'what tells it'],
      rows: all.slice(0, LISTED).map(({ name, labels, edge, at, seenBy, cause, evidence }) => [
        name,
        Object.entries(labels)
          .filter(([label]) => label !== 'alertname')
          .map(([label, value]) => `${label}=${value}`)
          .join(' '),
        `${edge} ${clock(at)}`,
        seenBy,
        { text: CAUSES[cause], state: cause === 'unexplained' ? 'bad' : 'none' },
        evidence,
      ]),
    },
  };
}

function recordingSection({ alerts }: BacktestResult): Section | undefined {
  const rows = alerts.flatMap((alert) =>
    versions(alert).flatMap(({ version, outcome }) => {
      if (!isOutcome(outcome)) return [];
      const { recorded, inlined } = outcome.question;
      if (recorded.length === 0 && inlined.length === 0) return [];
      return [[alert.name, version, recorded.join(', ') || '–', inlined.join(', ') || '–']];
    }),
  );
  if (rows.length === 0) return undefined;
  return {
    title: 'Recording rules that they read',
    note: 'What the server has not recorded, or recorded by another rule, is computed from the rule itself.',
    table: { head: ['alert', 'version', 'as recorded', 'computed'], rows },
  };
}

function askedSection({ asked, gentle }: BacktestResult): Section {
  const step = gentle.step === undefined ? 'each evaluation' : `every ${duration(gentle.step)}`;
  return {
    title: 'What the server was asked',
    note: `${step}, at most ${number(gentle.points)} evaluations a query, ${gentle.concurrency} queries at a time, ${duration(gentle.timeout)} for each, ${number(gentle.samples)} samples in all.`,
    table: {
      head: ['queries', 'samples read', 'most at once', 'time of the server'],
      rows: [
        [number(asked.queries), number(asked.samples), number(asked.peakSamples), duration(asked.seconds)],
      ],
    },
  };
}
