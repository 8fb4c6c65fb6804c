import { duration, seconds } from '../../lib/promql/parse.ts';
import type { InputSeries } from '../alert.ts';
import { dependencies } from '../excerpt.ts';
import type { ResolvedSlo, RuleSet } from '../index.ts';
import { renderGroups, yaml } from '../render.ts';
import { RECORDED_WINDOWS } from '../slo/windows.ts';
import { layOut, START } from './series.ts';

const MINUTE = 60;
const DAY = 86_400;
/** promtool reads 10,000 samples of a series at most. */
const MOST_SAMPLES = 9_800;

/** A series of numbers that grow from sample to sample: no two windows of it have the same sum. */
interface Growing {
  readonly first: number;
  readonly perSecond: number;
}

/** One course: what is recorded each so often, for how long. */
interface Course {
  readonly name: string;
  readonly interval: number;
  readonly lasts: number;
  /** Bad events a second, or the share of a bad minute. */
  readonly bad: Growing;
  /** Events a second; of time slices 1, each sample is a minute. */
  readonly total: Growing;
}

/** Names of the series that budgets are made of, and the values expected of them; undefined where none may be. */
type Expected = readonly (readonly [series: string, value: number | undefined])[];

/**
 * Tests of what an SLO makes of its short rates or minutes: increases in windows, burn rates and the budget. Once
 * with a sample a minute for the short windows, once with few samples over more than twice the period.
 */
export function renderBudgetTests(set: RuleSet): Record<string, string> {
  const files: Record<string, string> = {};
  for (const slo of set.slos) {
    const given = /^slo:((bad|total):rate1m|slice_bad:bool|objective:ratio)$/;
    const own = set.recordings.filter(
      ({ record, labels }) => labels?.slo === slo.name && !given.test(record),
    );
    const kept = new Set(
      own.flatMap((rule) => [...dependencies(set, rule, ({ record }) => given.test(record)), rule]),
    );
    const groups = set.groups
      .map((group) => ({ ...group, rules: group.rules.filter((rule) => 'record' in rule && kept.has(rule)) }))
      .filter(({ rules }) => rules.length > 0);
    for (const course of coursesOf(slo)) {
      const name = `budget-${slo.name}-${course.name.replaceAll(' ', '-')}`;
      files[`${name}.rules.yaml`] = renderGroups(groups);
      files[`${name}.test.yaml`] = yaml({
        rule_files: [`${name}.rules.yaml`],
        // Nothing depends on what rules said before.
        evaluation_interval: duration(course.lasts),
        group_eval_order: groups.map((group) => group.name),
        tests: [testOf(slo, course)],
      });
    }
  }
  return files;
}

function coursesOf(slo: ResolvedSlo): Course[] {
  const allowed = 1 - slo.objective;
  const events = slo.kind === 'events' ? 10 : 1;
  const growing = (share: number, lasts: number): Growing => ({
    first: share * events * 0.1,
    perSecond: (share * events * 1.8) / lasts,
  });
  const nothing: Growing = { first: 0, perSecond: 0 };
  const total: Growing = { first: events, perSecond: slo.kind === 'events' ? 1e-7 : 0 };
  const long = 2.05 * slo.windowDays * DAY;
  const sparse = Math.ceil(long / MOST_SAMPLES / MINUTE) * MINUTE;
  const short = 6 * DAY;
  return [
    { name: 'a young SLO', interval: MINUTE, lasts: short, bad: growing(allowed, short), total },
    { name: 'periods', interval: sparse, lasts: ceil(long, sparse), bad: growing(allowed * 4, long), total },
    {
      name: 'overspent',
      interval: sparse,
      lasts: ceil(long, sparse),
      bad: growing(Math.min(allowed * 40, 0.5), long),
      total,
    },
    { name: 'nothing bad', interval: MINUTE, lasts: DAY, bad: nothing, total },
    ...(slo.kind === 'events'
      ? [{ name: 'no traffic', interval: MINUTE, lasts: DAY, bad: nothing, total: nothing }]
      : []),
  ];
}

const ceil = (value: number, step: number): number => Math.ceil(value / step) * step;

function testOf(slo: ResolvedSlo, course: Course): unknown {
  const { name, interval, lasts } = course;
  return {
    name: `${slo.name}, ${name}`,
    interval: duration(interval),
    start_timestamp: START,
    input_series: layOut([{ lasts: duration(lasts), series: seriesOf(slo, course) }], interval),
    promql_expr_test: expectedOf(slo, course).map(([series, value]) => ({
      eval_time: duration(lasts),
      // Floating point: equal but for noise.
      expr:
        value === undefined
          ? series
          : `abs(sum(${series}) - ${value}) <= bool ${1e-6 * Math.abs(value) || 1e-9}`,
      exp_samples: value === undefined ? [] : [{ labels: '{}', value: 1 }],
    })),
  };
}

function seriesOf(slo: ResolvedSlo, { bad, total }: Course): InputSeries[] {
  const gauge = (series: string, value: number, slope = 0): InputSeries => ({
    series,
    kind: 'gauge',
    value,
    slope,
  });
  const own = `{slo="${slo.name}", service="${slo.service}", team="${slo.team}"}`;
  // Other SLOs, each with bad events of its own: none of them may count.
  const others = ['another', 'third'].map((name) => `{slo="${name}", service="${name}", team="${name}"}`);
  const recorded = ['slo:error:ratio', 'slo:burn_rate:ratio'].flatMap((record) =>
    ['1h', `${slo.windowDays}d`].map((window) =>
      gauge(`${record}{slo="another", window="${window}"}`, 0.9e6),
    ),
  );
  return [own, ...others].flatMap((labels, index) => [
    ...(index === 1 ? recorded : []),
    gauge(`slo:objective:ratio${labels}`, slo.objective),
    ...(slo.kind === 'events'
      ? [
          gauge(`slo:bad:rate1m${labels}`, bad.first + index, bad.perSecond),
          gauge(`slo:total:rate1m${labels}`, total.first + 7 * index, total.perSecond),
        ]
      : [gauge(`slo:slice_bad:bool${labels}`, bad.first + index, bad.perSecond)]),
  ]);
}

function expectedOf(slo: ResolvedSlo, { interval, lasts, bad, total }: Course): Expected {
  const period = `${slo.windowDays}d`;
  const events = slo.kind === 'events';
  const inWindow = (window: string) => {
    // Ranges are open on the left.
    const samples = Math.min(Math.ceil(seconds(window) / interval), lasts / interval + 1);
    const sum = ({ first, perSecond }: Growing) =>
      samples * (first + perSecond * lasts) - (perSecond * interval * samples * (samples - 1)) / 2;
    const weight = events ? MINUTE : 1;
    return {
      bad: weight * sum(bad),
      total: weight * sum(total),
      mean: sum(total) / samples,
      history: samples / (seconds(window) / MINUTE),
    };
  };
  const burnOf = (window: string) => {
    const found = inWindow(window);
    return found.total === 0 ? undefined : ((found.bad / found.total) * found.history) / (1 - slo.objective);
  };
  const at = (record: string, window?: string) =>
    `${record}{slo="${slo.name}"${window === undefined ? '' : `, window="${window}"`}}`;
  const remaining = 1 - (burnOf(period) ?? 0);
  const current = burnOf('1h') ?? 0;
  const { bad: badInPeriod, total: allInPeriod } = inWindow(period);
  return [
    ...[...RECORDED_WINDOWS, period].flatMap((window): Expected => {
      const found = inWindow(window);
      return [
        [at('slo:bad:increase', window), found.bad],
        [at('slo:total:increase', window), found.total],
        [at('slo:history:ratio', window), found.history],
        [at('slo:error:ratio', window), found.total === 0 ? undefined : found.bad / found.total],
        [at('slo:burn_rate:ratio', window), burnOf(window)],
      ];
    }),
    ...(events && slo.probe !== undefined
      ? ([[at('slo:probe_weight:rate1d'), Math.max(inWindow('1d').mean, slo.minimumEvents / 3600)]] as const)
      : []),
    [at('slo:compliance:ratio'), allInPeriod === 0 ? undefined : 1 - badInPeriod / allInPeriod],
    [at('slo:current_burn_rate:ratio'), current],
    [at('slo:error_budget_remaining:ratio'), remaining],
    [
      at('slo:error_budget_exhaustion:seconds'),
      current > 0 ? (Math.max(remaining, 0) * slo.windowDays * DAY) / current : undefined,
    ],
  ];
}
