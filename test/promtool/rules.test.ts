import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRules, renderRules } from '../../rules/index.ts';
import {
  renderBudgetTests,
  renderRecordingTests,
  renderSloAlertTests,
  renderSloTests,
  renderTests,
} from '../../rules/tests.ts';
import { ensureTools } from '../../tools/install.ts';
import { failures, writeFiles } from './promtool.ts';

const run = promisify(execFile);
const set = buildRules();
const folder = mkdtempSync(join(tmpdir(), 'rules-'));
let promtool = '';

const write = (name: string, files: Readonly<Record<string, string>>): string[] =>
  writeFiles(join(folder, name), files);

beforeAll(async () => {
  promtool = (await ensureTools(['promtool'])).promtool;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('promtool accepts every rule file', async () => {
  const files = write('rules', renderRules(set));
  const { stdout } = await run(promtool, ['check', 'rules', '--lint-fatal', ...files]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
});

test('a broken rule makes the tests fail', async () => {
  const alert = set.alerts.find((each) => each.name === 'InferenceAPIHighLatency');
  if (!alert) throw new Error('no such alert');
  const files = renderTests(set, new Set([alert.name]));
  const rules = files['InferenceAPIHighLatency.rules.yaml'] ?? '';
  const broken = { ...files, 'InferenceAPIHighLatency.rules.yaml': rules.replace('> 0.15', '> 0.16') };
  expect(broken).not.toEqual(files);
  expect(await failures(write('broken', broken).filter((file) => file.endsWith('.test.yaml')))).toContain(
    'FAILED',
  );
});

test.each([...new Set(set.alerts.map((alert) => alert.group))])(
  'alerts of %s fire just over their threshold after their time, not under it, and resolve',
  async (group) => {
    const names = new Set(set.alerts.filter((alert) => alert.group === group).map((alert) => alert.name));
    const files = write(group, renderTests(set, names));
    expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
  },
);

test('SLOs count good and bad as their metrics say, and nothing without traffic', async () => {
  const files = write('slos', renderSloTests(set));
  expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
});

test('recorded series are what their proofs say', async () => {
  const files = write('recordings', renderRecordingTests(set));
  expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
});

test('alerts of SLOs ask for both windows and enough events', async () => {
  const files = write('slo-alerts', renderSloAlertTests(set));
  expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
});

test('SLOs add up windows, burn rates and budgets as arithmetic does', async () => {
  const files = write('budgets', renderBudgetTests(set));
  expect(await failures(files.filter((file) => file.endsWith('.test.yaml')))).toBe('');
});
