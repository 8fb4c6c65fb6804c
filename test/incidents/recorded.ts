import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { until } from '../e2e/full-path/clone.ts';
import { freePort } from '../e2e/preview/prometheus.ts';
import { freshRecording, play, RECORDING, type Recording } from './play.ts';

/** What the play left: that of an earlier run if nothing that it depends on has changed since. */
export async function recorded(): Promise<Recording> {
  const fresh = freshRecording();
  if (fresh === undefined) return await play((line) => console.log(line));
  console.log(
    `The recording of ${new Date(fresh.started).toISOString()} is of what stands here: not played again.`,
  );
  return fresh;
}

/** The configuration that Alertmanager ran with. */
export function recordedRouting(): AlertmanagerConfig {
  const file = join(RECORDING, 'alertmanager-etc', 'alertmanager', 'alertmanager.yml');
  return load(readFileSync(file, 'utf8')) as AlertmanagerConfig;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

export interface Answer {
  readonly result: readonly Series[];
  /** What Prometheus warns of and remarks. */
  readonly remarks: readonly string[];
}

/** A Prometheus that holds a copy of what was recorded, and scrapes nothing. */
export class RecordedPrometheus {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(): Promise<RecordedPrometheus> {
    const { prometheus } = await ensureTools(['prometheus']);
    const folder = mkdtempSync(join(tmpdir(), 'recorded-prometheus-'));
    cpSync(join(RECORDING, 'prometheus'), join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = spawn(
      prometheus,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      await until('Prometheus has read the recording', 120, async () => (await fetch(`${url}/-/ready`)).ok);
    } catch (error) {
      await stop();
      throw error;
    }
    return new RecordedPrometheus(url, stop);
  }

  /** A range query; times in Unix milliseconds, one value every 15 s. @throws what Prometheus refuses. */
  async range(query: string, from: number, to: number): Promise<Answer> {
    const body = new URLSearchParams({
      query,
      start: String(from / 1000),
      end: String(to / 1000),
      step: '15',
    });
    const answer = (await (
      await fetch(`${this.url}/api/v1/query_range`, { method: 'POST', body })
    ).json()) as {
      status: string;
      error?: string;
      data: { result: Series[] };
      warnings?: string[];
      infos?: string[];
    };
    if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
    return { result: answer.data.result, remarks: [...(answer.warnings ?? []), ...(answer.infos ?? [])] };
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
