import { FEWEST_PREDICTIONS, FEWEST_READS } from '../../catalogue/minimum-samples.ts';
import { duration, seconds } from '../../lib/promql/parse.ts';
import type { InputSeries, Phase } from '../alert.ts';
import { gauge } from '../alerts/define.ts';
import { excerpt } from '../excerpt.ts';
import type { ResolvedSlo, RuleSet } from '../index.ts';
import { renderGroups, yaml } from '../render.ts';
import { layOut, START } from './series.ts';

/** How long the metrics behave in one way: longer than the short rate's range and any level's. */
const LASTS = '12m';

interface Expected {
  readonly name: string;
  readonly series: readonly InputSeries[];
  /** What comes after `series`, and ends with the test. Default: nothing. */
  readonly ending?: Phase;
  /** Value by series; undefined where there must be none. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/**
 * Tests of what each SLO makes of raw metrics, by file name. The tests of the burn alerts begin where these end:
 * at the short rates, or the good and bad minutes.
 */
export function renderSloTests(set: RuleSet, slos = set.slos): Record<string, string> {
  const files: Record<string, string> = {};
  for (const slo of slos) {
    const base = set.recordings.filter(
      ({ record, labels }) =>
        labels?.slo === slo.name && /^slo:((bad|total):rate1m|slice_bad:bool|objective:ratio)$/.test(record),
    );
    const last = base.at(-1);
    if (!last) continue;
    const kept = new Set(base.flatMap((rule) => excerpt(set, rule).flatMap((group) => group.rules)));
    const groups = set.groups
      .map((group) => ({ ...group, rules: group.rules.filter((rule) => kept.has(rule)) }))
      .filter((group) => group.rules.length > 0);
    files[`slo-${slo.name}.rules.yaml`] = renderGroups(groups);
    files[`slo-${slo.name}.test.yaml`] = yaml({
      rule_files: [`slo-${slo.name}.rules.yaml`],
      evaluation_interval: '1m',
      group_eval_order: groups.map((group) => group.name),
      tests: expectations(slo).map(({ name, series, ending, values }) => ({
        name: `${slo.name}: ${name}`,
        interval: '15s',
        start_timestamp: START,
        input_series: layOut(phasesOf(series, ending), 15),
        promql_expr_test: Object.entries(values).map(([record, value]) => ({
          eval_time: LASTS,
          // Floating point: equal but for noise.
          expr:
            value === undefined
              ? `${record}{slo="${slo.name}"}`
              : `max(abs(${record}{slo="${slo.name}"} - ${value})) < bool 1e-6`,
          exp_samples: value === undefined ? [] : [{ labels: '{}', value: 1 }],
        })),
      })),
    });
  }
  return files;
}

/** Another SLO, whose service is down: none of it may count. */
const ANOTHER: readonly InputSeries[] = [
  'slo:probe_failed:bool{slo="another"}',
  'slo:probe_weight:rate1d{slo="another"}',
  'slo:total:rate1m{slo="another"}',
].map((series, index) => ({ series, kind: 'gauge', value: index === 0 ? 1 : 1e6 }));

/** Phases that last as long as a test does, which ends with an evaluation. */
const phasesOf = (series: readonly InputSeries[], ending?: Phase): Phase[] =>
  [
    { lasts: duration(seconds(LASTS) - seconds(ending?.lasts ?? '0s')), series },
    ...(ending ? [ending] : []),
  ].map((phase) => ({ ...phase, series: [...phase.series, ...ANOTHER] }));

/** How long things are otherwise before a minute of which they are so at its end ends, in seconds. */
const NEWEST = 45;
/** What a rate of the last minute is when something changed so long before its end. */
const inLastMinute = (before: number, after: number): number =>
  (before * (60 - NEWEST) + after * NEWEST) / 60;

const probed = (success: number): InputSeries =>
  gauge(
    'probe_success',
    { job: 'probe-http', service: 'inference-api', instance: 'inference-api:8080' },
    success,
  );
/** Another prober of the API, that never succeeds, and probes of something else that do. */
const OTHER_PROBES: readonly InputSeries[] = [
  gauge('probe_success', { job: 'probe-http', service: 'inference-api', instance: 'b:1' }, 0),
  gauge('probe_success', { job: 'probe-http', service: 'other', instance: 'other:1' }, 1),
  gauge('probe_success', { job: 'probe-tcp', service: 'inference-api', instance: 'inference-api:8080' }, 1),
];
/** Probes that succeeded last so long ago, in seconds. */
const lastProbe = (name: string, ago: number, failed: number): Expected => ({
  name,
  series: [probed(1), ...OTHER_PROBES],
  ending: { lasts: `${ago}s`, series: [probed(0), ...OTHER_PROBES] },
  values: { 'slo:probe_failed:bool': failed },
});

/** No request arrives and no probe succeeds: each minute is bad, with the least weight where nothing came before. */
const DEAD_API: Expected = {
  name: 'a dead API',
  series: [probed(0)],
  values: { 'slo:bad:rate1m': 100 / 3600, 'slo:total:rate1m': 100 / 3600 },
};

/** Requests that are answered while no probe succeeds. */
const unseen = (slo: ResolvedSlo, perSecond: number): readonly InputSeries[] => [
  ...slo.sample(0, perSecond).filter(({ series }) => !series.startsWith('probe_success')),
  probed(0),
];
/**
 * Eight requests a second, then so many while no probe succeeds. Half of their mean is 3.5 then: with less the service
 * counts as dead, with more it is the prober that is cut off.
 */
const unprobed = (slo: ResolvedSlo, perSecond: number, failed: number): Expected => ({
  name: `${perSecond} requests a second while no probe succeeds`,
  series: slo.sample(0, 8),
  ending: { lasts: '2m', series: unseen(slo, perSecond) },
  values: { 'slo:probe_failed:bool': failed },
});
/** Over the whole minute still more than half of the usual requests come. */
const ceasing = (slo: ResolvedSlo): Expected => ({
  name: 'requests that become few within the minute while no probe succeeds',
  series: unseen(slo, 8),
  ending: { lasts: `${NEWEST}s`, series: unseen(slo, 3) },
  values: {
    'slo:probe_failed:bool': 0,
    'slo:bad:rate1m': 0,
    'slo:total:rate1m': inLastMinute(8, 3),
  },
});

/** Eight requests a second of which the histogram lacks buckets, then sixteen that are slower. */
function bucketless(slo: ResolvedSlo, name: string, without: RegExp, slow: number): Expected {
  const kept = ({ series }: InputSeries) => !without.test(series);
  const slower = slo
    .sample(0.5, 16)
    .map((each) => (each.series.includes('le="0.175"') ? { ...each, value: each.value / 2 } : each));
  return {
    name,
    series: slo.sample(0.25, 8).filter(kept),
    ending: { lasts: `${NEWEST}s`, series: slower.filter(kept) },
    values: { 'slo:bad:rate1m': slow, 'slo:total:rate1m': inLastMinute(8, 16) },
  };
}
const BUCKETLESS = (slo: ResolvedSlo): readonly Expected[] => [
  // Eight a second lie between 125 and 175 ms, as far as the other buckets tell: half of them are taken for quick.
  bucketless(slo, 'a histogram without the bound', /le="0\.15"/, inLastMinute(8, 16) - 4),
  bucketless(slo, 'a histogram without buckets', /_bucket/, inLastMinute(8, 16)),
  bucketless(slo, 'a histogram without its last bucket', /Inf/, inLastMinute(2, 8)),
];

/** Counters of which a sample is no number: the minute counts nothing, and the next ones count again. */
const noNumber = (slo: ResolvedSlo, value: number): Expected => {
  const series = slo.sample(0.25, 8);
  const broken = series.map(
    (each): InputSeries => (each.series.includes('_bucket') ? each : { ...each, kind: 'gauge', value }),
  );
  return {
    name: `a sample of ${value}`,
    series,
    ending: { lasts: '15s', series: broken },
    values: { 'slo:bad:rate1m': 0, 'slo:total:rate1m': 0 },
  };
};

/** Events a second of which 5 minutes have just as many as a level needs to say something. */
const FEWEST_PER_SECOND: Readonly<Record<string, number>> = {
  'cache-hit-rate': FEWEST_READS / 300,
  'model-confidence': FEWEST_PREDICTIONS / 300,
};

/** Levels that lie on a bound to the last bit: what is promised is to be better than that. */
const EXACTLY: Readonly<Record<string, InputSeries>> = {
  'feature-freshness': gauge('feature_freshness_seconds', { feature_group: 'user_profile' }, 300),
  'stream-lag': gauge('kafka_consumer_lag_sum', { topic: 'transactions', consumergroup: 'features' }, 1000),
};

function expectations(slo: ResolvedSlo): Expected[] {
  if (slo.kind === 'slices') {
    const fewest = FEWEST_PER_SECOND[slo.name];
    return [
      { name: 'a good minute', series: slo.sample(0, 10), values: { 'slo:slice_bad:bool': 0 } },
      { name: 'a bad minute', series: slo.sample(1, 10), values: { 'slo:slice_bad:bool': 1 } },
      ...(EXACTLY[slo.name]
        ? [
            {
              name: 'a minute exactly at the bound',
              series: [EXACTLY[slo.name] as InputSeries],
              values: { 'slo:slice_bad:bool': 1 },
            },
          ]
        : []),
      ...(fewest === undefined
        ? []
        : [
            {
              name: 'a bad minute with just enough events',
              series: slo.sample(1, 1.02 * fewest),
              values: { 'slo:slice_bad:bool': 1 },
            },
            {
              name: 'a minute with too few events',
              series: slo.sample(1, 0.98 * fewest),
              values: { 'slo:slice_bad:bool': undefined },
            },
          ]),
      {
        name: 'a minute without data',
        series: [],
        values: { 'slo:slice_bad:bool': undefined, 'slo:objective:ratio': slo.objective },
      },
    ];
  }
  return [
    {
      name: 'a quarter fails',
      series: slo.sample(0.25, 8),
      values: { 'slo:bad:rate1m': 2, 'slo:total:rate1m': 8 },
    },
    { name: 'no traffic', series: slo.sample(0, 0), values: { 'slo:bad:rate1m': 0, 'slo:total:rate1m': 0 } },
    {
      name: 'failures that begin within the minute',
      series: slo.sample(0.25, 8),
      ending: { lasts: `${NEWEST}s`, series: slo.sample(0.5, 16) },
      values: { 'slo:bad:rate1m': inLastMinute(2, 8), 'slo:total:rate1m': inLastMinute(8, 16) },
    },
    ...(slo.name === 'inference-availability'
      ? [
          DEAD_API,
          lastProbe('a probe succeeded within the minute', 30, 0),
          lastProbe('a probe succeeded longer than a minute ago', 75, 1),
          unprobed(slo, 3.3, 1),
          unprobed(slo, 3.6, 0),
          ceasing(slo),
        ]
      : []),
    ...(slo.name === 'inference-latency' ? BUCKETLESS(slo) : []),
    ...[Number.NaN, Infinity].map((value) => noNumber(slo, value)),
    {
      name: 'no metrics',
      series: [],
      values: { 'slo:bad:rate1m': 0, 'slo:total:rate1m': 0, 'slo:objective:ratio': slo.objective },
    },
  ];
}
