import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { ensureTools } from '../../../tools/install.ts';
import { until } from '../alertmanager/wait.ts';
import { freePort } from '../preview/prometheus.ts';

export interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [at: number, value: string])[];
}

/** A Prometheus that scrapes itself and a target every second, and can be hurt. */
export class LivePrometheus {
  readonly url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'backtest-prometheus-'));
  readonly #program: string;
  #child: ChildProcess | undefined;

  static async make(target: string): Promise<LivePrometheus> {
    const { prometheus } = await ensureTools(['prometheus']);
    return new LivePrometheus(prometheus, await freePort(), target);
  }

  private constructor(program: string, port: number, target: string) {
    this.#program = program;
    this.url = `http://127.0.0.1:${port}`;
    mkdirSync(join(this.#folder, 'rules'));
    const job = (name: string, address: string) => ({
      job_name: name,
      static_configs: [{ targets: [address] }],
    });
    writeFileSync(
      join(this.#folder, 'prometheus.yml'),
      dump({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
        rule_files: ['rules/*.yaml'],
        scrape_configs: [job('prometheus', `127.0.0.1:${port}`), job('flapping', target)],
      }),
    );
  }

  /** Rule files by name. They are read at the next start or reload. */
  rules(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, 'rules', name), text);
  }

  async start(): Promise<void> {
    this.#child = spawn(
      this.#program,
      [
        `--config.file=${join(this.#folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.#folder, 'data')}`,
        `--web.listen-address=${this.url.slice('http://'.length)}`,
        '--web.enable-lifecycle',
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    await until(
      `Prometheus at ${this.url} is ready`,
      async () => (await fetch(`${this.url}/-/ready`).catch(() => undefined))?.ok === true,
    );
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Stops the process without ending it, for a while. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async reload(): Promise<void> {
    const answer = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!answer.ok) throw new Error(`Prometheus does not reload: ${await answer.text()}`);
  }

  /** Results of an expression now. */
  async query(expr: string, time = Date.now() / 1000): Promise<readonly Found[]> {
    const parameters = new URLSearchParams({ query: expr, time: String(time) });
    const answer = await fetch(`${this.url}/api/v1/query?${parameters}`);
    return ((await answer.json()) as { data: { result: Found[] } }).data.result;
  }

  /** Waits until an expression yields something, or nothing. */
  async until(expr: string, yields = true): Promise<void> {
    await until(
      `${expr} yields ${yields ? 'something' : 'nothing'}`,
      async () => (await this.query(expr)).length > 0 === yields,
    );
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
