import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS, SERVICES } from '../../catalogue/index.ts';
import type { Metric } from '../../catalogue/metric.ts';
import { topology } from '../../components/topology.ts';
import type { InputSeries } from '../../rules/alert.ts';
import { gauge } from '../../rules/alerts/define.ts';
import { quietPhase } from '../../rules/proof/healthy.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { renderGroups, yaml } from '../../rules/render.ts';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import { declaredRules } from '../../stack/files.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../stack/user-files.ts';
import { failures, writeFiles } from './promtool.ts';

/** Longer than the longest `for` of an alert. */
const LASTS = '75m';
const EVALUATE = '5m';
const ROOT = join(import.meta.dirname, '..', '..');

type Input = Readonly<Record<string, unknown>>;

/** Everything that a setting can leave out, by name. */
const PARTS: Readonly<Record<string, Input>> = {
  redis: { redis: { off: true } },
  kafka: { kafka: { off: true } },
  grafana: { grafana: { mode: 'off' } },
  ...Object.fromEntries(Object.keys(SERVICES).map((name) => [name, { services: [{ name, off: true }] }])),
};

/** Settings that leave out several parts. */
function without(names: readonly string[]): Input {
  const inputs = names.map((name) => PARTS[name] ?? {});
  const services = inputs.flatMap((input) => (input.services as readonly unknown[] | undefined) ?? []);
  return { ...Object.assign({}, ...inputs), services };
}

const names = Object.keys(PARTS);
const COMBINATIONS = [
  [],
  ...names.map((name) => [name]),
  ...names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other])),
];

/** What Prometheus sees of a healthy stack: its targets and probes, and what those that run expose. */
function healthy(settings: ReturnType<typeof parseSettings>): InputSeries[] {
  const { jobs, probes } = topology(settings, addressing(settings, ROOT), replicasOf(settings));
  const running = new Set(jobs.map(({ job }) => job));
  const source = (series: string): string => {
    const metric = series.replace(/\{.*/s, '');
    const all: Readonly<Record<string, Metric>> = METRICS;
    return (all[metric] ?? all[metric.replace(/_(bucket|sum|count)$/, '')])?.source ?? '';
  };
  const runs = ({ series }: InputSeries) => {
    const job = /\bjob="([^"]*)"/.exec(series)?.[1];
    const from = source(series);
    return (
      (from in SERVICES || from === 'redis-exporter' ? running.has(from) : true) &&
      (job === undefined || job.startsWith('probe-') || running.has(job))
    );
  };
  return [
    ...jobs.flatMap(({ job, targets }) => targets.map(({ instance }) => gauge('up', { job, instance }, 1))),
    ...(['http', 'tcp', 'dns'] as const).flatMap((kind) =>
      probes[kind].map(({ service, instance }) =>
        gauge('probe_success', { job: `probe-${kind}`, service, instance }, 1),
      ),
    ),
    ...quietPhase(LASTS, 11).series.filter(
      (each) => !/^(up|probe_success)\{/.test(each.series) && runs(each),
    ),
  ];
}

test('whatever is left out, alone or in pairs: a healthy day fires nothing but Watchdog', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'left-out-'));
  const firing = (alertname: string) => `max_over_time(ALERTS{${alertname}, alertstate="firing"}[${LASTS}])`;
  const files = COMBINATIONS.flatMap((left, index) => {
    const settings = parseSettings(without(left), { stack: 'dev' });
    const set = declaredRules(settings, NO_USER_FILES);
    // The rules of SLOs cost most, and each SLO goes with its one service: pairs show nothing new of them.
    const groups = set.groups
      .filter(({ name }) => left.length < 2 || !name.startsWith('slo-'))
      .map((group) => ({ ...group, interval: EVALUATE }));
    const rules = `${index}.rules.yaml`;
    const written = writeFiles(folder, {
      [rules]: renderGroups(groups),
      [`${index}.test.yaml`]: yaml({
        rule_files: [rules],
        evaluation_interval: EVALUATE,
        group_eval_order: groups.map(({ name }) => name),
        tests: [
          {
            name: left.length === 0 ? 'everything runs' : `without ${left.join(' and ')}`,
            interval: '1m',
            start_timestamp: START,
            input_series: layOut([{ lasts: LASTS, series: healthy(settings) }], 60),
            promql_expr_test: [
              { expr: firing('alertname!="Watchdog"'), eval_time: LASTS, exp_samples: [] },
              {
                expr: `count(${firing('alertname="Watchdog"')})`,
                eval_time: LASTS,
                exp_samples: [{ labels: '{}', value: 1 }],
              },
            ],
          },
        ],
      }),
    });
    return written.filter((file) => file.endsWith('.test.yaml'));
  });
  try {
    expect(files.length).toBe(1 + names.length + (names.length * (names.length - 1)) / 2);
    expect(await failures(files)).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
