import { clusterProblem } from '../cluster/cluster.ts';
import { engineProblem } from '../docker-engine/engine.ts';
import type { ProjectName } from './projects.ts';

/** A suite of `make test`. */
export interface Suite {
  readonly name: string;
  /** Vitest project, or a command of the project. */
  readonly run: { readonly project: ProjectName } | { readonly command: readonly string[] };
  /**
   * Cores that it keeps busy on average: CPU by wall time of the table that a run prints, and what the daemons take
   * that it starts, which are not in that table.
   */
  readonly cores: number;
  /** Wall time in seconds on two cores, rounded: the scheduler starts long suites first. */
  readonly seconds: number;
  /**
   * Programs that its tests start and that therefore import nothing of what they test: a change to anything below
   * affects the suite. Default: only what its files import does.
   */
  readonly starts?: readonly string[];
  /**
   * Why it cannot run here, with the command that would make it run. Default: it can.
   * @param wait whether to wait for what is being built for it
   */
  readonly missing?: (wait: boolean) => Promise<string | undefined>;
}

/** What `make up` runs: the command line, the program, and what the sample feature store runs. */
const PRODUCT = ['cli/main.ts', 'index.ts', 'demo/main.ts', 'tools/main.ts', 'policies/pack/index.ts'];

/** And what it runs where the stack is processes of this machine. */
const LOCAL = [...PRODUCT, 'platforms/guard/main.ts', 'platforms/local/provider/main.ts'];

export const SUITES: readonly Suite[] = [
  {
    name: 'format and lint',
    run: { command: ['node_modules/.bin/biome', 'check', '--diagnostic-level=error', '.'] },
    cores: 1,
    seconds: 5,
    starts: ['.'],
  },
  {
    name: 'types',
    run: { command: ['node_modules/.bin/tsc'] },
    cores: 1,
    seconds: 20,
    starts: ['.'],
  },
  {
    name: 'types of the page',
    run: { command: ['node_modules/.bin/tsc', '-p', 'preview/page'] },
    cores: 1,
    seconds: 10,
    starts: ['preview/'],
  },
  { name: 'unit', run: { project: 'unit' }, cores: 1.2, seconds: 40, starts: ['docs/', 'runbooks/'] },
  { name: 'tools', run: { project: 'tools' }, cores: 0.5, seconds: 15, starts: ['tools/'] },
  { name: 'review', run: { project: 'review' }, cores: 0.8, seconds: 40, starts: PRODUCT },
  { name: 'promtool', run: { project: 'promtool' }, cores: 1, seconds: 130 },
  { name: 'mutation', run: { project: 'mutation' }, cores: 1.2, seconds: 100 },
  { name: 'full path', run: { project: 'full-path' }, cores: 0.4, seconds: 900, starts: LOCAL },
  {
    name: 'end to end',
    run: { project: 'e2e' },
    cores: 0.4,
    seconds: 920,
    starts: [...LOCAL, 'examples/', 'tsconfig.build.json'],
  },
  {
    name: 'Docker',
    run: { project: 'docker' },
    cores: 0.4,
    seconds: 850,
    starts: PRODUCT,
    missing: () => engineProblem(),
  },
  // It evaluates rules every second, and explains each difference: nothing else may want the processors.
  { name: 'backtest', run: { project: 'backtest' }, cores: 2, seconds: 150, starts: PRODUCT },
  {
    name: 'Kubernetes',
    run: { project: 'kubernetes' },
    cores: 0.7,
    seconds: 1150,
    starts: PRODUCT,
    missing: (wait) => clusterProblem('all', wait),
  },
  {
    name: 'incidents',
    run: { project: 'incidents' },
    cores: 0.8,
    seconds: 125,
    starts: ['demo/', 'dashboards/', 'preview/'],
  },
];
