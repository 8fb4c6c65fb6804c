import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = readFileSync(new URL('../../../../platforms/docker/loader.sh', import.meta.url), 'utf8');
/**
 * The loader's own shell, where this machine has it; the script keeps to what any has. It takes its own `chown`, never
 * the one of these tests, and only root may use that.
 */
const SHELL = has('busybox') && process.getuid?.() === 0 ? 'busybox sh' : 'sh';
const BLOCK_BYTES = 512;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loader-'));
  // Only root may give files away, and whose they are is the engine's business.
  write('bin/chown', '#!/bin/sh\n');
  chmodSync(join(root, 'bin/chown'), 0o755);
  mkdirSync(join(root, 'rules'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder becomes the same as what was uploaded', () => {
  write('staging/rules/new.yaml', 'new');
  write('staging/rules/changed.yaml', 'after');
  write('staging/rules/deep/kept.yaml', 'kept');
  write('rules/changed.yaml', 'before');
  write('rules/gone/gone.yaml', 'gone');
  symlinkSync('/nowhere', join(root, 'rules/gone/link'));
  expect(load()).toEqual({ status: 0, said: '' });
  expect(loaded()).toEqual({ 'changed.yaml': 'after', 'deep/kept.yaml': 'kept', 'new.yaml': 'new' });
  expect(existsSync(join(root, 'rules/gone'))).toBe(false);
});

test('a file that cannot be written whole fails the loader, and the old one stays', () => {
  write('rules/alerts.yaml', 'before');
  write('staging/rules/alerts.yaml', 'after'.repeat(BLOCK_BYTES));
  expect(load({ blocks: 1 }).status).not.toBe(0);
  expect(loaded()['alerts.yaml']).toBe('before');
});

test('it fails in the last file of the last folder as in the first', () => {
  write('rules/a.yaml', 'before');
  write('staging/rules/a.yaml', 'after');
  mkdirSync(join(root, 'targets'));
  write('staging/targets/b.json', 'after'.repeat(BLOCK_BYTES));
  expect(load({ blocks: 1, folders: ['rules', 'targets'] }).status).not.toBe(0);
  expect(loaded()).toEqual({ 'a.yaml': 'after' });
  expect(readdirSync(join(root, 'targets'))).not.toContain('b.json');
});

test('a data folder that cannot be given away fails the loader', () => {
  expect(run(['own', '472', join(root, 'missing')]).status).toBe(1);
});

/** @param blocks what a file may hold at most, as on a disk that is full. Default: as much as it likes. */
function load({ blocks, folders = ['rules'] }: { blocks?: number; folders?: readonly string[] } = {}) {
  const args = folders.flatMap((name) => ['files', '472', '0444', name, join(root, name)]);
  return run(args, blocks === undefined ? '' : `ulimit -f ${blocks}; `);
}

function run(args: readonly string[], before = '') {
  const script = SCRIPT.replaceAll('/staging', `${root}/staging`);
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `${before}exec ${SHELL} -euc "$@"`, 'sh', script, 'loader.sh', ...args],
    { encoding: 'utf8', env: { ...process.env, PATH: `${root}/bin:${process.env.PATH}` } },
  );
  return { status, said: stderr };
}

function loaded(): Record<string, string> {
  const folder = join(root, 'rules');
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

function has(command: string): boolean {
  try {
    execFileSync(command, ['true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
