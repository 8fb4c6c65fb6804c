import * as pulumi from '@pulumi/pulumi';
import type { Placement, Platform, RunOptions, Workload } from '../workload.ts';
import { boundPort, type LocalAddressOptions, localAddressing } from './addressing.ts';
import { stateFolder } from './paths.ts';
import { processInputs } from './plan.ts';
import { refusals } from './refusals.ts';

export interface LocalOptions extends LocalAddressOptions {
  /** Absolute paths by tool name; `process-compose` has to be among them. `node` is this program's own Node. */
  readonly executables: Readonly<Record<string, string>>;
}

/** Type of the resource that the provider in `provider/` serves. */
const PROCESS = 'local:index:Process';

class LocalProcess extends pulumi.CustomResource {}

/** Processes of this machine, on loopback, under one process-compose a stack. */
export function localPlatform(options: LocalOptions): Platform {
  const machine = {
    state: stateFolder(options.root, options.stack),
    root: options.root,
    executables: { node: process.execPath, ...options.executables },
    bound: (workload: string, port: number) => boundPort(options, workload, port),
  };
  return {
    ...localAddressing(options),
    run(workload, parent, runOptions) {
      const reasons = refusals(workload, machine);
      if (reasons.length > 0) throw new Error(reasons.join('\n'));
      return register(workload, processInputs(workload, machine), parent, runOptions);
    },
  };
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
