import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureTools } from '../../../tools/install.ts';
import { openMetrics } from './samples.ts';

const run = promisify(execFile);
const READY_MS = 60_000;

export interface RunningPrometheus {
  url: string;
  /** The `result` of a range query asked of Prometheus itself. */
  queryRange(query: string, start: number, end: number, step: number): Promise<Series[]>;
  stop(): Promise<void>;
}

export interface Series {
  metric: Record<string, string>;
  values: [number, string][];
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Prometheus ended with code ${child.exitCode}.`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`Prometheus at ${url} was not ready within ${READY_MS / 1000} s.`);
}

/** A real Prometheus that holds made-up samples, in the OpenMetrics format, and scrapes nothing. */
export async function startPrometheus(samples = openMetrics()): Promise<RunningPrometheus> {
  const { prometheus, promtool } = await ensureTools(['prometheus', 'promtool']);
  const folder = await mkdtemp(join(tmpdir(), 'preview-prometheus-'));
  await writeFile(join(folder, 'samples.om'), samples);
  await writeFile(join(folder, 'prometheus.yml'), 'global: {}\n');
  const data = join(folder, 'data');
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples.om'), data]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await ready(url, child).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url,
    stop,
    async queryRange(query, start, end, step) {
      const parameters = new URLSearchParams({
        query,
        start: String(start),
        end: String(end),
        step: String(step),
      });
      const answer = await fetch(`${url}/api/v1/query_range?${parameters}`);
      const { data: body } = (await answer.json()) as { data: { result: Series[] } };
      return body.result;
    },
  };
}
