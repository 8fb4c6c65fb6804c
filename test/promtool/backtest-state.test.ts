import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { episodesOf, type Hold } from '../../operations/review/backtest/state.ts';
import { yaml } from '../../rules/render.ts';
import { failures, writeFiles } from './promtool.ts';

const STEP = 15;
const LONGEST = 40;

/** A series at each evaluation: over the threshold, under it, or gone. */
const series = fc.array(fc.constantFrom(1, 1, 1, 0, undefined), { minLength: LONGEST, maxLength: LONGEST });
/** Seconds; whole evaluations often, because that is where it matters whether a bound is met or passed. */
const wait = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((evaluations) => evaluations * STEP),
  fc.integer({ min: 0, max: 130 }),
);
const timing = fc.record({ for: wait, keepFiringFor: wait });

interface Case {
  readonly hold: Hold;
  readonly series: readonly (readonly (number | undefined)[])[];
}

/** Everything that the state machine says of a case, as what promtool must find in `ALERTS` at each evaluation. */
function promtoolTest({ hold, series }: Case): unknown {
  const instants = Array.from({ length: LONGEST }, (_, n) => n * STEP * 1000);
  const said = series.map((values) =>
    episodesOf(instants, new Set(instants.filter((_, n) => values[n] === 1)), hold),
  );
  const at = (instant: number, n: number) => {
    const episode = said[n]?.find(({ activeAt, lastAt }) => activeAt <= instant && lastAt >= instant);
    if (episode === undefined) return [];
    const firing = episode.firingAt !== undefined && episode.firingAt <= instant;
    const labels = `alertname="A", alertstate="${firing ? 'firing' : 'pending'}", n="${n}"`;
    return [{ labels: `ALERTS{${labels}}`, value: 1 }];
  };
  return {
    interval: `${STEP}s`,
    input_series: series.map((values, n) => ({
      series: `x{n="${n}"}`,
      values: values.map((value) => value ?? 'stale').join(' '),
    })),
    promql_expr_test: instants.map((instant) => ({
      expr: 'ALERTS',
      eval_time: `${instant / 1000}s`,
      exp_samples: series.flatMap((_, n) => at(instant, n)),
    })),
  };
}

test('alerts are pending and firing at exactly the evaluations at which Prometheus has them so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  try {
    await fc.assert(
      fc.asyncProperty(timing, fc.array(series, { minLength: 1, maxLength: 12 }), async (seconds, all) => {
        const hold = { for: seconds.for * 1000, keepFiringFor: seconds.keepFiringFor * 1000 };
        const rule = {
          alert: 'A',
          expr: 'x > 0',
          for: `${seconds.for}s`,
          keep_firing_for: `${seconds.keepFiringFor}s`,
        };
        const [, file = ''] = writeFiles(folder, {
          'rules.yaml': yaml({ groups: [{ name: 'g', rules: [rule] }] }),
          'test.yaml': yaml({
            rule_files: ['rules.yaml'],
            evaluation_interval: `${STEP}s`,
            tests: [promtoolTest({ hold, series: all })],
          }),
        });
        expect(await failures([file])).toBe('');
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
