import grafanaSchema from '@grafana/schema/package.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { buildDashboards, renderDashboards } from '../../../dashboards/index.ts';
import { TOOLS } from '../../../tools/versions.ts';
import { compileAgainstGrafana } from './compile.ts';

const texts = renderDashboards(buildDashboards());

test('the types are those of the Grafana that is deployed', () => {
  expect(grafanaSchema.version).toBe(TOOLS.grafana.version);
});

test('every dashboard is what Grafana’s published types describe', { timeout: 120_000 }, () => {
  expect(compileAgainstGrafana(texts)).toEqual([]);
});

test('what Grafana’s types do not describe is found', { timeout: 120_000 }, () => {
  const [text = ''] = Object.values(texts);
  const mistakes = {
    unknown_option: text.replace('"graphMode"', '"graphMood"'),
    unknown_kind: text.replace('"type": "bargauge"', '"type": "bargage"'),
    unknown_value: text.replace('"placement": "bottom"', '"placement": "below"'),
    wrong_type: text.replace('"editable": false', '"editable": "no"'),
  };
  const problems = compileAgainstGrafana(mistakes).join('\n');
  expect(problems).toContain('graphMood');
  expect(problems).toContain('bargage');
  expect(problems).toContain('below');
  expect(problems).toMatch(/string.*boolean/);
});
