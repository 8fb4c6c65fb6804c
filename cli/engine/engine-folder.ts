import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT, ROOT } from '../project.ts';

/** Where the engine keeps what it knows of a stack, when its state is a folder (pkg/backend/diy of Pulumi 3.259). */
export interface EngineFolder {
  /** The stack's state. */
  readonly state: string;
  /** Its state before the last change. */
  readonly previous: string;
  /** Of which form the whole folder is. */
  readonly meta: string;
  /** Older ones: `<stack>.<nanoseconds>.json`. */
  readonly backups: string;
  /** A file for each run that changes the stack. */
  readonly locks: string;
}

/** @returns undefined where state is kept elsewhere: in a bucket, or in a service. */
export function engineFolder(stack: string, url: string): EngineFolder | undefined {
  if (!url.startsWith('file://')) return undefined;
  let folder: string;
  try {
    // `file://~` and `file://./…` are the engine's own spellings of the home and the working folder, and no URLs.
    const [, base, rest = ''] = /^file:\/\/([~.])(.*)$/.exec(url.replace(/\?.*$/, '')) ?? [];
    if (base === undefined) folder = fileURLToPath(url.replace(/\?.*$/, ''));
    else folder = base === '~' ? join(process.env.HOME ?? '', rest) : resolve(ROOT, `.${rest}`);
  } catch {
    return undefined;
  }
  const at = (...parts: readonly string[]) => join(folder, '.pulumi', ...parts);
  const state = at('stacks', PROJECT, `${stack}.json`);
  return {
    state,
    previous: `${state}.bak`,
    meta: at('meta.yaml'),
    backups: at('backups', PROJECT, stack),
    locks: at('locks', 'organization', PROJECT, stack),
  };
}

/** Names in a folder; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Text of a file; undefined where there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
