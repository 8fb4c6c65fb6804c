import type { InputSeries } from '../alert.ts';
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
        labels?.slo === slo.name && (record.endsWith(':rate1m') || record === 'slo:slice_bad:bool'),
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
      tests: expectations(slo).map(({ name, series, values }) => ({
        name: `${slo.name}: ${name}`,
        interval: '15s',
        start_timestamp: START,
        input_series: layOut([{ lasts: LASTS, series }], 15),
        promql_expr_test: Object.entries(values).map(([record, value]) => ({
          eval_time: LASTS,
          // Floating point: equal but for noise.
          expr:
            value === undefined
              ? `${record}{slo="${slo.name}"}`
              : `abs(sum(${record}{slo="${slo.name}"}) - ${value}) < bool 1e-6`,
          exp_samples: value === undefined ? [] : [{ labels: '{}', value: 1 }],
        })),
      })),
    });
  }
  return files;
}

/** No request arrives and no probe succeeds: each minute is bad, with the least weight where nothing came before. */
const DEAD_API: Expected = {
  name: 'a dead API',
  series: [
    gauge(
      'probe_success',
      { job: 'probe-http', service: 'inference-api', instance: 'inference-api:8080' },
      0,
    ),
  ],
  values: { 'slo:bad:rate1m': 100 / 3600, 'slo:total:rate1m': 100 / 3600 },
};

function expectations(slo: ResolvedSlo): Expected[] {
  if (slo.kind === 'slices') {
    return [
      { name: 'a good minute', series: slo.sample(0, 10), values: { 'slo:slice_bad:bool': 0 } },
      { name: 'a bad minute', series: slo.sample(1, 10), values: { 'slo:slice_bad:bool': 1 } },
      { name: 'a minute without data', series: [], values: { 'slo:slice_bad:bool': undefined } },
    ];
  }
  return [
    {
      name: 'a quarter fails',
      series: slo.sample(0.25, 8),
      values: { 'slo:bad:rate1m': 2, 'slo:total:rate1m': 8 },
    },
    { name: 'no traffic', series: slo.sample(0, 0), values: { 'slo:bad:rate1m': 0, 'slo:total:rate1m': 0 } },
    ...(slo.name === 'inference-availability' ? [DEAD_API] : []),
    { name: 'no metrics', series: [], values: { 'slo:bad:rate1m': 0, 'slo:total:rate1m': 0 } },
  ];
}
