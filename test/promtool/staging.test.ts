import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Phase } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { renderGroups, yaml } from '../../rules/render.ts';
import { ensureTools } from '../../tools/install.ts';

const set = buildRules();
const slo = set.slos.find((each) => each.name === 'inference-latency');
const WINDOWS = ['1h', '2h', '6h'];

/** Errors a share, requests a second: busy and quiet hours, a short and a long incident, and one that goes on. */
const COURSE: readonly [string, number, number][] = [
  ['3h', 0.001, 20],
  ['40m', 0.3, 35],
  ['2h', 0.002, 60],
  ['7m', 0.8, 50],
  ['50m', 0.001, 25],
  ['30m', 0.4, 30],
];

test('windows staged on short rates differ from direct expressions by less than 1 %', async () => {
  if (!slo) throw new Error('no such SLO');
  const folder = mkdtempSync(join(tmpdir(), 'staging-'));
  const { promtool } = await ensureTools(['promtool']);
  const phases: Phase[] = COURSE.map(([lasts, share, perSecond]) => ({
    lasts,
    series: slo.sample(share, perSecond),
  }));
  const group = set.groups.find((each) => each.name === 'slo-inference-latency');
  const rules = group?.rules.filter(
    (rule) =>
      'record' in rule &&
      /:(rate5m|increase)$|^slo:error:ratio$/.test(rule.record) &&
      rule.labels?.window !== '30d',
  );
  if (!group || !rules) throw new Error('no such group');
  const direct = (window: string) =>
    slo.kind === 'events'
      ? `(${slo.bad.replaceAll('$window', window)}) / (${slo.total.replaceAll('$window', window)})`
      : '';
  // Rates see whole scrape intervals only, the direct ones too: half of one, 7.5 s, is more than 1 % of an
  // incident that is younger than a quarter of an hour, or of which the window holds no more than that. In its
  // first 7 minutes an incident counts up to an eighth too much: the centred sum already sees what is newest.
  const times = [
    ['3h30m', 0.01],
    ['4h20m', 0.01],
    ['6h20m', 0.01],
    ['7h7m', 0.01],
    ['5h45m', 0.15],
    ['6h45m', 0.05],
  ] as const;
  writeFileSync(join(folder, 'rules.yaml'), renderGroups([{ ...group, rules }]));
  writeFileSync(
    join(folder, 'test.yaml'),
    yaml({
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '15s',
          start_timestamp: START,
          input_series: layOut(phases, 15),
          promql_expr_test: times.flatMap(([time, difference]) =>
            WINDOWS.map((window) => ({
              eval_time: time,
              expr: `abs(max(slo:error:ratio{window="${window}"}) / (${direct(window)}) - 1) < bool ${difference}`,
              exp_samples: [{ labels: '{}', value: 1 }],
            })),
          ),
        },
      ],
    }),
  );
  try {
    const { stdout } = await promisify(execFile)(promtool, ['test', 'rules', join(folder, 'test.yaml')]);
    expect(stdout).toContain('SUCCESS');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
