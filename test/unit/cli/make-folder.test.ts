import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a person reads where a file cannot be written there. A process of its own: an endless loop has to be ended. */
function said(out: string): string {
  const program = `
    import { explain } from '${ROOT}/cli/errors.ts';
    import { writeRendered } from '${ROOT}/cli/rendered-folder.ts';
    try { writeRendered(${JSON.stringify(out)}, { 'a/b.txt': 'b' }); console.log('written'); }
    catch (error) { console.log(explain(error)); }`;
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  return signal === null ? stdout.trim() : `ended by ${signal}`;
}

test.runIf(process.platform === 'linux')('refuses a folder in which none can be made', () => {
  expect(said('/proc/x/y')).toBe(
    '/proc/x cannot be made: there is no such file or folder, or a link leads nowhere.',
  );
});

test('refuses a file and a dangling link on its way, and makes what is missing', () => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('nowhere', join(folder, 'link'));
  expect(said(join(folder, 'file'))).toMatch(/: something on that path is a file, not a folder\. Move it/);
  expect(said(join(folder, 'link'))).toMatch(/link cannot be made: it is there already\. Move it/);
  expect(said(join(folder, 'new/er'))).toBe('written');
  expect(statSync(join(folder, 'new/er/a/b.txt')).isFile()).toBe(true);
});
