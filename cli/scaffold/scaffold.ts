import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a change of one kind needs. */
export interface Scaffold {
  /** Text by path from the project's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** What is left for a person to do, a sentence each. */
  readonly next: readonly string[];
}

/** Text of a file below a folder, undefined where there is none. */
export const readerOf =
  (root: string) =>
  (path: string): string | undefined =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;

/** Writes the files below a folder, and says what is next. */
export function write({ files, next }: Scaffold, root: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const line of next) console.log(line);
}
