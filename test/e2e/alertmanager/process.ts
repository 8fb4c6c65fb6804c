import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Labels } from '../../../notifications/config.ts';
import { until } from './wait.ts';

export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

/** One group as the API shows it: what Alertmanager made of the alerts it got. */
export interface ApiGroup {
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly {
    readonly labels: Labels;
    readonly fingerprint: string;
    readonly status: {
      readonly state: string;
      readonly inhibitedBy: readonly string[];
      readonly silencedBy: readonly string[];
      readonly mutedBy: readonly string[];
    };
  }[];
}

export interface AlertmanagerSetup {
  readonly executable: string;
  /** Folder of its own: configuration, secrets and data. */
  readonly directory: string;
  readonly port: number;
  readonly files: Readonly<Record<string, string>>;
  readonly secretFiles?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** A real Alertmanager on loopback. */
export class Alertmanager {
  readonly url: string;
  logs = '';
  readonly #setup: AlertmanagerSetup;
  #process: ChildProcess | undefined;

  private constructor(setup: AlertmanagerSetup) {
    this.#setup = setup;
    this.url = `http://127.0.0.1:${setup.port}`;
  }

  static async start(setup: AlertmanagerSetup): Promise<Alertmanager> {
    const alertmanager = new Alertmanager(setup);
    await alertmanager.write(setup.files);
    for (const [name, content] of Object.entries(setup.secretFiles ?? {})) {
      await save(join(secretsOf(setup.directory), name), content, 0o600);
    }
    await alertmanager.start();
    return alertmanager;
  }

  /** Writes configuration files over those that are there. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await save(join(this.#setup.directory, 'config', path), content, 0o644);
    }
  }

  async start(): Promise<void> {
    const { executable, directory, port, args = [] } = this.#setup;
    const child = spawn(
      executable,
      [
        `--config.file=${join(directory, 'config', 'alertmanager.yml')}`,
        `--storage.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.external-url=http://alertmanager.example:9093',
        ...(args.some((arg) => arg.startsWith('--cluster.listen-address'))
          ? []
          : ['--cluster.listen-address=']),
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.logs += text;
      });
    }
    await until('Alertmanager is ready', async () => {
      if (child.exitCode !== null) throw new Error(`Alertmanager ended:\n${this.logs}`);
      const response = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      return response?.ok === true;
    });
  }

  /** Asks it to end, so that it writes down what it knows, or kills it. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((resolve) => {
      child.once('close', resolve);
      child.kill(signal);
    });
  }

  async post(alerts: readonly PostedAlert[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) throw new Error(`alerts refused: ${response.status} ${await response.text()}`);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  groups(): Promise<readonly ApiGroup[]> {
    return this.get('/api/v2/alerts/groups');
  }

  reload(): Promise<Response> {
    return fetch(`${this.url}/-/reload`, { method: 'POST' });
  }

  /** Value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  }
}

export const secretsOf = (directory: string) => join(directory, 'secrets');

async function save(path: string, content: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}
