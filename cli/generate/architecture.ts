import { globSync } from 'node:fs';
import { importsBelow } from '../../tools/imports.ts';

/** Folders whose programs stand on their own: they are drawn apart from the folder around them. */
const APART = [
  'components/parts',
  'notifications/channels',
  'stack/settings',
  'policies/pack',
  'policies/resources',
];
/** The words in which parts are written: types and small helpers, without a list of anything that runs. */
export const VOCABULARY: readonly string[] = [
  'catalogue/dashboards.ts',
  'catalogue/metric.ts',
  'catalogue/services.ts',
  'components/prometheus/credentials.ts',
  'components/prometheus/scrape.ts',
  'rules/alert.ts',
  'rules/series.ts',
  'stack/settings/credentials.ts',
  'stack/settings/http-client.ts',
  'stack/settings/secret-shapes.ts',
  'stack/settings/tls.ts',
];
/** What the picture leaves out: tests and measurements read everything. */
const LEFT_OUT = ['test', 'bench', 'node_modules', 'dist', '.monitoring', '.test-output', '.git'];

/** Folders that each folder imports, types included, as the files below `root` say. */
export function folderImports(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const importsOf = importsBelow(root);
  const found = new Map<string, Set<string>>();
  for (const file of globSync('*/**/*.ts', {
    cwd: root,
    exclude: (name) => LEFT_OUT.includes(name),
  }).sort()) {
    const from = folderOf(file);
    const to = found.get(from) ?? new Set();
    found.set(from, to);
    for (const imported of importsOf(file)) {
      const folder = folderOf(imported);
      if (folder !== from && imported.includes('/') && !LEFT_OUT.includes(folder)) to.add(folder);
    }
  }
  return found;
}

const folderOf = (file: string): string =>
  (VOCABULARY.includes(file) ? 'vocabulary' : undefined) ??
  APART.find((folder) => file.startsWith(`${folder}/`)) ??
  file.slice(0, file.indexOf('/'));

/**
 * The edges that no path of two or more edges stands for.
 * @throws Error that names a cycle of folders, where there is one.
 */
export function reduced(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly [string, string])[] {
  const below = new Map<string, ReadonlySet<string>>();
  const reach = (folder: string, path: readonly string[]): ReadonlySet<string> => {
    if (path.includes(folder))
      throw new Error(`Folders import each other: ${[...path, folder].join(' → ')}.`);
    const known = below.get(folder);
    if (known) return known;
    const direct = [...(graph.get(folder) ?? [])];
    const all = new Set(direct.flatMap((each) => [each, ...reach(each, [...path, folder])]));
    below.set(folder, all);
    return all;
  };
  return [...graph].flatMap(([from, direct]) => {
    reach(from, []);
    return [...direct]
      .filter((to) => ![...direct].some((other) => other !== to && reach(other, []).has(to)))
      .sort()
      .map((to) => [from, to] as const);
  });
}

const START = '<!-- The picture is generated: make generate -->';
const END = '<!-- End of the picture -->';

/** `docs/architecture.md` with its picture drawn anew from the imports below `root`. */
export function withPicture(document: string, root: string): string {
  const [before, rest] = document.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(
      `docs/architecture.md has no lines “${START}” and “${END}”: the picture stands between them.`,
    );
  const edges = reduced(folderImports(root));
  const lines = edges.map(([from, to]) => `  ${id(from)}["${from}"] --> ${id(to)}["${to}"]`);
  return `${before}${START}\n\n\`\`\`mermaid\nflowchart TD\n${lines.join('\n')}\n\`\`\`\n\n${END}${after}`;
}

const id = (folder: string): string => folder.replace(/\W/g, '_');
