import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PreviewError } from '../errors.ts';

const run = promisify(execFile);

/** Half of a project's files, which say nothing of what it declares: a checkout without them takes half the time. */
const LEFT_OUT = ['test', 'docs', 'bench'];

/** Linux mounts memory here, writable for everyone. */
const MEMORY = '/dev/shm';

/**
 * The commit that a ref names.
 * @throws PreviewError with git's own words where git does not know the ref, or cannot be asked.
 */
export async function commitOf(ref: string, project: string): Promise<string> {
  try {
    return await git(project, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  } catch (error) {
    const said = wordsOf(error);
    if (!/Needed a single revision|unknown revision|bad revision|ambiguous argument/.test(said))
      throw new PreviewError(`There is nothing to compare with: git cannot read ${project}.\n${said}`);
    const shallow = await git(project, 'rev-parse', '--is-shallow-repository').catch(() => 'false');
    const history =
      shallow === 'true' ? ' This clone has a part of the history only: git fetch --unshallow.' : '';
    throw new PreviewError(
      `git knows no commit ${ref}.${history} Fetch it first, or name another with BASE=<git ref>.`,
    );
  }
}

/** Runs git in a folder. @returns what it printed. @throws the error of `execFile`. */
async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return (await run('git', ['-C', folder, ...args])).stdout.trim();
}

/** Why git did not do it, in its own words. */
function wordsOf(error: unknown): string {
  const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'git is not installed, or not on PATH.';
  return stderr.trim() || message;
}

/**
 * Checks a commit out into a folder of its own, without tests, with the packages installed here, and removes it after
 * the work. Where the project is a folder of a larger repository, that folder alone is checked out.
 * @param project its folder, absolute.
 * @param work given the project's folder of that commit.
 * @throws PreviewError where git does not know the ref, where the commit has no such folder, and where git cannot check
 * it out; git's own words are in it.
 */
export async function withCheckout<T>(
  ref: string,
  project: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const commit = await commitOf(ref, project);
  const place = await git(project, 'rev-parse', '--show-prefix');
  if (place !== '')
    await git(project, 'cat-file', '-e', `${commit}:${place}`).catch(() => {
      throw new PreviewError(
        `${ref} has no folder ${place}, where this project is now: there is nothing to compare with. ` +
          'Name a commit that has it with BASE=<git ref>.',
      );
    });
  const folder = await mkdtemp(join(await scratch(), 'base-'));
  const worktree = join(folder, 'checkout');
  try {
    await checkOut(commit, place, { project, worktree });
    const checkout = join(worktree, place);
    await symlink(join(project, 'node_modules'), join(checkout, 'node_modules')).catch(unlessThere);
    return await work(checkout);
  } finally {
    await git(project, 'worktree', 'remove', '--force', worktree).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkOut(
  commit: string,
  place: string,
  { project, worktree }: { readonly project: string; readonly worktree: string },
): Promise<void> {
  const paths = [
    place === '' ? '.' : `:(literal)${place}`,
    ...LEFT_OUT.map((name) => `:(exclude,literal)${place}${name}`),
  ];
  try {
    await git(project, 'worktree', 'add', '--detach', '--force', '--no-checkout', worktree, commit);
    await git(worktree, 'checkout', '--quiet', commit, '--', ...paths);
  } catch (error) {
    throw new PreviewError(`git cannot check ${commit} out:\n${wordsOf(error)}`);
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
