import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { scrapedEvery } from '../../bench/dataset/rules.ts';
import { exactCount } from '../../bench/slo/exact.ts';
import { seconds } from '../../lib/promql/parse.ts';
import type { Phase } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { layOut, START } from '../../rules/proof/series.ts';
import { renderGroups, yaml } from '../../rules/render.ts';
import { ensureTools } from '../../tools/install.ts';

const WINDOWS = ['5m', '30m', '1h', '2h', '6h'];

/** Errors a share, requests a second: busy and quiet hours, a short and a long incident, and one that goes on. */
const COURSE: readonly [string, number, number][] = [
  ['3h', 0.001, 20],
  ['40m', 0.3, 35],
  ['2h', 0.002, 60],
  ['7m', 0.8, 50],
  ['50m', 0.001, 25],
  ['30m', 0.4, 30],
];
/** In calm and in incidents, just begun and just over ones among them. */
const TIMES = ['3h30m', '3h42m', '4h20m', '5h41m', '5h45m', '6h20m', '6h40m', '6h45m', '7h7m'];

/** Here an incident lies across the oldest edge of an hour, of which a direct expression leaves out one interval. */
const ACROSS_AN_EDGE = new Set(['6h40m', '6h45m']);

/** How far a share may be from a direct expression, and from exact counts, with samples that often. */
const NEAR = [
  { interval: '10s', direct: 0.01, exact: 1e-6 },
  { interval: '15s', direct: 0.01, exact: 1e-6 },
  { interval: '60s', direct: undefined, exact: 1e-6 },
] as const;

test.each(NEAR)(
  'with samples every $interval, windows staged on short rates hold what is counted exactly',
  async ({ interval, direct, exact }) => {
    const set = buildRules({ services: scrapedEvery(interval) });
    const slo = set.slos.find((each) => each.name === 'inference-latency');
    const group = set.groups.find((each) => each.name === 'slo-inference-latency');
    if (slo?.kind !== 'events' || !group) throw new Error('no such SLO');
    const rules = group.rules.filter(
      (rule) =>
        'record' in rule &&
        /:(rate1m|increase)$|^slo:error:ratio$/.test(rule.record) &&
        rule.labels?.window !== '30d',
    );
    const phases: Phase[] = COURSE.map(([lasts, share, perSecond]) => ({
      lasts,
      series: slo.sample(share, perSecond),
    }));
    const near = (time: string, window: string, expr: string, difference: number) => ({
      eval_time: time,
      expr: `abs(max(slo:error:ratio{window="${window}"}) / (${expr}) - 1) < bool ${difference}`,
      exp_samples: [{ labels: '{}', value: 1 }],
    });
    const folder = mkdtempSync(join(tmpdir(), 'staging-'));
    const { promtool } = await ensureTools(['promtool']);
    writeFileSync(join(folder, 'rules.yaml'), renderGroups([{ ...group, rules }]));
    writeFileSync(
      join(folder, 'test.yaml'),
      yaml({
        rule_files: ['rules.yaml'],
        evaluation_interval: '1m',
        tests: [
          {
            interval,
            start_timestamp: START,
            input_series: layOut(phases, seconds(interval)),
            promql_expr_test: TIMES.flatMap((time) =>
              WINDOWS.filter((window) => seconds(window) < seconds(time)).flatMap((window) => {
                const counted = `(${exactCount(slo.bad, window)}) / (${exactCount(slo.total, window)})`;
                const rated = `(${slo.bad.replaceAll('$window', window)}) / (${slo.total.replaceAll('$window', window)})`;
                return [
                  near(time, window, counted, exact),
                  // Of 5 minutes that interval is a large part.
                  ...(direct === undefined || window === '5m' || ACROSS_AN_EDGE.has(time)
                    ? []
                    : [near(time, window, rated, direct)]),
                ];
              }),
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
  },
);
