import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
const MODULES = join(PROJECT, 'node_modules');
/** What no program loads at run time, and takes most of the room. */
const UNUSED = /\.(d\.[cm]?ts|map|md|markdown)$/;

/**
 * Every file that programs of this project load, by path relative to the project: their own sources, followed
 * import by import, and the packages that these name, with all that those depend on.
 */
export function closure(entries: readonly string[]): string[] {
  const sources = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (sources.has(file)) return;
    sources.add(file);
    for (const specifier of imports(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier));
      else if (!specifier.startsWith('node:')) addPackage(packageName(specifier), PROJECT, packages);
    }
  };
  for (const entry of entries) visit(join(PROJECT, entry));
  const files = [...packages].flatMap((folder) => filesUnder(folder).filter((file) => !UNUSED.test(file)));
  return [...sources, ...files, join(PROJECT, 'package.json')].map((file) => relative(PROJECT, file)).sort();
}

/** Files of folders of the project, such as pages that a server sends. */
export function filesIn(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => filesUnder(join(PROJECT, folder)))
    .map((file) => relative(PROJECT, file));
}

/** Absolute path of a file of the project. */
export function projectFile(path: string): string {
  return join(PROJECT, path);
}

/** What is imported for its values; types are gone when the program runs. */
function imports(source: string): string[] {
  const statement =
    /^(?:import|export)\s(?!type\s)[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;
  return [...source.matchAll(statement)].flatMap(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? []);
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function addPackage(name: string, from: string, found: Set<string>): void {
  const folder = packageFolder(name, from);
  if (folder === undefined || found.has(folder)) return;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) addPackage(dependency, folder, found);
}

/** As Node looks it up: beside the one that asks, then further out. */
function packageFolder(name: string, from: string): string | undefined {
  for (let at = from; at.startsWith(PROJECT); at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return folder;
  }
  return undefined;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => folder === MODULES || !relative(folder, file).split('/').includes('node_modules'));
}
