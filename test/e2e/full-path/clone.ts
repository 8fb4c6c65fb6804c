import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What a command said, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** A clean clone of the project with a stack of its own, on ports of its own. */
export class Clone {
  readonly folder: string;
  readonly stack: string;
  readonly ports: Readonly<Record<string, number>>;

  /** Settings of the stack besides those that a test changes. */
  readonly #settings: Readonly<Record<string, unknown>>;

  private constructor(
    folder: string,
    stack: string,
    ports: Readonly<Record<string, number>>,
    settings: Readonly<Record<string, unknown>>,
  ) {
    this.#settings = settings;
    this.folder = folder;
    this.stack = stack;
    this.ports = ports;
  }

  /**
   * Clones HEAD below a folder whose name holds a space, so that the path of the clone is longer than 110
   * characters: Unix sockets and shell scripts have trouble with either.
   */
  static async make(
    stack: string,
    offset: number,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<Clone> {
    const folder = join(
      mkdtempSync(join(tmpdir(), 'fsm-')),
      `${'a long way down '.repeat(6).trim()}`,
      'clone',
    );
    await run('git', ['clone', '--quiet', ROOT, folder]);
    const clone = new Clone(folder, stack, portsFrom(offset), settings);
    clone.configure({});
    return clone;
  }

  /** Writes the stack's file. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const config = { platform: 'local', ports: this.ports, ...this.#settings, ...settings };
    this.write(
      `Pulumi.${this.stack}.yaml`,
      dump({
        config: Object.fromEntries(
          Object.entries(config).map(([key, value]) => [`feature-store-monitoring:${key}`, value]),
        ),
      }),
    );
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content);
  }

  /** Runs `make`. */
  make(...args: readonly string[]): Promise<Ran> {
    return this.run('make', `STACK=${this.stack}`, ...args);
  }

  /** Words of a command of this project as `make` runs it, without make: signals reach it directly. */
  command(name: string, ...args: readonly string[]): readonly [string, ...string[]] {
    const node = join(ROOT, 'node_modules/.bin/node');
    return [
      node,
      '--disable-warning=ExperimentalWarning',
      'cli/main.ts',
      name,
      '--stack',
      this.stack,
      ...args,
    ];
  }

  run(command: string, ...args: readonly string[]): Promise<Ran> {
    return this.started(command, ...args).ended;
  }

  /** Starts a command in a process group of its own, so that it can be interrupted as a terminal does it. */
  started(
    command: string,
    ...args: readonly string[]
  ): { readonly ended: Promise<Ran>; interrupt(): void; kill(): void; said(): string } {
    const child = spawn(command, args, { cwd: this.folder, env: cleanEnvironment(), detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const { promise: ended, resolve, reject } = Promise.withResolvers<Ran>();
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    return {
      ended,
      interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
      // The whole group: the command, the engine, and the providers.
      kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL'),
      said: () => output,
    };
  }

  url(workload: string): string {
    return `http://127.0.0.1:${this.ports[workload]}`;
  }

  /** The answer of Prometheus's API. */
  async prometheus<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url('prometheus')}/api/v1/${path}`, {
      signal: AbortSignal.timeout(10_000),
    });
    return ((await answer.json()) as { data: T }).data;
  }
}

const PORTS = {
  prometheus: 90,
  grafana: 30,
  alertmanager: 93,
  'redis-exporter': 121,
  'node-exporter': 100,
  'blackbox-exporter': 115,
  'inference-api': 80,
  'feature-store': 81,
  'stream-processing': 82,
  'ml-pipeline': 83,
  business: 84,
  redis: 63,
  kafka: 192,
  demo: 89,
};

function portsFrom(offset: number): Record<string, number> {
  return Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, offset + port]));
}

/** As a person's shell has it: nothing of the test runner's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const {
    PATH = '',
    HOME,
    FSM_CACHE,
    XDG_CACHE_HOME,
    GOPROXY,
    GOFLAGS,
    GONOSUMDB,
    GOSUMDB,
    npm_config_registry,
  } = process.env;
  const path = PATH.split(':')
    .filter((folder) => !folder.startsWith(ROOT))
    .join(':');
  return {
    PATH: path,
    HOME,
    FSM_CACHE,
    XDG_CACHE_HOME,
    GOPROXY,
    GOFLAGS,
    GONOSUMDB,
    GOSUMDB,
    npm_config_registry,
    LANG: 'C.UTF-8',
    // Where the person who runs the tests is logged in, no test writes.
    PULUMI_CREDENTIALS_PATH: join(tmpdir(), 'fsm-nobody'),
  };
}

/** Waits until a condition yields something. @throws with what it was waiting for when time is up. */
export async function until<T>(
  what: string,
  seconds: number,
  condition: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const result = await condition();
      if (result !== undefined && result !== false) return result as T;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`after ${seconds} s still waiting: ${what}${last === undefined ? '' : `: ${last}`}`);
    await setTimeout(500);
  }
}
