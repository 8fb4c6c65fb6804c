import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Recording, RuleGroup } from '../../rules/alert.ts';
import type { Samples } from '../../rules/proof/series.ts';
import { renderGroups } from '../../rules/render.ts';
import { ensureTools } from '../../tools/install.ts';

const run = promisify(execFile);
/** Longest blocks of which a range query at one sample a minute stays under Prometheus's 11,000 points. */
const BLOCKS = '--max-block-duration=162h';
const MINUTE = 60;
/** Most points of a range query. */
const MOST_POINTS = 11_000;
type Sample = [time: number, value: string];
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly Sample[];
}
/** How long a Prometheus may take to open its blocks. */
const READY_WITHIN_MS = 60_000;

/** A past made up for a real Prometheus: samples are written as blocks, rules recorded stage by stage. */
export class History {
  readonly #folder = mkdtempSync(join(tmpdir(), 'history-'));
  readonly #data = join(this.#folder, 'data');
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    mkdirSync(this.#data);
    writeFileSync(join(this.#folder, 'prometheus.yaml'), 'global: {}\n');
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Writes series with a sample a minute from a Unix time on. */
  async write(series: readonly Samples[], start: number): Promise<void> {
    const file = join(this.#folder, 'series.txt');
    const stream = createWriteStream(file);
    for (const each of series) {
      // OpenMetrics has no space between labels.
      const name = each.series.replaceAll('", ', '",');
      const lines = expand(each.values).map((value, index) =>
        value === undefined ? '' : `${name} ${value} ${start + index * MINUTE}\n`,
      );
      if (!stream.write(lines.join(''))) await once(stream, 'drain');
    }
    stream.end('# EOF\n');
    await once(stream, 'finish');
    const { promtool } = await ensureTools(['promtool']);
    await run(promtool, ['tsdb', 'create-blocks-from', BLOCKS, 'openmetrics', '-q', file, this.#data]);
    rmSync(file);
  }

  /** Records rules for each minute of a time, from what was written and recorded before. */
  async record(rules: readonly Recording[], start: number, end: number): Promise<void> {
    const group: RuleGroup = { name: 'stage', interval: '1m', rules };
    // Relative, since a group is evaluated as long after each full minute as its name and its file's path come to.
    // promtool leaves out what falls into the last second before a block's end: https://github.com/prometheus/prometheus/blob/v3.15.0/cmd/promtool/rules.go
    const file = 'stage.yaml';
    writeFileSync(join(this.#folder, file), renderGroups([group]));
    const { promtool } = await ensureTools(['promtool']);
    // Into a folder of its own: a running Prometheus may not meet half a block.
    const recorded = join(this.#folder, 'recorded');
    const times = [`--start=${start}`, `--end=${end}`, `--output-dir=${recorded}`];
    await this.ask(() =>
      run(promtool, ['tsdb', 'create-blocks-from', BLOCKS, 'rules', `--url=${this.url}`, ...times, file], {
        cwd: this.#folder,
      }),
    );
    await run('sh', ['-c', 'mv "$0"/* "$1" && rm -r "$0"', recorded, this.#data]);
  }

  /** Runs a Prometheus on what there is, as long as something is asked of it. */
  async ask<T>(questions: () => Promise<T>): Promise<T> {
    const { prometheus } = await ensureTools(['prometheus']);
    const server = spawn(
      prometheus,
      [
        `--config.file=${join(this.#folder, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${this.#data}`,
        '--storage.tsdb.retention.time=36500d',
        `--web.listen-address=127.0.0.1:${this.#port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const ended = once(server, 'exit');
    try {
      await this.#ready(server);
      return await questions();
    } finally {
      server.kill();
      await ended;
    }
  }

  async #ready(server: { readonly exitCode: number | null }): Promise<void> {
    const limit = Date.now() + READY_WITHIN_MS;
    for (;;) {
      if (server.exitCode !== null) throw new Error(`Prometheus ended with ${server.exitCode}`);
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > limit) throw new Error(`Prometheus on ${this.url} is not ready`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The value of an expression with one result at a Unix time. */
  async value(expr: string, time: number): Promise<number> {
    const result = await this.#query<{ value: Sample }>('query', { query: expr, time: String(time) });
    if (result.length !== 1) throw new Error(`${expr} at ${time}: ${result.length} results`);
    return Number(result[0]?.value[1]);
  }

  /** The minutes, as Unix times, at which an expression yields a series, by series. */
  async minutes(expr: string, start: number, end: number): Promise<Map<string, number[]>> {
    const found = new Map<string, number[]>();
    for (let from = start; from <= end; from += MOST_POINTS * MINUTE) {
      const to = Math.min(end, from + (MOST_POINTS - 1) * MINUTE);
      const range = { query: expr, start: String(from), end: String(to), step: String(MINUTE) };
      for (const { metric, values } of await this.#query<Series>('query_range', range)) {
        const name = JSON.stringify(metric);
        found.set(name, [...(found.get(name) ?? []), ...values.map(([time]) => time)]);
      }
    }
    return found;
  }

  async #query<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T[]> {
    const body = new URLSearchParams(parameters);
    const answer = await fetch(`${this.url}/api/v1/${path}`, { method: 'POST', body });
    const { data, error } = (await answer.json()) as { data?: { result: T[] }; error?: string };
    if (!data) throw new Error(`${parameters.query}: ${error}`);
    return data.result;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The samples that promtool's notation stands for; undefined where there is none. */
function expand(values: string): (number | undefined)[] {
  return values.split(' ').flatMap((part): (number | undefined)[] => {
    const gap = /^(?:_|stale)(?:x(\d+))?$/.exec(part);
    if (gap) return Array.from({ length: Number(gap[1] ?? 1) }, () => undefined);
    const [, first = '', step = '0', more = '0'] = /^(-?[\d.]+)(?:([+-][\d.]+)x(\d+))?$/.exec(part) ?? [];
    if (first === '') throw new Error(`“${part}” is no sample`);
    return Array.from({ length: Number(more) + 1 }, (_, index) => Number(first) + index * Number(step));
  });
}
