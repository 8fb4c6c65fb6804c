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
    const file = join(this.#folder, 'stage.yaml');
    writeFileSync(file, renderGroups([group]));
    const { promtool } = await ensureTools(['promtool']);
    // Into a folder of its own: a running Prometheus may not meet half a block.
    const recorded = join(this.#folder, 'recorded');
    const times = [`--start=${start}`, `--end=${end}`, `--output-dir=${recorded}`];
    await this.ask(() =>
      run(promtool, ['tsdb', 'create-blocks-from', BLOCKS, 'rules', `--url=${this.url}`, ...times, file]),
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
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expr, time: String(time) }),
    });
    const { data, error } = (await answer.json()) as {
      data?: { result: { value: [number, string] }[] };
      error?: string;
    };
    if (data?.result.length !== 1) {
      throw new Error(`${expr} at ${time}: ${error ?? `${data?.result.length} results`}`);
    }
    return Number(data.result[0]?.value[1]);
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
