import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import { VOCABULARY } from '../../cli/generate/architecture.ts';
import { driverOf } from '../../platforms/index.ts';
import { PLATFORM_KINDS } from '../../platforms/kinds.ts';
import { importsBelow } from '../../tools/imports.ts';
import { cycles } from '../runner/cycles.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Folders in the order in which they may import: each only from those that it names, and from itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  // Everything to the right folds over the parts: they import nothing but the words in which they are written.
  'components/parts': ['lib', ...VOCABULARY, 'platforms/workload.ts', 'tools/versions.ts'],
  catalogue: ['lib', 'components/parts'],
  tools: ['lib'],
  rules: ['lib', 'components/parts', 'catalogue'],
  dashboards: ['lib', 'catalogue', 'rules'],
  notifications: ['lib', 'catalogue', 'rules'],
  // Shapes of secrets are known by those whose secrets they are.
  'notifications/channels': ['lib'],
  policies: ['lib', 'catalogue', 'rules', 'dashboards', 'notifications'],
  'stack/settings': [
    'lib',
    'components/parts',
    'catalogue',
    'rules',
    'dashboards',
    'notifications',
    'policies',
    'platforms/kinds.ts',
  ],
  components: [
    'lib',
    'catalogue',
    'rules',
    'dashboards',
    'notifications',
    'stack/settings',
    'tools/versions.ts',
    'platforms/workload.ts',
  ],
  platforms: ['lib'],
  preview: ['lib', 'catalogue', 'dashboards'],
  demo: ['lib', 'catalogue'],
  stack: [
    'lib',
    'catalogue',
    'rules',
    'dashboards',
    'notifications',
    'stack/settings',
    'components',
    'components/parts',
    'platforms',
    'tools',
    'policies',
  ],
  operations: [
    'lib',
    'catalogue',
    'rules',
    'dashboards',
    'notifications',
    'stack/settings',
    'policies',
    'preview/model',
    'demo/incidents.ts',
  ],
  // Holds what resources say against what the settings declare.
  'policies/resources': [
    'lib',
    'catalogue',
    'rules',
    'notifications',
    'stack/settings',
    'policies',
    'platforms/sizes.ts',
  ],
  // The pack is a program of its own: it reads settings as `index.ts` does.
  'policies/pack': ['lib', 'catalogue', 'rules', 'notifications', 'stack/settings', 'policies', 'stack'],
};

/** The entry that a file comes under: a folder’s own before that of the folder around it. */
function placeOf(file: string): string {
  const [folder = '', inner = ''] = file.split('/');
  return `${folder}/${inner}` in MAY_IMPORT ? `${folder}/${inner}` : folder;
}

/** Only these know the engine. */
const PULUMI = [
  'components',
  'examples',
  'platforms',
  'stack',
  'cli',
  'index.ts',
  'policies/pack',
  'test',
  'bench',
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** Whether it is gone once types are stripped, or happens only when it is asked for. */
  readonly free: boolean;
}

/** Paths of files from the root, sorted; nothing that is installed, built or left by a run. */
const filesOf = (pattern: string): string[] =>
  globSync(pattern, {
    cwd: ROOT,
    exclude: (name) => ['node_modules', 'dist', '.monitoring', '.test-output'].includes(name),
  }).sort();

function importsOfAll(): readonly Import[] {
  const found: Import[] = [];
  for (const file of filesOf('**/*.ts')) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, type, to = ''] of text.matchAll(/^(?:import|export)( type)?\b[^;]*?from '([^']+)'/gm))
      found.push({ from: file, to, free: type !== undefined });
    for (const [, to = ''] of text.matchAll(/\bimport\('([^']+)'\)/g))
      found.push({ from: file, to, free: true });
  }
  return found;
}
const IMPORTS = importsOfAll();

test('imports point one way', () => {
  const wrong = IMPORTS.filter(({ from, to }) => {
    const allowed = MAY_IMPORT[placeOf(from)];
    if (allowed === undefined || !to.startsWith('.')) return false;
    const target = normalize(join(dirname(from), to));
    return ![placeOf(from), ...allowed].some((place) => target === place || target.startsWith(`${place}/`));
  });
  expect(wrong).toEqual([]);
});

test('the words in which parts are written import nothing but each other', () => {
  const allowed = [...VOCABULARY, 'platforms/workload.ts', 'notifications/channels/index.ts'];
  const wrong = IMPORTS.filter(({ from, to }) => {
    if (!VOCABULARY.includes(from) || !to.startsWith('.')) return false;
    const target = normalize(join(dirname(from), to));
    return !target.startsWith('lib/') && !allowed.includes(target);
  });
  expect(wrong).toEqual([]);
});

test('a platform knows no other platform', () => {
  const wrong = IMPORTS.filter(({ from, to }) => {
    if (!from.startsWith('platforms/') || !to.startsWith('.')) return false;
    const target = relative('platforms', normalize(join(dirname(from), to)));
    const own = relative('platforms', from).split('/')[0];
    if (from === 'platforms/index.ts') return false;
    return (
      !target.startsWith(`${own}/`) &&
      !['workload.ts', 'driver.ts', 'kinds.ts', 'fingerprint.ts', 'sizes.ts'].includes(target)
    );
  });
  expect(wrong).toEqual([]);
});

test('what is monitored and what watches it know nothing of the engine', () => {
  const wrong = IMPORTS.filter(
    ({ from, to }) => /^@pulumi|^@pulumiverse/.test(to) && !PULUMI.includes(placeOf(from)),
  );
  expect(wrong).toEqual([]);
});

test('who renders files or compares versions waits neither for the engine to load nor for what draws charts', () => {
  const all = IMPORTS.filter(({ free }) => !free);
  const seen = new Set([
    'cli/commands/render.ts',
    'cli/commands/describe.ts',
    'cli/commands/diff.ts',
    'cli/commands/pr-report.ts',
    'bench/render/inside.ts',
    'stack/files.ts',
    'stack/addressing.ts',
  ]);
  for (const file of seen) {
    for (const { to } of all.filter(({ from }) => from === file))
      seen.add(to.startsWith('.') ? normalize(join(dirname(file), to)) : to);
  }
  expect(seen).toContain('stack/settings/index.ts');
  expect([...seen].filter((file) => /^(@pulumi|echarts)/.test(file))).toEqual([]);
});

/** Folders with files that still import each other. Take a folder out once it has none. */
const CYCLIC = [
  'operations/review',
  'operations/review/backtest',
  'preview/model',
  'rules',
  'stack/settings',
  'test/incidents',
  'tools',
];

test('files import each other in no other folder, types included, and never across folders', () => {
  const found = cycles(filesOf('**/*.ts'), importsBelow(ROOT));
  const folderOf = (group: readonly string[]) =>
    CYCLIC.filter((folder) => group.every((file) => file.startsWith(`${folder}/`))).sort(
      (left, right) => right.length - left.length,
    )[0];
  expect(found.filter((group) => folderOf(group) === undefined)).toEqual([]);
  expect([...new Set(found.map(folderOf))].sort()).toEqual(CYCLIC);
});

test('cycles are found of any length, and each once', () => {
  const graph: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], f: ['a'] };
  expect(cycles(Object.keys(graph), (file) => graph[file] ?? [])).toEqual([
    ['d', 'e'],
    ['a', 'b', 'c'],
  ]);
});

/** Files that call `fetch` themselves, and why the clients of `lib/` do not do it for them. */
const OWN_FETCH: Readonly<Record<string, string>> = {
  'lib/http-client.ts': 'It is the client.',
  'cli/fetch-page.ts': 'It asks as Prometheus scrapes: any URL, decoded by hand, past every proxy.',
  'platforms/docker/pin.ts': 'It asks image registries, which answer with a challenge.',
  'preview/page/app.ts': 'It runs in a browser.',
  'preview/page/prometheus.ts': 'It runs in a browser.',
  'tools/download.ts': 'It downloads releases, with mirrors and retries.',
};

test('every server is asked by a client of lib/', () => {
  const found = filesOf('{lib,cli,notifications,operations,platforms,preview,stack,tools}/**/*.ts').filter(
    (file) => /\bfetch\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(found).toEqual(Object.keys(OWN_FETCH).sort());
});

/**
 * Files outside `platforms/` that name a platform, and why. What a command does on a platform belongs to its driver; take a
 * file out once its part is there. A platform is also named by what runs beside the stack, whatever the stack runs on.
 */
const NAME_A_PLATFORM: Readonly<Record<string, string>> = {
  'cli/arguments.ts': 'The name of the stack of a checkout, which is the platform of that stack by chance.',
  'cli/commands/pin-images.ts': 'The lock of image digests, which containers of every platform read.',
  'cli/commands/render.ts': 'The lock of image digests, which containers of every platform read.',
  'cli/commands/down.ts':
    'Processes of this machine are stopped first, whatever the file of the stack says; containers where it forgets.',
  'cli/engine/engine-state.ts':
    'The name of the stack of a checkout, which is the platform of that stack by chance.',
  'cli/engine/forget.ts': 'How to remove what runs where the state is lost: to move into drivers.',
  'cli/engine/locks.ts': 'Whether the process that holds a lock still runs.',
  'cli/engine/operation.ts': 'What a cluster says within a failure of the engine, which is all text.',
  'cli/engine/workspace.ts': 'The plugin of the engine for processes: its name and its folder.',
  'cli/generate/review-examples.ts': 'The name of a stack.',
  'components/parts/node-exporter.ts': 'How a machine is measured on each platform: to move into Addressing.',
  'components/prometheus/discovery.ts': 'Discovery in a cluster, which a Prometheus anywhere can do.',
  'components/prometheus/found.ts': 'Discovery in a cluster, which a Prometheus anywhere can do.',
  'components/prometheus/watched.ts': 'Discovery in a cluster, which a Prometheus anywhere can do.',
  'components/topology.ts': 'How a machine scrapes what runs beside the stack: to move into Addressing.',
  'policies/pack/public.ts': 'The platform of a stack whose settings name none.',
  'stack/addressing.ts': 'Settings become options and addresses: to move into drivers.',
  'stack/apply-transform.ts': 'Types of resources that a transform may name: to move into drivers.',
  'stack/declared-resources.ts': 'Resources as the engine will register them: to move into drivers.',
  'stack/discoveries.ts': 'Names of discoveries of Prometheus.',
  'stack/embedded.ts': 'Creates the platform of a stack in a program of one’s own: to move into drivers.',
  'stack/files.ts': 'Limits and objects of a cluster in rendered files: to move into drivers.',
  'stack/intervals.ts': 'How many machines are usual: to move into drivers.',
  'stack/load-transform.ts': 'Types of resources that a transform may name: to move into drivers.',
  'stack/platform.ts': 'Creates the platform with its tools and digests: to move into drivers.',
  'stack/policies.ts': 'Facts about pages for the policies: to move into drivers.',
  'stack/settings/find.ts': 'Ways to find the copies of a service, one of them in a cluster.',
  'stack/settings/grafana.ts': 'Names by which people reach pages: to move into the settings of drivers.',
  'stack/settings/index.ts': 'Settings that hold for a cluster alone: to move into the settings of drivers.',
  'stack/settings/ingress-names.ts':
    'Names by which people reach pages: to move into the settings of drivers.',
  'stack/settings/operator.ts': 'The operator of a cluster: to move into the settings of drivers.',
  'stack/settings/production.ts':
    'What production needs on each platform: to move into the settings of drivers.',
  'stack/settings/unused-settings.ts':
    'Settings that a platform does not use: to move into the settings of drivers.',
  'stack/sizes.ts': 'Where the settings have the size of a workload: to move into drivers.',
  'stack/transforms.ts': 'Types of resources that a transform may name.',
  'stack/virtual-targets.ts': 'Services of a cluster, which a target may name from anywhere.',
  'stack/without-pulumi.ts': 'What brings a stack up without Pulumi: to move into drivers.',
  'tools/sources/go.ts': 'GOTOOLCHAIN, a setting of Go.',
  'tools/versions.ts': 'Names of discoveries that Prometheus is built with.',
};

test('only these files outside platforms/ name a platform', () => {
  const found = filesOf(
    '{lib,catalogue,rules,dashboards,notifications,components,stack,policies,operations,preview,demo,cli,tools}/**/*.ts',
  ).filter((file) =>
    /'(local|docker|kubernetes)'|platforms\/(local|docker|kubernetes)\/[^']*'/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  expect(found.filter((file) => !(file in NAME_A_PLATFORM))).toEqual([]);
});

test('every platform has its folder and its driver, which says whose it is', async () => {
  const folders = filesOf('platforms/*/driver.ts').map((file) => file.split('/')[1] ?? '');
  expect(folders.sort()).toEqual(PLATFORM_KINDS.toSorted());
  for (const kind of PLATFORM_KINDS) expect((await driverOf(kind)).kind).toBe(kind);
});
