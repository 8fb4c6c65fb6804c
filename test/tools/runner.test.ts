import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Breaks the program in a copy of it, and lets the run say which suites the change affects, and that one is red. */
const ROOT = join(import.meta.dirname, '..', '..');
let copy: string;

beforeAll(() => {
  copy = join(mkdtempSync(join(tmpdir(), 'runner-')), 'project');
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
  for (const file of files.filter((name) => name !== ''))
    cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: copy, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message=base');
});

afterAll(() => rmSync(join(copy, '..'), { recursive: true, force: true }));

/** Changes a file for the time of one run of `make test --changed`. */
function runWith(
  file: string,
  from: RegExp,
  to: string,
  ...args: readonly string[]
): { code: number; said: string } {
  const path = join(copy, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has nothing like ${from}`);
  writeFileSync(path, after);
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(copy, 'test/run.ts'), '--changed', ...args],
      { cwd: copy, encoding: 'utf8', env: { ...process.env, BASE: '' } },
    );
    return { code: status ?? -1, said: `${stdout}${stderr}` };
  } finally {
    writeFileSync(path, before);
  }
}

const lines = (said: string) => said.split('\n').filter((line) => line.endsWith('runs here'));

test('a threshold that is wrong is red in what it affects', () => {
  const change = ['rules/alerts/inference-api.ts', /const SLA = 0\.15;/, 'const SLA = 0.95;'] as const;
  expect(lines(runWith(...change, '--list').said).join()).toMatch(/unit.*promtool.*mutation/);
  const { code, said } = runWith(...change, '--only', 'unit', 'test/unit/rules');
  expect(said).toMatch(/unit: failed: test\/unit\/rules/);
  expect(code).toBe(1);
});

test('a dashboard that is wrong is red in what it affects', () => {
  const change = [
    'dashboards/inference-api.ts',
    /inference_requests_total/,
    'inference_request_total',
  ] as const;
  const { code, said } = runWith(...change, '--only', 'unit', 'test/unit/dashboards');
  expect(said).toMatch(/unit: failed: test\/unit\/dashboards/);
  expect(code).toBe(1);
});

test('a demo that is wrong is red in what it affects, and its incidents have to be played again', () => {
  const change = ['demo/models/psi.ts', /Math\.log/, 'Math.exp'] as const;
  const { code, said } = runWith(...change, '--only', 'unit', 'test/unit/demo');
  expect(said).toMatch(/unit: failed: test\/unit\/demo/);
  expect(code).toBe(1);
});
