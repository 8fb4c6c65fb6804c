import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildRules, excerpt } from '../../rules/index.ts';
import { renderGroups, yaml } from '../../rules/render.ts';
import { failures, writeFiles } from './promtool.ts';

const set = buildRules();
const alert = set.alerts.find((each) => each.name === 'InferenceLatencyBudgetBurnFast');
if (!alert) throw new Error('no such alert');

const GIVEN = [
  'slo:burn_rate:ratio',
  'slo:total:increase',
  'slo:error_budget_remaining:ratio',
  'slo:error_budget_exhaustion:seconds',
];
const PROMISE =
  'Promised for 95 % of requests over 30 days: “Requests to the inference API are answered within 150 ms.” Over the last hour or 6 hours failures used up the error budget 16 times faster than that allows.';

/** A test that the alert fires with a description, given the budget that is left and how long it lasts. */
function described(remaining: number, exhaustion: number | undefined, description: string): unknown {
  const at = (name: string, more = '') => `${name}{slo="inference-latency"${more}}`;
  const steady = (series: string, value: number) => ({ series, values: `${value}x2` });
  return {
    name: description,
    interval: '1m',
    input_series: [
      ...['5m', '1h'].flatMap((window) => [
        steady(at('slo:burn_rate:ratio', `, window="${window}"`), 16),
        steady(at('slo:total:increase', `, window="${window}"`), 1000),
      ]),
      steady(at('slo:error_budget_remaining:ratio'), remaining),
      ...(exhaustion === undefined ? [] : [steady(at('slo:error_budget_exhaustion:seconds'), exhaustion)]),
    ],
    alert_rule_test: [
      {
        eval_time: '1m',
        alertname: alert?.name,
        exp_alerts: [
          {
            exp_labels: alert?.labels,
            exp_annotations: { ...alert?.annotations, description: `${PROMISE} ${description}` },
          },
        ],
      },
    ],
  };
}

test('a burn alert says how much budget is gone and how long the rest lasts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'description-'));
  const [, tests = ''] = writeFiles(folder, {
    'rules.yaml': renderGroups(excerpt(set, alert, ({ record }) => GIVEN.includes(record))),
    'test.yaml': yaml({
      rule_files: ['rules.yaml'],
      evaluation_interval: '1m',
      tests: [
        described(0.68, 273_720, '32 % of the budget is gone; if this goes on, the rest lasts 3d 4h.'),
        described(0.9, 15_147, '10 % of the budget is gone; if this goes on, the rest lasts 4h 12m.'),
        described(0.5, undefined, '50 % of the budget is gone.'),
        described(0, 0, 'The whole budget is gone (100 % of it).'),
        described(-0.657, 0, 'The whole budget is gone (165.7 % of it).'),
      ],
    }),
  });
  try {
    expect(await failures([tests])).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
