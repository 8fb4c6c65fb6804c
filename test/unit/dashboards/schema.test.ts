import grafanaSchema from '@grafana/schema/package.json' with { type: 'json' };
import { beforeAll, describe, expect, test } from 'vitest';
import { buildDashboards, renderDashboards } from '../../../dashboards/index.ts';
import { TOOLS } from '../../../tools/versions.ts';
import { compileAgainstGrafana } from './compile.ts';
import { indented } from './indented.ts';

const texts = Object.fromEntries(
  Object.entries(renderDashboards(buildDashboards())).map(([path, text]) => [path, indented(text)]),
);
const [overview = ''] = Object.values(texts);

/** Dashboards with one mistake each, and what must be said about it. */
const mistakes: Record<string, { text: string; says: RegExp }> = {
  'unknown option': { text: overview.replace('"graphMode"', '"graphMood"'), says: /graphMood/ },
  'unknown kind of panel': {
    text: overview.replace('"type": "bargauge"', '"type": "bargage"'),
    says: /bargage/,
  },
  'unknown value': { text: overview.replace('"placement": "bottom"', '"placement": "below"'), says: /below/ },
  'wrong type': { text: overview.replace('"editable": false', '"editable": "no"'), says: /string.*boolean/ },
};

let problems: Record<string, string[]>;

beforeAll(() => {
  const wrong = Object.entries(mistakes).map(([name, { text }]) => [name, text] as const);
  problems = compileAgainstGrafana({ ...texts, ...Object.fromEntries(wrong) });
}, 180_000);

test('the types are those of the Grafana that is deployed', () => {
  expect(grafanaSchema.version).toBe(TOOLS.grafana.version);
});

test.each(Object.keys(texts))('%s is what Grafana’s published types describe', (path) => {
  expect(problems[path]).toEqual([]);
});

describe('what Grafana’s types do not describe is found', () => {
  test.each(Object.entries(mistakes))('%s', (name, { text, says }) => {
    expect(text).not.toBe(overview);
    expect(problems[name]?.join('\n')).toMatch(says);
  });
});
