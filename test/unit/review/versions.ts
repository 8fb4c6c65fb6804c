import { join } from 'node:path';
import { describeSettings } from '../../../cli/commands/describe.ts';
import { type Review, review } from '../../../operations/review/review.ts';
import type { Version } from '../../../operations/review/version.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What the program declares under some settings. */
export const versionOf = (config: Readonly<Record<string, unknown>> = {}, stack = 'local'): Version =>
  describeSettings(parseSettings(config, { stack }), ROOT);

export const BASE = versionOf();

/** Two versions side by side. */
export const reviewed = (after: Version, before = BASE): Review =>
  review({
    stack: after.stack,
    names: { before: 'base', after: 'head' },
    before: { version: before },
    after: { version: after },
  });

/** The changes as `subject: text`. */
export const told = (after: Version, before = BASE): readonly string[] =>
  reviewed(after, before).changes.map(({ subject, text }) => `${subject}: ${text}`);

/** A version with one of its files written differently. */
export function edited(path: string, edit: (text: string) => string, version = BASE): Version {
  const text = version.files[path];
  if (text === undefined) throw new Error(`there is no file ${path}`);
  const changed = edit(text);
  if (changed === text) throw new Error(`${path} stays the same`);
  return { ...version, files: { ...version.files, [path]: changed } };
}
