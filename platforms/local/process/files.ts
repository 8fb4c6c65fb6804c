import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isBelow } from '../paths.ts';
import type { DirectoryInputs } from './inputs.ts';

type Directories = Readonly<Record<string, DirectoryInputs>>;

/** Files are renamed into place from names that begin so; programs' globs pass over them. */
const UNFINISHED = '.unfinished-';

/** One file to write, or to remove where `content` is undefined. */
export interface FileChange {
  readonly directory: string;
  readonly file: string;
  readonly path: string;
  readonly secret: boolean;
  readonly content: string | undefined;
  readonly before: string | undefined;
}

/** What differs between the directories as they should be and as they lie on the disk. */
export function pendingChanges(directories: Directories): FileChange[] {
  return Object.entries(directories).flatMap(([name, directory]) => {
    const found = readDirectory(directory.path, directories);
    const names = new Set([...Object.keys(directory.files), ...Object.keys(found)]);
    return [...names].sort().flatMap((file): FileChange[] => {
      const [content, before] = [directory.files[file], found[file]];
      if (content === before) return [];
      const path = join(directory.path, file);
      return [{ directory: name, file, path, secret: directory.secret, content, before }];
    });
  });
}

/** Makes the directories and applies the changes. Secret ones are for this user alone. */
export function applyChanges(directories: Directories, changes: readonly FileChange[]): void {
  for (const { path, secret } of Object.values(directories)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, secret ? 0o700 : 0o755);
  }
  for (const change of changes) put(change, change.content);
}

/** Puts back what `applyChanges` found. */
export function undoChanges(changes: readonly FileChange[]): void {
  for (const change of changes) put(change, change.before);
}

function put(change: FileChange, content: string | undefined): void {
  if (content === undefined) {
    rmSync(change.path, { force: true });
    removeEmptyFolders(dirname(change.path), change.path.slice(0, -change.file.length - 1));
    return;
  }
  mkdirSync(dirname(change.path), { recursive: true, mode: change.secret ? 0o700 : 0o755 });
  const unfinished = join(dirname(change.path), `${UNFINISHED}${randomUUID()}`);
  writeFileSync(unfinished, content, { mode: change.secret ? 0o600 : 0o644 });
  renameSync(unfinished, change.path);
}

function removeEmptyFolders(from: string, root: string): void {
  for (let folder = from; folder !== root && isBelow(folder, root); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** Every file below a directory by its path, without those of directories mounted inside it. */
export function readDirectory(path: string, directories: Directories): Record<string, string> {
  const nested = new Set(Object.values(directories).map((directory) => directory.path));
  const files: Record<string, string> = {};
  const visit = (folder: string) => {
    for (const entry of list(folder)) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!nested.has(full)) visit(full);
      } else if (!entry.name.startsWith(UNFINISHED)) {
        files[relative(path, full)] = readFileSync(full, 'utf8');
      }
    }
  };
  visit(path);
  return files;
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes folders with all that is in them, and what they leave empty below `root`. */
export function removeFolders(folders: readonly string[], root: string): void {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
    removeEmptyFolders(dirname(folder), root);
  }
}
