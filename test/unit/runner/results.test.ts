import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Report, resultOf } from '../../runner/results.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
mkdirSync(join(ROOT, '.test-output'), { recursive: true });
// Inside the project, where Vitest is found.
const folder = mkdtempSync(join(ROOT, '.test-output', 'results-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Vitest itself says of these files. */
function ran(files: Readonly<Record<string, string>>): { report: Report; code: number } {
  const place = mkdtempSync(join(folder, 'run-'));
  for (const [name, tests] of Object.entries(files))
    writeFileSync(join(place, name), `import { beforeAll, expect, test } from 'vitest';\n${tests}\n`);
  writeFileSync(join(place, 'vitest.config.js'), 'export default {};');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const output = join(place, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', `--root=${place}`, '--reporter=json', `--outputFile=${output}`],
    { env: { PATH: process.env.PATH } },
  );
  return { report: JSON.parse(readFileSync(output, 'utf8')) as Report, code: status ?? -1 };
}

test('each way in which a file fails counts, and is named', () => {
  const { report, code } = ran({
    'good.test.ts': `test('one', () => {}); test.skip('two', () => {});`,
    'wrong.test.ts': `test('adds up', () => expect([1, 2]).toEqual([1, 3])); test('is right', () => {});`,
    'hook.test.ts': `beforeAll(() => { throw new Error('no server'); }); test('asks it', () => {});`,
    'broken.test.ts': `throw new Error('not loaded');`,
  });
  expect(code).toBe(1);
  const { passed, failed, skipped, failures } = resultOf(report, code, ROOT);
  expect({ passed, failed }).toEqual({ passed: 2, failed: 3 });
  expect(skipped).toBeGreaterThanOrEqual(1);
  expect([...failures].sort()).toEqual([
    expect.stringMatching(/broken\.test\.ts: .*not loaded/),
    expect.stringMatching(/hook\.test\.ts: .*no server/),
    expect.stringMatching(/wrong\.test\.ts > adds up: AssertionError: expected \[ 1, 2 \]/),
  ]);
  for (const failure of failures) expect(failure).not.toContain('\n');
});

test('an error outside of tests is a failure, and a good run has none', () => {
  const late = ran({
    'late.test.ts': `test('ends', () => { setTimeout(() => { throw new Error('too late'); }, 0); });
test('waits', () => new Promise((resolve) => setTimeout(resolve, 100)));`,
  });
  expect(late.code).toBe(1);
  expect(resultOf(late.report, late.code, ROOT)).toMatchObject({ passed: 2, failed: 1 });

  const good = ran({ 'good.test.ts': `test('one', () => {});` });
  expect(resultOf(good.report, good.code, ROOT)).toEqual({
    passed: 1,
    failed: 0,
    skipped: 0,
    failures: [],
    flaky: [],
  });
});

test('a test that passes at its second try passes, and is named with what failed at the first', () => {
  const { report, code } = ran({
    'flaky.test.ts': `let tries = 0; test('starts', { retry: 1 }, () => expect(++tries).toBe(2));`,
    'good.test.ts': `test('one', () => {});`,
  });
  expect(code).toBe(0);
  expect(resultOf(report, code, ROOT)).toEqual({
    passed: 2,
    failed: 0,
    skipped: 0,
    failures: [],
    flaky: [expect.stringMatching(/flaky\.test\.ts > starts: AssertionError: expected 1 to be 2/)],
  });
});
