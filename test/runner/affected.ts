import { type ImportsOf, reached } from '../../tools/imports.ts';

/** What a suite covers. */
export interface Coverage {
  readonly name: string;
  /** Its test files, and the programs that they start. */
  readonly files: readonly string[];
  /** Folders whose every file it reads; `.` for all. */
  readonly folders: readonly string[];
}

/** A change of these can change what every suite does. */
const OF_ALL =
  /^(package(-lock)?\.json|tsconfig\.json|vitest\.config\.ts|Makefile|\.npmrc|test\/run\.ts|test\/runner\/|tools\/imports\.ts$|\.ci\/)/;

/**
 * Names of the suites that a change can affect. A TypeScript file affects what imports it, directly or not; any other
 * file, and one that nothing imports, affects each suite that covers a file of the same top folder.
 * @param changed paths from the root
 */
export function affected(
  suites: readonly Coverage[],
  changed: readonly string[],
  importsOf: ImportsOf,
): ReadonlySet<string> {
  const covered = suites.map((suite) => ({ ...suite, reached: reached(suite.files, importsOf) }));
  const found = new Set<string>();
  for (const file of changed) {
    const importers = covered.filter((suite) => suite.reached.has(file));
    const byFolder = covered.filter(({ reached }) => [...reached].some((one) => topOf(one) === topOf(file)));
    const byImport = file.endsWith('.ts') && importers.length > 0 ? importers : byFolder;
    const readers = covered.filter(({ folders }) =>
      folders.some((folder) => folder === '.' || file.startsWith(folder)),
    );
    const hit = OF_ALL.test(file) ? covered : [...(isProse(file) ? [] : byImport), ...readers];
    for (const { name } of hit) found.add(name);
  }
  return found;
}

/** Prose is read by the suites that name its folder alone. */
function isProse(file: string): boolean {
  return file.endsWith('.md') || file.startsWith('docs/');
}

function topOf(file: string): string {
  return file.split('/')[0] ?? file;
}
