import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { commitOf } from '../preview/shoot/checkout.ts';
import { ROOT } from './project.ts';

const run = promisify(execFile);

/** What two versions are compared: the commits, and how a report names them. */
export interface Compared {
  /** The commit to compare with, in full. */
  readonly commit: string;
  readonly names: { readonly before: string; readonly after: string };
}

const short = (commit: string): string => commit.slice(0, 9);

/**
 * The commit that the working tree is compared with: where it left the history of a ref. What the ref gained since is
 * not part of the change. A ref without a common ancestor is compared as it stands.
 * @param root the project's folder, absolute.
 * @throws PreviewError where git does not know the ref.
 */
export async function comparedWith(ref: string, root = ROOT): Promise<Compared> {
  const git = async (...args: readonly string[]) => (await run('git', ['-C', root, ...args])).stdout.trim();
  const base = commitOf(ref, root).then(async (tip) => ({
    tip,
    commit: await git('merge-base', tip, 'HEAD').catch(() => tip),
  }));
  const [{ tip, commit }, head, changed] = await Promise.all([
    base,
    git('rev-parse', 'HEAD').catch(() => ''),
    git('status', '--porcelain', '--', '.').catch(() => ''),
  ]);
  const before =
    commit === tip ? `${ref} (${short(tip)})` : `${short(commit)}, where HEAD left ${ref} (${short(tip)})`;
  const files = changed.split('\n').filter((line) => line !== '').length;
  const local = files === 0 ? '' : ` with ${files} uncommitted ${files === 1 ? 'file' : 'files'}`;
  return { commit, names: { before, after: `the working tree (${short(head)}${local})` } };
}
