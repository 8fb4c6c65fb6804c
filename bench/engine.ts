import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { compileCache } from '../cli/project.ts';
import { ensureTools } from '../tools/install.ts';
import type { Bench, BenchOptions, Measured } from './bench.ts';
import { median, time, times } from './numbers.ts';
import { ROOT } from './paths.ts';
import { run } from './process.ts';

const STACK = 'bench';
/** What each workload's own port is moved to, so that the bench runs beside a stack on the usual ports. */
const PORTS = {
  prometheus: 27_290,
  grafana: 27_230,
  alertmanager: 27_293,
  'redis-exporter': 27_321,
  'node-exporter': 27_300,
  'blackbox-exporter': 27_315,
  'inference-api': 27_280,
  'feature-store': 27_281,
  'stream-processing': 27_282,
  'ml-pipeline': 27_283,
  business: 27_284,
  redis: 27_263,
  kafka: 27_392,
  demo: 27_289,
};

export default {
  name: 'engine',
  summary:
    'preview and no-change up beside an empty Pulumi program, and the way from nothing to all targets up',
  async run(options) {
    const { pulumi } = await ensureTools(['pulumi']);
    const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
    const clone = join(folder, 'clone');
    try {
      await run('git', ['clone', '--quiet', ROOT, clone]);
      await run('ln', ['-s', join(ROOT, 'node_modules'), join(clone, 'node_modules')]);
      writeFileSync(join(clone, `Pulumi.${STACK}.yaml`), stackFile());
      const env = engineEnvironment(folder, pulumi);
      const empty = emptyProgram(env);
      return [
        ...(await measure(clone, empty, options)),
        await measureProduction(join(folder, 'production'), env, empty, options),
      ];
    } finally {
      await run(process.execPath, ['cli/main.ts', 'down', '--stack', STACK], {
        cwd: clone,
        env: { ...process.env, PURGE: '1', CONFIRM: STACK },
      }).catch(() => options.say(`nothing to take down in ${clone}`));
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

async function measure(
  clone: string,
  empty: (operation: Operation) => Promise<number>,
  { quick, say }: BenchOptions,
): Promise<readonly Measured[]> {
  const own = (operation: Operation) =>
    timed(() => run(process.execPath, ['cli/main.ts', operation, '--stack', STACK], { cwd: clone }));
  say('from nothing to all targets up');
  let attempts = 0;
  const started = await timed(async () => {
    // On a busy machine a workload may miss its time limit; the next `up` goes on from there.
    while (attempts++ < MOST_ATTEMPTS)
      if (
        await own('up').then(
          () => true,
          (error: Error) => failed(error, attempts, say),
        )
      )
        return;
  });
  const { healthy, checks } = await health(clone);
  await empty('up');
  const rows: string[][] = [];
  for (const operation of ['preview', 'up'] as const) {
    const took = { own: [] as number[], empty: [] as number[] };
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      say(`${operation}, round ${round + 1}`);
      took.own.push(await own(operation));
      took.empty.push(await empty(operation));
    }
    const [ours, theirs] = [median(took.own), median(took.empty)];
    rows.push([
      operation === 'up' ? 'up, nothing to change' : operation,
      time(ours),
      time(theirs),
      times(ours / theirs),
    ]);
  }
  return [
    {
      title: 'The engine: this program beside an empty one',
      head: ['operation', 'this program', 'empty program', 'ratio'],
      rows,
      notes: [
        'Whole processes: Node, the program, and the same Pulumi through the same Automation API with state in a folder. In turns; medians.',
      ],
    },
    {
      title: 'From a clean state to all targets up',
      head: ['', 'took', 'attempts'],
      rows: [['make up', time(started), String(attempts)]],
      notes: [
        'With the sample feature store, tools and node_modules in place, until everything was healthy.',
        `make health afterwards: ${healthy} of ${checks} healthy.`,
      ],
    },
  ];
}

const MOST_ATTEMPTS = 3;

/** Says why an attempt failed. @throws after the last one. */
function failed(error: Error, attempt: number, say: (progress: string) => void): boolean {
  if (attempt === MOST_ATTEMPTS) throw error;
  say(
    `attempt ${attempt} failed: ${error.message.split('\n').find((line) => line.includes('not healthy')) ?? error.message}`,
  );
  return false;
}

type Operation = 'preview' | 'up';

/** How a program outside the clone finds its engine and keeps its state. */
function engineEnvironment(folder: string, pulumi: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${dirname(pulumi)}${delimiter}${process.env.PATH ?? ''}`,
    PULUMI_BACKEND_URL: `file://${join(folder, 'state')}`,
    PULUMI_CONFIG_PASSPHRASE: 'bench',
    PULUMI_SKIP_UPDATE_CHECK: '1',
    // As ours has it.
    ...compileCache(ROOT),
  };
}

/** A program without resources, run as ours is. */
function emptyProgram(env: NodeJS.ProcessEnv): (operation: Operation) => Promise<number> {
  return async (operation) => {
    await run('mkdir', ['-p', new URL(env.PULUMI_BACKEND_URL ?? '').pathname]);
    return await timed(() =>
      run(process.execPath, [join(ROOT, 'bench', 'engine', 'empty-program.ts'), operation], { env }),
    );
  };
}

/** Preview of production, which needs no cluster, beside the empty program's. */
async function measureProduction(
  folder: string,
  env: NodeJS.ProcessEnv,
  empty: (operation: Operation) => Promise<number>,
  { quick, say }: BenchOptions,
): Promise<Measured> {
  await run('mkdir', ['-p', folder]);
  let printed = '';
  const production = () =>
    timed(async () => {
      const program = join(ROOT, 'bench', 'engine', 'production-program.ts');
      printed = await run(process.execPath, [program, folder], { env });
    });
  // The files are read by promtool once, and remembered.
  say('preview of production, first time');
  const first = await production();
  const took = { own: [] as number[], empty: [] as number[] };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    say(`preview of production, round ${round + 1}`);
    took.own.push(await production());
    took.empty.push(await empty('preview'));
  }
  const [ours, theirs] = [median(took.own), median(took.empty)];
  return {
    title: 'The engine: a preview of production beside an empty program',
    head: ['operation', 'this program', 'empty program', 'ratio', 'first time', 'resources'],
    rows: [
      [
        'preview',
        time(ours),
        time(theirs),
        times(ours / theirs),
        time(first),
        String((JSON.parse(printed) as { create: number }).create),
      ],
    ],
    notes: [
      "Two Prometheus, three Alertmanagers, Grafana and the exporters in a cluster; no cluster is asked. Whole processes in turns; medians. Where the official Kubernetes plugin is not installed, the tests' own takes its place.",
    ],
  };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function health(clone: string): Promise<{ healthy: number; checks: number }> {
  const args = ['cli/main.ts', 'health', '--stack', STACK, '--json'];
  const said = await run(process.execPath, args, { cwd: clone }).catch(() => '[]');
  const checks = JSON.parse(said) as { healthy: boolean }[];
  return { healthy: checks.filter(({ healthy }) => healthy).length, checks: checks.length };
}

function stackFile(): string {
  const config = { platform: 'local', ports: PORTS };
  return dump({
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`feature-store-monitoring:${key}`, value]),
    ),
  });
}
