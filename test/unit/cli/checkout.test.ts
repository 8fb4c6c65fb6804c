import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitOf, withCheckout } from '../../../preview/shoot/checkout.ts';

/** A repository whose folder `teams/a b` is a project, which the first commit lacks. */
const root = mkdtempSync(join(tmpdir(), 'larger '));
const repository = join(root, 'repository');
const project = join(repository, 'teams', 'a b');

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  });

beforeAll(() => {
  mkdirSync(project, { recursive: true });
  git('init', '--quiet');
  writeFileSync(join(repository, 'README.md'), 'outside');
  git('add', '.');
  git('commit', '--quiet', '-m', 'before');
  for (const path of ['cli/commands/render.ts', 'test/x.ts', 'docs/x.md', 'test-data.yaml']) {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), 'base');
  }
  mkdirSync(join(project, 'node_modules'));
  git('add', '--all');
  git('commit', '--quiet', '-m', 'project');
  writeFileSync(join(project, 'cli/commands/render.ts'), 'changed');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a project that is a folder of a larger repository is checked out as such', async () => {
  const found = await withCheckout('HEAD', project, async (checkout) => ({
    checkout,
    files: readdirSync(checkout).sort(),
    outside: existsSync(join(checkout, '..', '..', 'README.md')),
  }));
  expect(found.files).toEqual(['cli', 'node_modules', 'test-data.yaml']);
  expect(found.outside).toBe(false);
  expect(existsSync(found.checkout)).toBe(false);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('so is one that is a repository of its own', async () => {
  const files = await withCheckout('HEAD~1', repository, async (checkout) => readdirSync(checkout));
  expect(files).toContain('README.md');
});

test('a commit without that folder is nothing to compare with', async () => {
  await expect(withCheckout('HEAD~1', project, async () => 0)).rejects.toThrow(
    'HEAD~1 has no folder teams/a b/, where this project is now',
  );
});

test.each(['nowhere', '-x', '--all', 'a..b', ''])('an unknown ref is named: %j', async (ref) => {
  await expect(commitOf(ref, project)).rejects.toThrow(`git knows no commit ${ref}. Fetch it first`);
});

test('in a shallow clone it says how to get the rest', async () => {
  const shallow = join(root, 'shallow');
  execFileSync('git', ['clone', '--quiet', '--depth', '1', pathToFileURL(repository).href, shallow]);
  await expect(commitOf('HEAD~1', shallow)).rejects.toThrow('git fetch --unshallow');
});

test('git’s own words are passed on where it cannot be asked', async () => {
  const bare = mkdtempSync(join(tmpdir(), 'no-repository-'));
  await expect(commitOf('HEAD', bare)).rejects.toThrow(
    /nothing to compare with.*\nfatal: not a git repository/s,
  );
  rmSync(bare, { recursive: true });
  const before = process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER;
  // Git's own switch for its tests of this.
  process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER = '1';
  try {
    await expect(commitOf('HEAD', project)).rejects.toThrow(/dubious ownership.*safe\.directory/s);
  } finally {
    if (before === undefined) delete process.env.GIT_TEST_ASSUME_DIFFERENT_OWNER;
  }
});
