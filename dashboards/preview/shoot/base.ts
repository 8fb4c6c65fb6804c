import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PreviewError } from '../errors.ts';
import type { DashboardEntry } from '../model/dashboard.ts';
import { fromCode, PROJECT } from '../sources.ts';

const run = promisify(execFile);

/**
 * The dashboards of another commit, built by that commit's own code with the packages installed here.
 * @throws PreviewError where git does not know the ref, or its dashboards do not build.
 */
export async function dashboardsAt(ref: string, project = PROJECT): Promise<DashboardEntry[]> {
  const git = (...args: string[]) => run('git', ['-C', project, ...args]);
  const commit = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).then(
    ({ stdout }) => stdout.trim(),
    () => {
      throw new PreviewError(
        `git knows no commit ${ref}. Fetch it first, or name another with BASE=<git ref>.`,
      );
    },
  );
  const folder = await mkdtemp(join(tmpdir(), 'dashboards-base-'));
  const worktree = join(folder, 'checkout');
  try {
    await git('worktree', 'add', '--detach', '--force', worktree, commit);
    await symlink(join(PROJECT, 'node_modules'), join(worktree, 'node_modules'));
    return await fromCode(worktree).load();
  } finally {
    await git('worktree', 'remove', '--force', worktree).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}
