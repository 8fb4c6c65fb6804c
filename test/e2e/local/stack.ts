import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import { type EngineEvent, LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js';
import { localPlatform } from '../../../platforms/local/platform.ts';
import { stateFolder, stopStack } from '../../../platforms/local/supervisor.ts';
import type { ChangeEffect, Workload } from '../../../platforms/workload.ts';
import { ensureTools } from '../../../tools/install.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

/** What the engine said it does, or would do, to each process. */
export interface Outcome {
  readonly ops: Record<string, string>;
  readonly diffs: Record<string, string[]>;
  readonly output: string;
}

interface UpOptions {
  readonly refresh?: boolean;
  /** Interrupts the engine as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** A stack of the real engine whose program runs the given workloads on the local platform. */
export class TestStack {
  readonly root: string;
  readonly state: string;
  readonly #name: string;
  readonly #stack: Stack;
  readonly #executables: Record<string, string>;
  #used = false;

  private constructor(root: string, name: string, stack: Stack, executables: Record<string, string>) {
    this.root = root;
    this.state = stateFolder(root, name);
    this.#name = name;
    this.#stack = stack;
    this.#executables = executables;
  }

  static async open(root: string, name: string): Promise<TestStack> {
    const { pulumi: engine, ...executables } = await ensureTools(['pulumi', 'process-compose', 'prometheus']);
    // The Automation API takes the engine from PATH.
    process.env.PATH = `${dirname(engine)}${delimiter}${process.env.PATH ?? ''}`;
    const [backend, workDir] = [join(root, 'backend'), join(root, 'workspaces', name)];
    for (const folder of [backend, workDir]) mkdirSync(folder, { recursive: true });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: 'local-platform-test', program: async () => {} },
      {
        workDir,
        projectSettings: {
          name: 'local-platform-test',
          runtime: 'nodejs',
          plugins: { providers: [{ name: 'local', path: join(REPOSITORY, 'platforms/local/provider') }] },
        } as never,
        envVars: {
          PULUMI_BACKEND_URL: pathToFileURL(backend).href,
          PULUMI_CONFIG_PASSPHRASE: 'test',
          PULUMI_SKIP_UPDATE_CHECK: '1',
          FSM_NODE: process.execPath,
        },
      },
    );
    return new TestStack(root, name, stack, executables);
  }

  up(workloads: readonly Workload[], { refresh = false, signal }: UpOptions = {}): Promise<Outcome> {
    const program = this.#program(workloads);
    return this.#run((hooks) =>
      this.#stack.up({ ...hooks, refresh, program, ...(signal === undefined ? {} : { signal }) }),
    );
  }

  /** What `pulumi cancel` does: takes away the lock of an engine that died. */
  async unlock(): Promise<void> {
    await this.#stack.cancel();
  }

  preview(workloads: readonly Workload[], { refresh = false } = {}): Promise<Outcome> {
    return this.#run((hooks) =>
      this.#stack.preview({ ...hooks, refresh, program: this.#program(workloads) }),
    );
  }

  async destroy(): Promise<void> {
    await this.#stack.destroy();
  }

  /** The state as the backend keeps it. */
  stateFile(): string {
    return readFileSync(
      join(this.root, `backend/.pulumi/stacks/local-platform-test/${this.#name}.json`),
      'utf8',
    );
  }

  /** Has the engine lose what it knows, as a deleted state folder does. */
  async forget(): Promise<void> {
    await this.#stack.importStack({ version: 3, deployment: {} as never });
  }

  /** Leaves nothing behind, whatever a failed test left. */
  async remove(): Promise<void> {
    if (!this.#used) return;
    this.#used = false;
    try {
      await this.destroy();
    } finally {
      await stopStack(this.state, { purge: true });
    }
  }

  #program(workloads: readonly Workload[]) {
    return async () => {
      const platform = localPlatform({ stack: this.#name, root: this.root, executables: this.#executables });
      const parent = new pulumi.ComponentResource('test:index:Stack', 'stack');
      for (const workload of workloads) platform.run(workload, parent);
    };
  }

  async #run(
    command: (hooks: {
      onEvent: (event: EngineEvent) => void;
      onOutput: (text: string) => void;
    }) => Promise<unknown>,
  ): Promise<Outcome> {
    this.#used = true;
    const outcome: Outcome & { output: string } = { ops: {}, diffs: {}, output: '' };
    await command({
      onEvent: ({ resourcePreEvent }) => {
        const metadata = resourcePreEvent?.metadata;
        if (metadata?.type !== 'local:index:Process' || metadata.op === 'refresh') return;
        const name = metadata.urn.split('::').at(-1) ?? '';
        outcome.ops[name] = metadata.op;
        outcome.diffs[name] = Object.keys(metadata.detailedDiff ?? {}).sort();
      },
      onOutput: (text) => {
        outcome.output += text;
      },
    });
    return outcome;
  }
}

export interface ServerOptions {
  readonly port: number;
  readonly greeting?: string;
  readonly files?: Record<string, pulumi.Input<string>>;
  readonly onChange?: ChangeEffect;
  readonly secret?: boolean;
  readonly startupSeconds?: number;
  /** Path of the health check. */
  readonly health?: string;
}

/** The test server as a workload. */
export function server(state: string, name: string, options: ServerOptions): Workload {
  const {
    port,
    greeting = 'hello',
    files = {},
    onChange = { reload: '/reload' },
    secret = false,
    health = '/health',
  } = options;
  return {
    name,
    program: { tool: 'node', image: 'node' },
    args: [SERVER, String(port), join(state, name, 'etc/server'), greeting],
    ports: [{ name: 'web', port }],
    directories: [{ name: 'config', mount: '/etc/server', files, onChange, secret }],
    data: { mount: '/data', gibibytes: 1 },
    health: { http: { path: health, port: 'web' }, startupSeconds: options.startupSeconds ?? 30 },
    resources: { cpuMillis: 10, memoryMebibytes: 32 },
    stop: { signal: 'SIGTERM', graceSeconds: 5 },
    user: 1000,
  };
}

export interface ServerState {
  readonly pid: number;
  readonly greeting: string;
  readonly loaded: Record<string, string>;
  readonly env: Record<string, string>;
}

/** What a test server says of itself. */
export async function ask(port: number): Promise<ServerState> {
  return (await (await fetch(`http://127.0.0.1:${port}/state`)).json()) as ServerState;
}

/** Pids of the engines that work for this process. */
export function engines(): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  return list.split('\n').flatMap((line) => {
    const [pid, parent, command = ''] = line.trim().split(/\s+/);
    return Number(parent) === process.pid && command.endsWith('pulumi') ? [Number(pid)] : [];
  });
}

/** Pids of the providers that an engine started from this checkout. */
export function providers(): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return list.split('\n').flatMap((line) => {
    const ours = line.includes(join(REPOSITORY, 'platforms/local/provider'));
    return ours ? [Number(line.trim().split(' ', 1)[0])] : [];
  });
}
