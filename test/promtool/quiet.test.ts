import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scrapedEvery } from '../../bench/dataset/rules.ts';
import { seconds } from '../../lib/promql/parse.ts';
import type { Phase } from '../../rules/alert.ts';
import { buildRules, RECORDED, renderRules } from '../../rules/index.ts';
import { quietPhase } from '../../rules/proof/healthy.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { yaml } from '../../rules/render.ts';
import { failures, writeFiles } from './promtool.ts';

// A sample a minute makes the test quick.
const set = buildRules({ services: scrapedEvery('60s') });
const FEW = 9 / 3600;
const FAILED = /^inference_requests_total\{.*status="503", instance="a:1"/;

/** Nine requests an hour are answered, and the tenth, somewhen, is not. */
const oneFails: readonly Phase[] = [
  quietPhase('70m', FEW),
  {
    lasts: '1m',
    series: quietPhase('1m', FEW).series.map((each) =>
      FAILED.test(each.series) ? { ...each, value: 1 / 60 } : each,
    ),
  },
  quietPhase('80m', FEW),
];

test.each([
  ['a platform without traffic', [quietPhase('3h', 0)]],
  ['one failure in ten requests an hour', oneFails],
])('%s fires no alert, and records no NaN', async (name, phases) => {
  const folder = mkdtempSync(join(tmpdir(), 'quiet-'));
  const rules = renderRules(set);
  const lasts = phases.reduce((sum, phase) => sum + seconds(phase.lasts), 0);
  const nothing = (expr: string, time = lasts) => ({ expr, eval_time: `${time}s`, exp_samples: [] });
  const files = writeFiles(folder, {
    ...rules,
    'quiet.test.yaml': yaml({
      rule_files: Object.keys(rules),
      evaluation_interval: '1m',
      group_eval_order: set.groups.map((group) => group.name),
      tests: [
        {
          name,
          interval: '1m',
          start_timestamp: START,
          input_series: layOut(phases, 60),
          promql_expr_test: [
            nothing('max_over_time(ALERTS{alertname!="Watchdog", alertstate="firing"}[3h])'),
            ...Object.keys(RECORDED).flatMap((record) =>
              [600, 4320, lasts].map((time) => nothing(`${record} != ${record}`, time)),
            ),
            // The rules did see it.
            {
              expr: 'sum(slo:total:increase{slo="inference-availability", window="1h"} > bool 0)',
              eval_time: `${lasts}s`,
              exp_samples: [{ labels: '{}', value: name.includes('without') ? 0 : 1 }],
            },
          ],
        },
      ],
    }),
  });
  try {
    expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
