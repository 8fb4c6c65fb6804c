import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { comparedWith } from '../../../cli/base.ts';

const folder = mkdtempSync(join(tmpdir(), 'base-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();
const commit = (name: string) => {
  git('commit', '--quiet', '--allow-empty', '-m', name);
  return git('rev-parse', 'HEAD');
};

test('a branch that moved on is compared where it was left, and the report names both commits', async () => {
  git('init', '--quiet', '--initial-branch', 'main');
  const first = commit('first');
  git('checkout', '--quiet', '-b', 'change');
  const mine = commit('mine');
  git('checkout', '--quiet', 'main');
  const later = commit('later');
  git('checkout', '--quiet', 'change');
  expect(await comparedWith('main', folder)).toEqual({
    commit: first,
    names: {
      before: `${first.slice(0, 9)}, where HEAD left main (${later.slice(0, 9)})`,
      after: `the working tree (${mine.slice(0, 9)})`,
    },
  });
  writeFileSync(join(folder, 'file'), '');
  expect(await comparedWith('HEAD~1', folder)).toEqual({
    commit: first,
    names: {
      before: `HEAD~1 (${first.slice(0, 9)})`,
      after: `the working tree (${mine.slice(0, 9)} with 1 uncommitted file)`,
    },
  });
  await expect(comparedWith('nowhere', folder)).rejects.toThrow('git knows no commit nowhere');
});
