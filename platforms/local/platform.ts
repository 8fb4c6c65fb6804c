import * as pulumi from '@pulumi/pulumi';
import type { Placement, Platform, RunOptions, Workload } from '../workload.ts';
import { mountPath, stateFolder } from './paths.ts';
import { processInputs } from './plan.ts';
import { refusals } from './refusals.ts';

export interface LocalOptions {
  /** Name of the stack: what it owns lies in `.monitoring/<stack>` below the root. */
  readonly stack: string;
  /** The project's folder, absolute. Every process works in it. */
  readonly root: string;
  /** Port of this machine for a workload's main port. Its other ports move by the same distance. Default: none. */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * The main logical port of workloads that `ports` moves and that have more than one, by name.
   * Default: every port of such a workload is taken for its main one.
   */
  readonly mainPorts?: Readonly<Record<string, number>>;
  /** Absolute paths by tool name; `process-compose` has to be among them. `node` is this program's own Node. */
  readonly executables: Readonly<Record<string, string>>;
}

/** Type of the resource that the provider in `provider/` serves. */
const PROCESS = 'local:index:Process';

class LocalProcess extends pulumi.CustomResource {}

/** Processes of this machine, on loopback, under one process-compose a stack. */
export function localPlatform(options: LocalOptions): Platform {
  const state = stateFolder(options.root, options.stack);
  const bound = (workload: string, port: number) => boundPort(options, workload, port);
  const address = (workload: string, port: number) => `127.0.0.1:${bound(workload, port)}`;
  const machine = {
    state,
    root: options.root,
    executables: { node: process.execPath, ...options.executables },
    bound,
  };
  return {
    kind: 'local',
    address,
    addresses: (workload, port) => [address(workload, port)],
    listen: address,
    path: (workload, mount) => mountPath(state, workload, mount),
    host: (path) => path,
    url: (workload, port) => `http://${address(workload, port)}`,
    run(workload, parent, runOptions) {
      const reasons = refusals(workload, machine);
      if (reasons.length > 0) throw new Error(reasons.join('\n'));
      return register(workload, processInputs(workload, machine), parent, runOptions);
    },
  };
}

function boundPort({ ports, mainPorts }: LocalOptions, workload: string, port: number): number {
  const moved = ports?.[workload];
  return moved === undefined ? port : moved + port - (mainPorts?.[workload] ?? port);
}

function register(
  { name }: Workload,
  inputs: object,
  parent: pulumi.Resource,
  { dependsOn = [], transform }: RunOptions = {},
): Placement {
  const child = {
    type: PROCESS,
    name,
    props: { ...inputs } as Record<string, unknown>,
    opts: { parent, dependsOn: [...dependsOn] } satisfies pulumi.CustomResourceOptions,
  };
  const { props, opts } = transform?.(child) ?? child;
  return { ready: new LocalProcess(PROCESS, name, props, opts) };
}
