import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { until } from '../e2e/full-path/clone.ts';
import { freePort } from '../e2e/preview/prometheus.ts';
import { ROUTING, SAMPLES, seenIn, unpack } from './archive.ts';
import { basisOfPlay } from './basis.ts';
import { play, type Recording } from './play.ts';
import { type Replayed, replay } from './replay.ts';
import { filesOfStack } from './stack.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The recording that comes with the project, and that of this machine's last play. */
const KEPT = join(import.meta.dirname, 'recording.tar.zst');
const OWN = join(ROOT, '.test-output', 'recording.tar.zst');
/** Where a recording lies unpacked, with what today's rules make of it. */
export const RECORDING = join(ROOT, '.test-output', 'recording');
const RULES = 'rules';

/** A recording, and what today's rules make of its samples. */
export interface Evaluated {
  readonly recording: Recording;
  readonly replayed: Replayed;
  /** Whether it was played with the rules and the routing of today, so that what was told can be held against them. */
  readonly ofToday: boolean;
}

let evaluated: Promise<Evaluated> | undefined;

/**
 * The incidents as recorded, evaluated by today's rules. They are played live only where what decides the samples has
 * changed since (`basis.ts`), or since the time in `PLAY_INCIDENTS`.
 */
export function recorded(): Promise<Evaluated> {
  evaluated ??= evaluate();
  return evaluated;
}

/** The last recording that lies here, whatever has changed since; undefined if there is none. */
export function lastRecording(): Recording | undefined {
  return existsSync(join(RECORDING, SAMPLES)) ? seenIn(RECORDING) : undefined;
}

async function evaluate(): Promise<Evaluated> {
  const archive = chosenArchive() ?? (await playedArchive());
  const { rules } = filesOfStack();
  const key = createHash('sha256').update(readFileSync(archive)).update(JSON.stringify(rules)).digest('hex');
  const keyFile = join(RECORDING, 'key');
  if (!existsSync(keyFile) || readFileSync(keyFile, 'utf8') !== key) {
    unpack(archive, RECORDING);
    const replayed = await replay(rules, join(RECORDING, SAMPLES), join(RECORDING, RULES), seenIn(RECORDING));
    writeFileSync(join(RECORDING, 'replayed.json'), JSON.stringify(replayed));
    writeFileSync(keyFile, key);
  }
  const recording = seenIn(RECORDING);
  console.log(`The recording is of ${new Date(recording.started).toISOString()}.`);
  return {
    recording,
    replayed: JSON.parse(readFileSync(join(RECORDING, 'replayed.json'), 'utf8')) as Replayed,
    ofToday: archive === OWN,
  };
}

/** A recording that will do; undefined if the incidents have to be played. */
function chosenArchive(): string | undefined {
  // A time: what was played since then is of this run, each of whose files asks.
  const since = process.env.PLAY_INCIDENTS;
  if (since) return existsSync(OWN) && statSync(OWN).mtimeMs >= Number(since) ? OWN : undefined;
  const basis = basisOfPlay();
  return [OWN, KEPT].find((file) => basisIn(file) === basis);
}

async function playedArchive(): Promise<string> {
  const why = process.env.PLAY_INCIDENTS ? 'it was asked for' : 'what decides the samples has changed';
  console.log(`The incidents are played live, which takes some twenty minutes: ${why}.`);
  await play(OWN, (line) => console.log(line));
  console.log(`To keep this recording: cp ${OWN} ${KEPT}`);
  return OWN;
}

function basisIn(archive: string): string | undefined {
  if (!existsSync(archive)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  try {
    unpack(archive, folder);
    return seenIn(folder).basis;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The configuration that Alertmanager ran with. */
export function recordedRouting(): AlertmanagerConfig {
  return load(readFileSync(join(RECORDING, ROUTING), 'utf8')) as AlertmanagerConfig;
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

/** A Prometheus that holds a copy of what was recorded and of what the rules made of it, and scrapes nothing. */
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
    for (const part of [SAMPLES, RULES])
      cpSync(join(RECORDING, part), join(folder, 'data'), { recursive: true });
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
