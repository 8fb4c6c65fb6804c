import { fileURLToPath } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import type { ConfigDirectory, Workload } from '../workload.ts';
import { mountPath, processPaths } from './paths.ts';
import { type DirectoryInputs, HEALTHY, type ProcessInputs } from './process/inputs.ts';

/** What the platform knows of this machine when it turns a workload into a process. */
export interface Machine {
  readonly state: string;
  readonly root: string;
  readonly executables: Readonly<Record<string, string>>;
  /** The port of this machine for a workload's logical port. */
  bound(workload: string, port: number): number;
}

/** Inputs of the resource; file contents may still be outputs of others, or secret. */
export type PlannedInputs = Omit<ProcessInputs, 'directories'> & {
  readonly directories: Readonly<Record<string, PlannedDirectory>>;
};
type PlannedDirectory = Omit<DirectoryInputs, 'files'> & {
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
};

/** Source: the example of the Kubernetes API for `terminationGracePeriodSeconds`, whose default is 30 s. */
const DEFAULT_STOP = { signal: 'SIGTERM', graceSeconds: 30 } as const;
/** Covers the slowest start seen on a loaded two-core machine, about 20 s, three times over. */
const DEFAULT_STARTUP_SECONDS = 60;

/** The process that carries out a workload. */
export function processInputs(workload: Workload, machine: Machine): PlannedInputs {
  const { name, health } = workload;
  const path = (mount: string) => mountPath(machine.state, name, mount);
  const bound = (port: string) => machine.bound(name, portNumber(workload, port));
  return {
    state: machine.state,
    workload: name,
    supervisor: machine.executables['process-compose'] ?? '',
    ...command(workload, machine),
    env: workload.env ?? {},
    directory: machine.root,
    ports: Object.fromEntries(
      workload.ports.map((port) => [
        port.name,
        `${machine.bound(name, port.port)}/${port.protocol ?? 'tcp'}`,
      ]),
    ),
    directories: Object.fromEntries(
      (workload.directories ?? []).map((directory) => [
        directory.name,
        {
          path: path(directory.mount),
          secret: directory.secret ?? false,
          onChange: onChange(workload, directory, machine),
          files: contents(directory),
        },
      ]),
    ),
    ...(workload.data === undefined ? {} : { data: path(workload.data.mount) }),
    scratch: (workload.scratch ?? []).map(path),
    health:
      'http' in health
        ? `http://127.0.0.1:${bound(health.http.port)}${health.http.path}`
        : `tcp://127.0.0.1:${bound(health.tcp.port)}`,
    startupSeconds: health.startupSeconds ?? DEFAULT_STARTUP_SECONDS,
    stop: workload.stop ?? DEFAULT_STOP,
    status: HEALTHY,
  };
}

const GUARD = fileURLToPath(new URL('../guard/main.ts', import.meta.url));

/** The program, or the guard that runs it. */
function command({ name, program, args, guard }: Workload, { state, executables }: Machine) {
  const executable = executables[program.tool] ?? '';
  if (guard === undefined) return { executable, args };
  const { listenFlag, usersFlag, names = [] } = guard;
  return {
    executable: executables.node ?? '',
    args: [
      GUARD,
      `--listen-flag=${listenFlag}`,
      `--users-flag=${usersFlag}`,
      `--users-file=${processPaths(state, name).users}`,
      ...names.map((known) => `--name=${known}`),
      '--',
      executable,
      ...args,
    ],
  };
}

function portNumber({ ports }: Workload, name: string): number {
  return ports.find((port) => port.name === name)?.port ?? 0;
}

function onChange({ name, ports }: Workload, directory: ConfigDirectory, machine: Machine): string {
  if (typeof directory.onChange === 'string') return directory.onChange;
  return `reload http://127.0.0.1:${machine.bound(name, ports[0]?.port ?? 0)}${directory.onChange.reload}`;
}

function contents({ files, secret }: ConfigDirectory): Record<string, pulumi.Input<string>> {
  const marked = secret === true ? pulumi.secret : (content: pulumi.Input<string>) => content;
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [file, marked(content)]));
}
