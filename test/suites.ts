import { clusterProblem } from './cluster/cluster.ts';
import { engineProblem } from './docker-engine/engine.ts';

/** A suite of `make test`. Suites of one lane run one after another; lanes run side by side. */
export interface Suite {
  readonly name: string;
  /** Vitest project, or a command of the project. */
  readonly run: { readonly project: string } | { readonly command: readonly string[] };
  readonly lane: 'quick' | 'heavy';
  /** Why it cannot run here, with the command that would make it run. Default: it can. */
  readonly missing?: () => Promise<string | undefined>;
}

export const SUITES: readonly Suite[] = [
  {
    name: 'format and lint',
    run: { command: ['node_modules/.bin/biome', 'check', '--diagnostic-level=error', '.'] },
    lane: 'quick',
  },
  { name: 'types', run: { command: ['node_modules/.bin/tsc', '--noEmit'] }, lane: 'quick' },
  {
    name: 'types of the page',
    run: { command: ['node_modules/.bin/tsc', '--noEmit', '-p', 'dashboards/preview/page'] },
    lane: 'quick',
  },
  { name: 'unit', run: { project: 'unit' }, lane: 'quick' },
  { name: 'tools', run: { project: 'tools' }, lane: 'quick' },
  { name: 'review', run: { project: 'review' }, lane: 'quick' },
  { name: 'promtool', run: { project: 'promtool' }, lane: 'quick' },
  { name: 'mutation', run: { project: 'mutation' }, lane: 'quick' },
  { name: 'end to end', run: { project: 'e2e' }, lane: 'heavy' },
  { name: 'Docker', run: { project: 'docker' }, lane: 'heavy', missing: engineProblem },
  // It evaluates rules every second: by now nothing else wants the processors.
  { name: 'backtest', run: { project: 'backtest' }, lane: 'heavy' },
  { name: 'Kubernetes', run: { project: 'kubernetes' }, lane: 'heavy', missing: () => clusterProblem() },
  { name: 'incidents', run: { project: 'incidents' }, lane: 'heavy' },
];
