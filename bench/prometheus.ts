import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_MS = 180_000;
/** A query over 30 days of 100,000 series is refused long after this. */
const QUERY_TIMEOUT_SECONDS = 300;

/** The answer to a query, with what Prometheus itself counted while it evaluated it. */
export interface Answer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    /** Of an instant query. */
    readonly value?: readonly [time: number, value: string];
    /** Of a range query. */
    readonly values?: readonly (readonly [time: number, value: string])[];
  }[];
  /** Time to evaluate, in milliseconds, without the transport. */
  readonly milliseconds: number;
  /** Samples that the query read. */
  readonly samples: number;
}

export interface RunningPrometheus {
  readonly url: string;
  instant(query: string, time: number): Promise<Answer>;
  range(query: string, start: number, end: number, step: number): Promise<Answer>;
  labelValues(label: string, match: string, start: number, end: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts Prometheus over a folder of blocks. It scrapes nothing, evaluates no rule and leaves the blocks as they are. */
export async function startPrometheus(executable: string, data: string): Promise<RunningPrometheus> {
  const config = join(data, '..', 'prometheus.yml');
  const log = join(data, '..', 'prometheus.log');
  mkdirSync(data, { recursive: true });
  writeFileSync(config, 'global: {}\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    executable,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      // Equal, and blocks stay as they are: compaction would run while queries are timed.
      '--storage.tsdb.min-block-duration=2h',
      '--storage.tsdb.max-block-duration=2h',
      '--no-storage.tsdb.allow-overlapping-compaction',
      `--query.timeout=${QUERY_TIMEOUT_SECONDS}s`,
      '--query.max-samples=500000000',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', openSync(log, 'w')] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    child.kill('SIGTERM');
    await ended;
  };
  const deadline = performance.now() + READY_MS;
  while (!(await isReady(url))) {
    const said = () => readFileSync(log, 'utf8').trim().split('\n').at(-1);
    if (child.exitCode !== null) throw new Error(`Prometheus ended with code ${child.exitCode}: ${said()}`);
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`Prometheus was not ready within ${READY_MS / 1000} s: ${said()}`);
    }
    await pause(100);
  }
  return { url, stop, ...client(url) };
}

/** A port of loopback that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const isReady = async (url: string) => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;

function client(url: string): Pick<RunningPrometheus, 'instant' | 'range' | 'labelValues'> {
  return {
    instant: (query, time) => ask(url, 'query', { query, time: String(time) }),
    range: (query, start, end, step) =>
      ask(url, 'query_range', { query, start: String(start), end: String(end), step: String(step) }),
    labelValues: async (label, match, start, end) => {
      const parameters = new URLSearchParams({ 'match[]': match, start: String(start), end: String(end) });
      const answer = await fetch(`${url}/api/v1/label/${label}/values?${parameters}`);
      return ((await answer.json()) as { data: string[] }).data;
    },
  };
}

async function ask(url: string, path: string, parameters: Record<string, string>): Promise<Answer> {
  const body = new URLSearchParams({ ...parameters, stats: 'all', timeout: `${QUERY_TIMEOUT_SECONDS}s` });
  const answer = (await (await fetch(`${url}/api/v1/${path}`, { method: 'POST', body })).json()) as {
    status: string;
    error?: string;
    data: {
      result: Answer['result'];
      stats: { timings: { evalTotalTime: number }; samples: { totalQueryableSamples: number } };
    };
  };
  if (answer.status !== 'success') throw new Error(`Prometheus refuses ${parameters.query}: ${answer.error}`);
  const { result, stats } = answer.data;
  return {
    result,
    milliseconds: stats.timings.evalTotalTime * 1000,
    samples: stats.samples.totalQueryableSamples,
  };
}
