import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { preProcessFile } from 'typescript';

/** Files of the project that a TypeScript file imports, by path from the root; packages are left out. */
export type ImportsOf = (file: string) => readonly string[];

/** Reads imports from the files below a folder, each file once. */
export function importsBelow(root: string): ImportsOf {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const found = known.get(file) ?? (existsSync(join(root, file)) ? read(root, file) : []);
    known.set(file, found);
    return found;
  };
}

function read(root: string, file: string): readonly string[] {
  return preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((to) => to.startsWith('.'))
    .map((to) => normalize(join(dirname(file), to)));
}

/** The files themselves, and everything that they import, directly or not. */
export function reached(files: readonly string[], importsOf: ImportsOf): ReadonlySet<string> {
  const found = new Set<string>();
  const next = [...files];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (file.endsWith('.ts')) next.push(...importsOf(file));
  }
  return found;
}
