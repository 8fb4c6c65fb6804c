import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyProject } from '../project-copy.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules/.bin');
/** Every file of a change is compiled and tested: on a busy machine that takes minutes. */
const LONG = 900_000;

let copy: string;

/** A program in the copy. Vitest within Vitest must not take itself for a worker of the other. */
async function inCopy(program: string, ...args: string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { stdout } = await run(program, args, {
    cwd: copy,
    env: { ...env, PATH: `${BIN}${delimiter}${env.PATH}`, NO_COLOR: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

const cli = (...args: string[]) => inCopy(process.execPath, 'cli/main.ts', ...args);
const unit = (...args: string[]) =>
  inCopy(process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...args);

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'fsm-scaffold-'));
  copyProject(copy, /^\.github\//);
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('an alert and a dashboard that are scaffolded pass the quick checks once files are generated', {
  timeout: LONG,
}, async () => {
  const written = [
    await cli('new-alert', '--name', 'FeatureScrapesSlow', '--service', 'feature-store'),
    await cli('new-dashboard', '--name', 'shipping-lanes'),
  ].join('\n');
  const files = [...written.matchAll(/^wrote (.*)$/gm)].map(([, path = '']) => path);
  expect(files).toEqual([
    'rules/alerts/feature-store.ts',
    'runbooks/feature-scrapes-slow.md',
    'dashboards/shipping-lanes.ts',
    'catalogue/dashboards.ts',
    'dashboards/index.ts',
    'docs/dashboards.md',
  ]);

  await inCopy(process.execPath, 'cli/generate/generate.ts');
  await unit('test/unit/dashboards/golden', 'test/unit/notifications/batch', '--update');
  const sources = files.filter((file) => file.endsWith('.ts'));
  await inCopy('biome', 'check', '--vcs-enabled=false', '--diagnostic-level=error', ...sources);
  await inCopy('tsc', '--noEmit', '--incremental', 'false');
  await unit(
    'test/unit/dashboards',
    'test/unit/runbooks',
    'test/unit/rules/tests.test.ts',
    'test/unit/generated.test.ts',
  );
  expect(readFileSync(join(copy, 'runbooks/README.md'), 'utf8')).toContain('FeatureScrapesSlow');
});
