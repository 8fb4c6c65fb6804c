import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asText, display } from '../../../preview/model/field.ts';
import type { Cell, Field } from '../../../preview/model/frame.ts';
import { classic, color, type Theme } from '../../../preview/model/palette.ts';
import { reduce } from '../../../preview/model/reduce.ts';
import { parseTime } from '../../../preview/model/time.ts';
import { formatValue } from '../../../preview/model/units.ts';
import { TOOLS } from '../../../tools/versions.ts';

/** What Grafana's own packages make of the same input: `oracle/record.cjs` wrote it. */
interface Grafana {
  readonly version: string;
  readonly decimals: readonly (number | null)[];
  readonly values: readonly number[];
  readonly formats: Readonly<Record<string, readonly string[]>>;
  readonly fields: readonly (readonly (number | null)[])[];
  readonly reducers: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
  readonly expressions: readonly string[];
  readonly times: Readonly<Record<string, readonly (readonly (string | null)[])[]>>;
  readonly colorNames: readonly string[];
  readonly colors: Readonly<Record<Theme, Readonly<Record<'palette' | 'named', readonly string[]>>>>;
  readonly configs: readonly object[];
  readonly samples: readonly (number | string | null)[];
  readonly displayed: readonly (readonly (readonly [text: string, color: string])[])[];
}
const grafana = JSON.parse(
  readFileSync(join(import.meta.dirname, 'oracle', 'grafana.json'), 'utf8'),
) as Grafana;

test('is of the Grafana that is deployed', () => {
  expect(grafana.version).toBe(TOOLS.grafana.version);
});

test.each(Object.entries(grafana.formats))('unit %s', (unit, texts) => {
  const ours = grafana.values.flatMap((value) =>
    grafana.decimals.map((decimals) => formatValue(value, unit, decimals)),
  );
  expect(ours).toEqual(texts);
});

describe('calculations', () => {
  test.each(Object.entries(grafana.reducers))('%s', (calc, results) => {
    const same = grafana.fields.map((values, index) => {
      const result = reduce(values, calc);
      const expected = results[index];
      // A truth value is one or zero here.
      if (typeof expected === 'boolean') return result === Number(expected);
      if (typeof result === 'number' && typeof expected === 'number')
        return Math.abs(result - expected) <= 1e-9 * Math.abs(expected);
      return (typeof result === 'number' ? String(result) : result) === expected;
    });
    expect(grafana.fields.filter((_, index) => !same[index])).toEqual([]);
  });
});

test.each(Object.entries(grafana.times))('times at %s', (now, expected) => {
  const ours = grafana.expressions.map((expression) =>
    [false, true].map((up) => {
      const ms = parseTime(expression, Date.parse(now), up);
      return ms === undefined ? null : new Date(ms).toISOString();
    }),
  );
  expect(Object.fromEntries(grafana.expressions.map((text, i) => [text, ours[i]]))).toEqual(
    Object.fromEntries(grafana.expressions.map((text, i) => [text, expected[i]])),
  );
});

describe.each(['dark', 'light'] as const)('colours of the %s theme', (theme) => {
  test('of series, in their order', () => {
    const { palette } = grafana.colors[theme];
    expect(palette.map((_, index) => classic(index, theme).toLowerCase())).toEqual(
      palette.map((each) => each.toLowerCase()),
    );
  });

  test('by name', () => {
    expect(grafana.colorNames.map((name) => color(name, theme).toLowerCase())).toEqual(
      grafana.colors[theme].named.map((each) => each.toLowerCase()),
    );
  });
});

test.each(grafana.configs.map((config, index) => ({ config, index })))(
  'null, NaN, infinity and numbers with $config',
  ({ config, index }) => {
    const field = { name: 'Value', type: 'number', config, values: [] } as unknown as Field;
    const ours = grafana.samples.map((sample) => {
      const value: Cell = typeof sample === 'string' ? Number(sample) : sample;
      const shown = display(field, value, 0, { min: 0, max: 100 }, { theme: 'dark' });
      return [asText(shown), shown.color.toLowerCase()];
    });
    expect(ours).toEqual(grafana.displayed[index]?.map(([text, shade]) => [text, shade.toLowerCase()]));
  },
);
