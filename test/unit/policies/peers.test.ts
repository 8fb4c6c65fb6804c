import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../cli/run.ts';
import { seconds } from '../../../lib/promql/parse.ts';
import { DASHBOARD_LINTER, PINT } from '../../../policies/peers.ts';
import { POLICIES } from '../../../policies/policies.ts';
import { buildRules } from '../../../rules/index.ts';
import { LINTS } from '../../../rules/lint/index.ts';

const ROWS = [...PINT, ...DASHBOARD_LINTER];
const BOARDS = join(import.meta.dirname, '../../../dashboards/lint');

test('each check of a peer stands in one row, which says what looks for it here or why nothing does', () => {
  const names = ROWS.flatMap(({ theirs }) => theirs);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(ROWS.filter(({ ours, left }) => ours === undefined && left === undefined)).toEqual([]);
});

test('what looks for it here exists', () => {
  const sources = readdirSync(BOARDS).map((file) => readFileSync(join(BOARDS, file), 'utf8'));
  const known = new Set([
    ...POLICIES.map(({ name }) => name),
    ...LINTS.map(({ name }) => name),
    ...sources.flatMap((text) => [...text.matchAll(/reporter\('([\w-]+)'/g)].map(([, name = '']) => name)),
    ...Object.keys(COMMANDS).map((name) => `make ${name}`),
    'PROM',
  ]);
  const named = ROWS.flatMap(({ ours = '' }) =>
    [...ours.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('no alert that ships uses absent() and waits for less than two scrapes', () => {
  const hasty = buildRules().alerts.filter(
    (alert) => alert.expr.includes('absent(') && seconds(alert.for) < 30,
  );
  expect(hasty.map(({ name }) => name)).toEqual([]);
});
