import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { INCIDENTS, type IncidentName } from '../../demo/incidents.ts';
import { ensureTools } from '../../tools/install.ts';
import { Clone, until } from '../e2e/full-path/clone.ts';
import { pack, ROUTING, SAMPLES, SEEN } from './archive.ts';
import { basisOfPlay } from './basis.ts';
import { HEALTHY_SECONDS, SCHEDULE, type Scheduled } from './schedule.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const STACK = 'incidents';
/** Ports 26063 to 26192. */
export const PORTS = 26_000;
/** Enough events for every alert's minimum, and light enough for two cores when six times as many come. */
const REQUESTS_PER_SECOND = 6;
/** An incident whose alerts do not come is ended after this long. */
const LONGEST_SECONDS = 900;
/** An incident lasts this much longer than until its alerts were told: rules may become a little slower. */
const LINGER_SECONDS = 45;
/** The play as a whole ends after this long, start included. */
const PLAY_SECONDS = 25 * 60;
/** How long the alerts of the last wave may take to be resolved. */
const RECOVERY_SECONDS = 150;
/** One time that an alert was seen in a state by Prometheus. Times are Unix milliseconds. */
export interface Sighting {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: number;
  readonly from: number;
  to: number;
}

/** What Alertmanager made of an alert. */
export interface Suppression {
  readonly labels: Readonly<Record<string, string>>;
  readonly inhibited: boolean;
  readonly from: number;
  to: number;
}

/** A message that arrived at the demo. */
export interface Told {
  readonly receivedAt: string;
  readonly receiver: string;
  readonly status: string;
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}

/** When an incident was on. */
export interface Played {
  readonly incident: IncidentName;
  readonly wave: number;
  readonly on: number;
  off?: number;
  /** When all of its alerts had fired, and those that nothing inhibited had been told. */
  done?: number;
}

/** What was seen of the play, beside Prometheus's samples and Alertmanager's configuration. */
export interface Recording {
  /** Stands for what the play depended on: `basis.ts`. */
  readonly basis: string;
  readonly started: number;
  /** When `make up` ended. */
  readonly up: number;
  /** When every target had been scraped with success. */
  ready: number;
  /** When the last incident had been ended, and when it was looked at for the last time. */
  recovered: number;
  stopped: number;
  readonly played: Played[];
  readonly alerts: Sighting[];
  readonly suppressed: Suppression[];
  told: readonly Told[];
  /** Answers of Prometheus's API at the end of the healthy period. */
  healthy: { rules: unknown; targets: unknown };
}

/** Brings a stack of its own up, plays every incident once, and packs what there is to see into a file. */
export async function play(archive: string, log: (line: string) => void): Promise<void> {
  const basis = basisOfPlay();
  const clone = await Clone.make(STACK, PORTS);
  symlinkSync(join(ROOT, 'node_modules'), join(clone.folder, 'node_modules'));
  clone.configure({ demo: { requestsPerSecond: REQUESTS_PER_SECOND } });
  const cli = (...args: string[]) =>
    clone.run('node_modules/.bin/node', '--disable-warning=ExperimentalWarning', 'cli/main.ts', ...args);
  const started = Date.now();
  try {
    const up = await cli('up', '--stack', STACK);
    if (up.code !== 0) log(`make up ended with ${up.code}:\n${up.output}`);
    const recording = new Recorder(clone, basis, started, log);
    await recording.run();
    const kept = mkdtempSync(join(tmpdir(), 'recording-'));
    // Files of configuration go with the stack, data stays.
    copyFileSync(ofStack(clone, 'alertmanager/etc/alertmanager/alertmanager.yml'), join(kept, ROUTING));
    const down = await cli('down', '--stack', STACK);
    if (down.code !== 0) throw new Error(down.output);
    const { 'rule-replay': replay } = await ensureTools(['rule-replay']);
    const samples = join(kept, SAMPLES);
    execFileSync(replay, ['raw', '--data', ofStack(clone, 'prometheus/prometheus'), '--out', samples]);
    writeFileSync(join(kept, SEEN), JSON.stringify(recording.recording));
    pack(kept, archive);
    rmSync(kept, { recursive: true, force: true });
  } finally {
    const down = await cli('down', '--stack', STACK, '--purge');
    if (down.code !== 0) log(down.output);
    rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
  }
}

function ofStack(clone: Clone, path: string): string {
  return join(clone.folder, '.monitoring', STACK, path);
}

interface ApiAlert {
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  readonly labels: Record<string, string>;
}

interface AlertmanagerAlert {
  readonly labels: Record<string, string>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** Plays the schedule against a running stack and writes down what happens. */
class Recorder {
  readonly recording: Recording;
  readonly #clone: Clone;
  readonly #log: (line: string) => void;

  constructor(clone: Clone, basis: string, started: number, log: (line: string) => void) {
    this.#clone = clone;
    this.#log = (line) => log(`${clock(Date.now() - started)} ${line}`);
    this.recording = {
      basis,
      started,
      up: Date.now(),
      ready: 0,
      recovered: 0,
      stopped: 0,
      played: [],
      alerts: [],
      suppressed: [],
      told: [],
      healthy: { rules: undefined, targets: undefined },
    };
  }

  async run(): Promise<void> {
    const { recording } = this;
    await until('every target is up', 180, async () => {
      const { activeTargets } = await this.#clone.prometheus<{ activeTargets: { health: string }[] }>(
        'targets',
      );
      return activeTargets.length > 10 && activeTargets.every(({ health }) => health === 'up');
    });
    recording.ready = Date.now();
    this.#log('everything is up');
    while (Date.now() < recording.ready + HEALTHY_SECONDS * 1000) await this.#watch();
    recording.healthy = {
      rules: await this.#clone.prometheus('rules'),
      targets: await this.#clone.prometheus('targets'),
    };
    const end = recording.started + PLAY_SECONDS * 1000;
    while (recording.played.length < SCHEDULE.length || recording.played.some(({ off }) => !off)) {
      if (Date.now() > end) {
        this.#log('time is up');
        break;
      }
      for (const next of SCHEDULE.filter((one) => this.#isDue(one))) await this.#begin(next);
      await this.#watch();
      for (const one of recording.played.filter(({ off }) => !off)) await this.#endIfDone(one);
    }
    await this.#demo('incidents', 'DELETE');
    recording.recovered = Date.now();
    this.#log('recovered');
    const last = recording.played.filter(({ wave }) => wave === 3);
    const limit = Date.now() + RECOVERY_SECONDS * 1000;
    while (Date.now() < limit) {
      await this.#watch();
      if (last.every((one) => this.#isOver(one))) break;
    }
    recording.stopped = Date.now();
    this.#log('the end');
  }

  #isDue({ incident, after }: Scheduled): boolean {
    const { played } = this.recording;
    return (
      !played.some((one) => one.incident === incident) &&
      after.every((name) => played.find((one) => one.incident === name)?.off !== undefined)
    );
  }

  async #begin({ incident, wave }: Scheduled): Promise<void> {
    await this.#demo(`incidents/${incident}`, 'POST');
    this.recording.played.push({ incident, wave, on: Date.now() });
    this.#log(`${incident} is on`);
  }

  async #endIfDone(one: Played): Promise<void> {
    const done = INCIDENTS[one.incident].alerts.every(
      (name) =>
        this.#fires(name, one.on) && (this.#told(name, 'firing', one.on) || this.#inhibited(name, one.on)),
    );
    if (done) one.done ??= Date.now();
    const lasts = done ? Date.now() - (one.done ?? 0) : Date.now() - one.on;
    if (lasts < (done ? LINGER_SECONDS : LONGEST_SECONDS) * 1000) return;
    await this.#demo(`incidents/${one.incident}`, 'DELETE');
    one.off = Date.now();
    this.#log(`${one.incident} is off${done ? '' : ': its alerts did not all come'}`);
  }

  #fires(name: string, since: number): boolean {
    return this.recording.alerts.some(
      ({ labels, state, to }) => labels.alertname === name && state === 'firing' && to > since,
    );
  }

  #inhibited(name: string, since: number): boolean {
    return this.recording.suppressed.some(
      ({ labels, inhibited, to }) => labels.alertname === name && inhibited && to > since,
    );
  }

  #told(name: string, status: string, since: number): boolean {
    return this.recording.told.some(
      ({ alerts, receivedAt }) =>
        Date.parse(receivedAt) > since &&
        alerts.some((alert) => alert.status === status && alert.labels.alertname === name),
    );
  }

  #isOver({ incident, off = this.recording.recovered }: Played): boolean {
    return INCIDENTS[incident].alerts.every((name) => this.#told(name, 'resolved', off));
  }

  async #demo(path: string, method = 'GET'): Promise<Response> {
    return await until(`${method} ${path}`, 60, () =>
      fetch(`${this.#clone.url('demo')}/${path}`, { method, signal: AbortSignal.timeout(10_000) }),
    );
  }

  /** Looks at alerts and messages; takes about five seconds. A machine that is too busy to answer is asked again. */
  async #watch(): Promise<void> {
    await setTimeout(5_000);
    try {
      const now = Date.now();
      const { alerts } = await this.#clone.prometheus<{ alerts: ApiAlert[] }>('alerts');
      for (const { labels, state, activeAt } of alerts)
        note(this.recording.alerts, { labels, state, activeAt: Date.parse(activeAt) }, now, ({ labels }) =>
          this.#log(`  ${labels.alertname} ${state} ${JSON.stringify(labels)}`),
        );
      const answer = await fetch(`${this.#clone.url('alertmanager')}/api/v2/alerts`, {
        signal: AbortSignal.timeout(10_000),
      });
      for (const { labels, status } of (await answer.json()) as AlertmanagerAlert[])
        note(this.recording.suppressed, { labels, inhibited: status.inhibitedBy.length > 0 }, now);
      const told = (await (await this.#demo('notifications')).json()) as Told[];
      for (const { receiver, status, alerts } of told.slice(this.recording.told.length))
        if (receiver !== 'heartbeat')
          this.#log(
            `  told ${receiver} ${status}: ${alerts.map(({ labels }) => labels.alertname).join(', ')}`,
          );
      this.recording.told = told;
    } catch (error) {
      this.#log(`not answered: ${error}`);
    }
  }
}

/** Longest time between two looks at what is still the same. */
const GAP_MS = 45_000;

/** Lengthens the last note of the same, or makes a new one. */
function note<T extends object>(
  notes: (T & { readonly from: number; to: number })[],
  seen: T,
  now: number,
  isNew: (seen: T) => void = () => {},
): void {
  const key = JSON.stringify(seen);
  const last = notes.findLast(({ from: _, to: __, ...rest }) => JSON.stringify(rest) === key);
  if (last && now - last.to < GAP_MS) {
    last.to = now;
    return;
  }
  notes.push({ ...seen, from: now, to: now });
  isNew(seen);
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
