import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those on its way. Node's own recursive `mkdirSync` does not return where the folder above is there and
 * answers ENOENT, as `/proc` does (Node 24): each step is made alone, so that the first refusal ends it.
 * @throws the system's error: ENOENT, ENOTDIR, EACCES, EROFS, ENOSPC; `explain` has a sentence for each.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
