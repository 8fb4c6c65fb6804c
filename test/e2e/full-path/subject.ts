import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processLogs } from '../../../platforms/local/logs.ts';
import { RESERVED_FOLDERS } from '../../../platforms/local/paths.ts';
import { type ProcessStatus, stackStatus } from '../../../platforms/local/supervisor.ts';
import type { WorkloadLog } from '../../../platforms/workload.ts';
import type { Change, PlatformUnderTest } from '../../contract/subject.ts';
import type { Clone, Ran } from './clone.ts';

/** Processes of this machine, brought up with `make` in a clean clone, held to the contract. */
export class LocalUnderTest implements PlatformUnderTest {
  readonly prometheuses = ['prometheus'];
  readonly ruleSeconds = 15;
  readonly killed = ['prometheus', 'alertmanager', 'node-exporter', 'inference-api', 'redis', 'kafka'];
  /** Folder of the stack's processes. */
  readonly state: string;
  readonly #clone: Clone;
  #files: readonly string[] = [];
  #pids: readonly number[] = [];

  constructor(clone: Clone) {
    this.#clone = clone;
    this.state = join(clone.folder, '.monitoring', clone.stack);
  }

  async up(change: Change = {}): Promise<{ changed: boolean }> {
    this.configure(change);
    const { output } = await this.make('up');
    return { changed: !output.includes('Nothing to change') };
  }

  /** Writes the stack's file and the user's own files. */
  configure({ alerts = {}, settings = {}, files = {} }: Change): void {
    for (const path of this.#files) rmSync(join(this.#clone.folder, path), { force: true });
    this.#files = Object.keys(files);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#clone.folder, path)), { recursive: true });
      this.#clone.write(path, content);
    }
    this.#clone.configure({ rules: { alerts }, ...settings });
  }

  /** Runs `make`. @throws with what it said, where it fails. */
  async make(...args: readonly string[]): Promise<Ran> {
    const ran = await this.#clone.make(...args);
    if (ran.code !== 0) throw new Error(`make ${args.join(' ')}: exit code ${ran.code}\n${ran.output}`);
    return ran;
  }

  async down(): Promise<readonly string[]> {
    this.#pids = (await this.processes()).flatMap(({ pid }) => pid ?? []);
    const { output } = await this.make('down');
    return [...output.matchAll(/^kept +\S+: (.+) \(/gm)].map(([, path = '']) => path).sort();
  }

  async purge(): Promise<void> {
    await this.make('down', 'PURGE=1');
  }

  async remains(): Promise<readonly string[]> {
    const alive = this.#pids.filter((pid) => existsSync(`/proc/${pid}`)).map((pid) => `process ${pid}`);
    const folders = Object.keys(this.#clone.ports).flatMap((workload) => {
      const folder = join(this.state, workload);
      // What it knows of its processes is empty then: no data.
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => !isEmptyRun(folder, name)) : [];
      return names.map((name) => join(folder, name));
    });
    return [...alive, ...folders].sort();
  }

  async running(): Promise<Readonly<Record<string, string>>> {
    const ready = (await this.processes()).filter(({ ready }) => ready);
    return Object.fromEntries(ready.map(({ name, pid }) => [name, String(pid)]));
  }

  processes(): Promise<ProcessStatus[]> {
    return stackStatus(this.state);
  }

  async kill(copy: string): Promise<void> {
    const pid = (await this.processes()).find(({ name }) => name === copy)?.pid;
    if (pid === undefined) throw new Error(`${copy} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  async ask<T>(workload: string, path: string): Promise<T> {
    const url = `${this.#clone.url(workload)}${path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return (await answer.json()) as T;
  }

  async logs(): Promise<readonly WorkloadLog[]> {
    return processLogs(this.state);
  }

  async begin(incident: string): Promise<void> {
    await this.make('incident', `NAME=${incident}`);
  }

  async recover(): Promise<void> {
    await this.make('recover');
  }
}

function isEmptyRun(folder: string, name: string): boolean {
  return name === RESERVED_FOLDERS[0] && readdirSync(join(folder, name)).length === 0;
}
