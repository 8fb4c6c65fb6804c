import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PreviewError } from '../errors.ts';

const run = promisify(execFile);

/** Half of a project's files, which say nothing of what it declares: a checkout without them takes half the time. */
const LEFT_OUT = ['test', 'docs', 'bench'].map((path) => `:(exclude)${path}`);

/** Linux mounts memory here, writable for everyone. */
const MEMORY = '/dev/shm';

/**
 * The commit that a ref names.
 * @throws PreviewError where git does not know the ref.
 */
export async function commitOf(ref: string, project: string): Promise<string> {
  const git = run('git', ['-C', project, 'rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return await git.then(
    ({ stdout }) => stdout.trim(),
    () => {
      throw new PreviewError(
        `git knows no commit ${ref}. Fetch it first, or name another with BASE=<git ref>.`,
      );
    },
  );
}

/**
 * Checks a commit out into a folder of its own, without tests, with the packages installed here, and removes it after
 * the work.
 * @param work given the folder.
 * @throws PreviewError where git does not know the ref.
 */
export async function withCheckout<T>(
  ref: string,
  project: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const git = (...args: string[]) => run('git', ['-C', project, ...args]);
  const commit = await commitOf(ref, project);
  const folder = await mkdtemp(join(await scratch(), 'base-'));
  const worktree = join(folder, 'checkout');
  try {
    await git('worktree', 'add', '--detach', '--force', '--no-checkout', worktree, commit);
    await run('git', ['-C', worktree, 'checkout', '--quiet', commit, '--', '.', ...LEFT_OUT]);
    await symlink(join(project, 'node_modules'), join(worktree, 'node_modules')).catch(unlessThere);
    return await work(worktree);
  } finally {
    await git('worktree', 'remove', '--force', worktree).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Memory where the system offers it: on some disks hundreds of small files take longer than all that is asked of them. */
function scratch(): Promise<string> {
  return access(MEMORY, constants.W_OK).then(
    () => MEMORY,
    () => tmpdir(),
  );
}

/** A commit may have a link of its own. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
