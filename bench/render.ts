import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileCache } from '../cli/project.ts';
import { ensureTools } from '../tools/install.ts';
import type { Bench, Measured } from './bench.ts';
import { comparison, timed } from './comparison.ts';
import { median, time } from './numbers.ts';
import { ROOT } from './paths.ts';
import { run } from './process.ts';
import { ALERTS, OBJECTS, writeChart } from './render/chart.ts';

/** What `inside.ts` prints, in milliseconds. */
type Inside = Readonly<Record<'load' | 'render' | 'again', { readonly wall: number; readonly cpu: number }>>;

export default {
  name: 'render',
  summary: 'render every file of a stack, beside `helm template` of a chart of the usual size',
  async run({ quick, say }) {
    const { helm } = await ensureTools(['helm']);
    const folder = mkdtempSync(join(tmpdir(), 'bench-render-'));
    try {
      const chart = join(folder, 'chart');
      writeChart(chart);
      const whole = { ours: [] as number[], node: [] as number[], helm: [] as number[] };
      const cold: Inside[] = [];
      const warm: Inside[] = [];
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        say(`round ${round + 1}`);
        whole.ours.push(
          await timed(process.execPath, ['cli/main.ts', 'render', '--out', join(folder, 'out')]),
        );
        whole.helm.push(await timed(helm, ['template', 'bench', chart]));
        whole.node.push(await timed(process.execPath, ['-e', '']));
        cold.push(await inside({ NODE_DISABLE_COMPILE_CACHE: '1' }));
        warm.push(await inside(compileCache(ROOT)));
      }
      return [processes(whole), insideNode(cold, warm)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

async function inside(cache: NodeJS.ProcessEnv): Promise<Inside> {
  const env = { ...process.env, ...cache };
  return JSON.parse(await run(process.execPath, ['bench/render/inside.ts'], { cwd: ROOT, env })) as Inside;
}

function processes(whole: Readonly<Record<'ours' | 'node' | 'helm', readonly number[]>>): Measured {
  return comparison('Rendering everything: whole processes', {
    runs: {
      'make render, without make': whole.ours,
      [`helm template, ${OBJECTS} objects, ${ALERTS} alerts`]: whole.helm,
      'node -e "", which does nothing': whole.node,
    },
    to: { name: 'helm', runs: whole.helm },
    notes: ['In turns. Ours checks every rule and dashboard before it writes; helm fills in templates.'],
  });
}

function insideNode(cold: readonly Inside[], warm: readonly Inside[]): Measured {
  const phases = ['load', 'render', 'again'] as const;
  const row = (what: string, runs: readonly Inside[], kind: 'wall' | 'cpu') => [
    what,
    ...phases.map((phase) => time(median(runs.map((each) => each[phase][kind])))),
  ];
  return {
    title: 'Rendering everything: inside Node, once it runs',
    head: ['', 'load modules', 'render', 'render again'],
    rows: [
      row('cold, on the clock', cold, 'wall'),
      row('cold, processor of the main thread', cold, 'cpu'),
      row('with the compile cache, on the clock', warm, 'wall'),
      row('with the compile cache, processor of the main thread', warm, 'cpu'),
    ],
    notes: [
      'Rendering makes rules, dashboards and configurations as text, checks included, and writes no file.',
    ],
  };
}
