import { chmodSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** List of what a folder was given, so that the next time takes out what is no more. */
export const LIST = '.rendered';

/** What containers read as users of their own, whatever the mask of whoever writes it. */
const MOUNTED = 'compose/config/';

/**
 * Writes files into a folder, and removes what an earlier time wrote and this one does not: a rule file that is gone from
 * the settings must not stay loaded. Nothing else is removed.
 * @param files content by path from the folder.
 */
export function writeRendered(folder: string, files: Readonly<Record<string, string>>): void {
  for (const path of listed(folder).filter((each) => !(each in files))) {
    const stale = join(folder, path);
    if (lstatSync(stale, { throwIfNoEntry: false })?.isFile()) rmSync(stale);
  }
  for (const [path, content] of Object.entries({ ...files, [LIST]: listOf(files) })) {
    makeFolder(join(folder, dirname(path)));
    writeFileSync(join(folder, path), content);
    if (path.startsWith(MOUNTED)) open(folder, path);
  }
}

/** Makes a file and the folders on its way readable. */
function open(folder: string, path: string): void {
  chmodSync(join(folder, path), 0o644);
  for (let inner = dirname(path); `${inner}/`.startsWith(MOUNTED); inner = dirname(inner))
    chmodSync(join(folder, inner), 0o755);
}

function listOf(files: Readonly<Record<string, string>>): string {
  return `${Object.keys(files).sort().join('\n')}\n`;
}

/** Paths that the list of an earlier time names, as far as they lie in the folder. */
function listed(folder: string): readonly string[] {
  try {
    const lines = readFileSync(join(folder, LIST), 'utf8').split('\n');
    return lines.filter(
      (path) => path !== '' && path === normalize(path) && !/^(?:\/|\.\.(?:\/|$))/.test(path),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
