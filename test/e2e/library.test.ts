import { execFile } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ensureTools } from '../../tools/install.ts';
import { copyProject } from '../project-copy.ts';
import { plugin, pluginProblem } from '../providers/plugins.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
/** Where the engine finds what runs a policy pack. */
const LAUNCHER = join(ROOT, 'test/providers/policy');

/** Packages that a consumer gets besides the one that it asks for. */
const DEPENDENCIES = Object.keys(manifest.dependencies);

let folder: string;
/** The folder into which the package is installed, with the examples beside it. */
let home: string;

/** What a program says on plain Node: no flags, and none by the environment. */
async function node(cwd: string, ...args: string[]): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fsm-library-')));
  const copy = join(folder, 'project');
  copyProject(copy, /^(docs|test|bench|runbooks|demo|\.github)\//);
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await run('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], {
    cwd: copy,
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  expect(existsSync(join(copy, 'dist')), 'what was compiled is gone once it is packed').toBe(false);

  home = join(folder, 'home');
  const installed = join(home, 'node_modules', manifest.name);
  mkdirSync(installed, { recursive: true });
  await extract({ file: join(folder, `${manifest.name}-${manifest.version}.tgz`), cwd: installed, strip: 1 });
  for (const dependency of DEPENDENCIES) {
    const link = join(home, 'node_modules', dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', dependency), link);
  }
  copyExamples();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copyExamples(): void {
  for (const path of globSync('**/*.*', { cwd: join(ROOT, 'examples'), exclude: ['**/out/**'] })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), readFileSync(join(ROOT, 'examples', path)));
  }
}

test('what is published is compiled code with its declarations, and nothing of the tests', () => {
  const files = globSync('**/*.*', { cwd: join(home, 'node_modules', manifest.name) });
  expect(files).toContain('dist/stack/public.js');
  expect(files).toContain('dist/stack/public.d.ts');
  expect(files).toContain('dist/platforms/docker/loader.sh');
  expect(files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file))).toEqual([]);
  expect(files.filter((file) => !/^(dist\/|package\.json$|(README|CHANGELOG)\.md$)/.test(file))).toEqual([]);
});

test('the entry points without Pulumi load none of it', async () => {
  const entries = ['rules', 'slo', 'promql', 'dashboards', 'notifications'];
  writeFileSync(
    join(home, 'loaded.mjs'),
    `import { createRequire, registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (name, context, next) => { loaded.push(name); return next(name, context); } });
    for (const entry of ${JSON.stringify(entries)}) await import(\`${manifest.name}/\${entry}\`);
    console.log(JSON.stringify({ loaded, required: Object.keys(createRequire(import.meta.url).cache) }));`,
  );
  const { loaded, required } = JSON.parse(await node(home, 'loaded.mjs')) as Record<string, string[]>;
  expect(loaded).toContain('@prometheus-io/lezer-promql');
  expect([...(loaded ?? []), ...(required ?? [])].filter((name) => /@pulumi/.test(name))).toEqual([]);
});

test('rules and SLOs of a service that is no feature store: exactly its own', async () => {
  const cwd = join(home, 'rules');
  expect(await node(cwd, 'index.ts', 'out')).toContain('5 alerts, 66 recordings');
  const rules = globSync('out/rules/*.yaml', { cwd }).sort();
  expect(rules).toEqual(['out/rules/own.yaml', 'out/rules/slos.yaml']);
  const groups = rules.flatMap((path) => (load(readFileSync(join(cwd, path), 'utf8')) as Groups).groups);
  expect(groups.map(({ name }) => name)).toEqual([
    'own',
    'slo-checkout-availability',
    'slo-checkout-latency',
  ]);
  expect(groups.flatMap(({ rules }) => rules.flatMap(({ alert = [] }) => alert))).toEqual([
    'CheckoutQueueDeep',
    'CheckoutAvailabilityBudgetBurnFast',
    'CheckoutAvailabilityBudgetBurnSlow',
    'CheckoutLatencyBudgetBurnFast',
    'CheckoutLatencyBudgetBurnSlow',
  ]);
  const { promtool, amtool } = await ensureTools(['promtool', 'amtool']);
  await run(promtool, ['check', 'rules', ...rules], { cwd });
  await run(promtool, ['test', 'rules', ...globSync('out/tests/*.test.yaml', { cwd })], { cwd });
  await run(amtool, ['check-config', 'out/alertmanager/alertmanager.yml'], { cwd });
});

interface Groups {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly { readonly alert?: string }[];
  }[];
}

test('a dashboard alone', async () => {
  const cwd = join(home, 'dashboards');
  expect(await node(cwd, 'index.ts', 'out')).toContain('Checkout: 2 panels');
  const text = readFileSync(join(cwd, 'out/checkout.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ uid: 'checkout', title: 'Checkout', tags: ['payments'] });
  expect(text).not.toMatch(/feature.store|platform_events/i);
});

const SECRETS = {
  slackWebhook: 'https://hooks.slack.com/services/T0417/B0417/canaryslack0417',
  pagerdutyKey: '0417ca0417ca0417ca0417ca0417ca04',
  heartbeat: 'https://heartbeat.example.org/canary0417',
  grafanaPassword: 'canary"horse\\0417',
};

const problem = await pluginProblem('kubernetes');
if (problem !== undefined) console.log(problem);

describe.skipIf(problem !== undefined)('a program of another project, with two stacks', () => {
  /** Runs the example through the engine, with the packs named. */
  async function engine(command: 'preview' | 'up', ...packs: string[]): Promise<string> {
    const { pulumi } = await ensureTools(['pulumi']);
    const providers = (await plugin('kubernetes')).settings?.providers ?? [];
    mkdirSync(join(folder, 'state'), { recursive: true });
    writeFileSync(
      join(home, 'engine.mjs'),
      `import { LocalWorkspace } from '@pulumi/pulumi/automation/index.js';
      const [command, settings, secrets, packs] = process.argv.slice(2).map((text, at) => (at === 0 ? text : JSON.parse(text)));
      const program = async () => ({ ...(await import('./kubernetes/index.ts')) });
      const stack = await LocalWorkspace.createOrSelectStack({ stackName: 'prod', projectName: 'shop', program }, settings);
      await stack.setAllConfig(secrets);
      const onOutput = (text) => process.stdout.write(text);
      try {
        const { summary, changeSummary } = await stack[command]({ color: 'never', policyPacks: packs, onOutput, onError: onOutput });
        console.log(JSON.stringify(summary?.resourceChanges ?? changeSummary));
      } catch (error) {
        console.log(\`failed: \${error.message}\`);
      }`,
    );
    const settings = {
      workDir: folder,
      projectSettings: {
        name: 'shop',
        runtime: 'nodejs',
        plugins: { providers, analyzers: [{ name: 'policy-nodejs', path: LAUNCHER }] },
      },
      envVars: {
        PULUMI_BACKEND_URL: pathToFileURL(join(folder, 'state')).href,
        PULUMI_CONFIG_PASSPHRASE: 'for a throwaway stack',
        PULUMI_SKIP_UPDATE_CHECK: '1',
        PATH: `${dirname(pulumi)}${delimiter}${process.env.PATH}`,
      },
    };
    const config = {
      renderTo: { value: join(folder, 'manifests') },
      ...Object.fromEntries(Object.entries(SECRETS).map(([key, value]) => [key, { value, secret: true }])),
    };
    process.env.PATH = settings.envVars.PATH;
    return await node(
      home,
      'engine.mjs',
      command,
      ...[settings, config, packs].map((each) => JSON.stringify(each)),
    );
  }

  test('comes up: names of its own for each, and secrets from the engine', async () => {
    const said = await engine('up');
    expect(said).not.toContain('failed:');
    const state = globSync('state/.pulumi/stacks/**/*.json', { cwd: folder });
    const text = state.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
    for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
    const { resources } = (JSON.parse(text) as State).checkpoint.latest;
    const children = resources.filter(({ type }) => type.startsWith('kubernetes:'));
    const names = children.map(({ urn }) => urn.split('::').at(-1) ?? '');
    expect(names.filter((name) => !/^monitoring-(eu|us)-/.test(name))).toEqual([]);
    expect(new Set(children.map(({ urn }) => urn)).size).toBe(children.length);
    const half = (region: string) => names.filter((name) => name.startsWith(`monitoring-${region}-`)).length;
    expect(half('eu')).toBe(half('us'));
    expect(half('eu')).toBeGreaterThan(30);
    const outputs = resources.find(({ type }) => type.endsWith(':MonitoringStack'))?.outputs;
    expect(outputs).toMatchObject({
      urls: { Prometheus: expect.any(String) },
      endpoints: { prometheus: expect.stringMatching(/^prometheus/) },
    });

    const written = globSync('manifests/**/*.yaml', { cwd: folder }).map(
      (path) => load(readFileSync(join(folder, path), 'utf8')) as Manifest,
    );
    const secrets = written
      .filter(({ kind, metadata }) => kind === 'Secret' && metadata.namespace === 'monitoring-eu')
      .flatMap(({ data = {}, stringData = {} }) => [
        ...Object.values(stringData),
        ...Object.values(data).map((value) => Buffer.from(value, 'base64').toString()),
      ]);
    expect(secrets).toEqual(expect.arrayContaining(Object.values(SECRETS)));
    const server = written.find(
      ({ kind, metadata }) =>
        kind === 'StatefulSet' && metadata.name === 'prometheus' && metadata.namespace === 'monitoring-us',
    );
    expect(server?.metadata.annotations).toMatchObject({ 'example.org/region': 'us' });
  });

  test('is judged by the policy pack alone, and so is what a transform makes of it', async () => {
    const pack = `"${join(home, 'policies')}"`;
    expect(await engine('preview', pack)).not.toMatch(/failed:|\[mandatory\]/);
    const program = join(home, 'kubernetes/index.ts');
    const text = readFileSync(program, 'utf8');
    writeFileSync(
      program,
      text.replace(
        'props.metadata = {',
        "props.spec.template.spec.containers[0].image = 'docker.io/prom/prometheus:latest';\n props.metadata = {",
      ),
    );
    const said = await engine('preview', pack);
    expect(said).toMatch(/failed:/);
    expect(said).toContain('prometheus');
    expect(said).toMatch(/\[mandatory\]/);
  });
});

interface State {
  readonly checkpoint: {
    readonly latest: {
      readonly resources: readonly {
        readonly urn: string;
        readonly type: string;
        readonly outputs?: Readonly<Record<string, unknown>>;
      }[];
    };
  };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}
