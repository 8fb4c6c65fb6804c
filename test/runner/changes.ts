import { execFileSync } from 'node:child_process';

/**
 * Files that differ from a commit, untracked ones included, by path from the root.
 * @param base a commit; default: where this branch left main, or the last commit on main itself
 * @throws what git says, if there is no such commit
 */
export function changedFiles(root: string, base?: string): readonly string[] {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  const from = base ?? forkPoint(git) ?? 'HEAD';
  return [
    ...new Set([
      ...lines(git('diff', '--name-only', '--relative', from, '--')),
      ...lines(git('ls-files', '--others', '--exclude-standard')),
    ]),
  ];
}

function forkPoint(git: (...args: readonly string[]) => string): string | undefined {
  for (const main of ['origin/main', 'main']) {
    try {
      return git('merge-base', 'HEAD', main).trim();
    } catch {
      // No such branch here: the next one.
    }
  }
  return undefined;
}
