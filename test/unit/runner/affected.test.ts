import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsBelow } from '../../../tools/imports.ts';
import { affected } from '../../runner/affected.ts';
import { coverageOf } from '../../runner/coverage.ts';
import { SUITES } from '../../runner/suites.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const importsOf = importsBelow(ROOT);
const coverage = coverageOf(SUITES, ROOT);
const suitesOf = (...changed: readonly string[]) => [...affected(coverage, changed, importsOf)].sort();
const ALL = SUITES.map(({ name }) => name).sort();
const without = (...names: readonly string[]) => ALL.filter((name) => !names.includes(name));

describe('what a change can affect', () => {
  test('a threshold: everything that reads rules', () => {
    const found = suitesOf('rules/alerts/inference-api.ts');
    for (const name of ['unit', 'review', 'promtool', 'mutation', 'incidents', 'full path', 'Kubernetes'])
      expect(found).toContain(name);
    expect(found).not.toContain('tools');
  });

  test('a dashboard: its tests, and what deploys it', () => {
    const found = suitesOf('dashboards/boards/inference-api.ts');
    for (const name of ['unit', 'incidents', 'end to end', 'full path']) expect(found).toContain(name);
    expect(found).not.toContain('tools');
  });

  test('the demo: what plays with it', () => {
    const found = suitesOf('demo/inference/role.ts');
    for (const name of ['end to end', 'incidents', 'full path', 'Docker', 'Kubernetes'])
      expect(found).toContain(name);
    expect(found).not.toContain('promtool');
    expect(found).not.toContain('mutation');
  });

  test.each(['platforms/guard/check.ts', 'platforms/local/process/apply.ts'])(
    '%s, which processes of this machine run: what starts them',
    (file) => {
      const found = suitesOf(file);
      for (const name of ['unit', 'end to end', 'full path']) expect(found).toContain(name);
      for (const name of ['Docker', 'Kubernetes']) expect(found).not.toContain(name);
    },
  );

  test('prose: the tests of docs alone', () => {
    expect(suitesOf('docs/backtest.md')).toEqual(['format and lint', 'types', 'unit']);
  });

  test('a program of ours in another language: who asks for it', () => {
    const found = suitesOf('tools/modules/kafka-broker/main.go');
    for (const name of ['tools', 'end to end', 'incidents']) expect(found).toContain(name);
  });

  test('one suite’s own test: that suite', () => {
    expect(suitesOf('test/mutation/judge.ts')).toEqual(['format and lint', 'mutation', 'types']);
  });

  test.each(['package-lock.json', 'vitest.config.ts', 'test/runner/schedule.ts'])(
    '%s: everything',
    (file) => {
      expect(suitesOf(file)).toEqual(ALL);
    },
  );

  test('nothing that is part of the program affects no suite but those of form', () => {
    const files = globSync('{cli,components,dashboards,platforms,program,rules,settings}/**/*.ts', {
      cwd: ROOT,
    });
    expect(files.length).toBeGreaterThan(200);
    const form = ['format and lint', 'types', 'types of the page'];
    const forgotten = files.filter((file) => suitesOf(file).every((name) => form.includes(name)));
    expect(forgotten).toEqual([]);
  });

  test('without a change: nothing', () => {
    expect(suitesOf()).toEqual(without(...ALL));
  });
});
