import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HttpError } from '../kit/http.ts';
import type { Log } from '../kit/log.ts';

/** One alert of Alertmanager's webhook payload. */
export interface NotifiedAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** What Alertmanager sent, and when and for whom it came. */
export interface Notification {
  /** Counts up by one. */
  readonly id: number;
  readonly receivedAt: string;
  /** The receiver in the path of the webhook, or else the one in the payload. */
  readonly receiver: string;
  readonly status: string;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly NotifiedAlert[];
  /** The whole payload. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Notifications that are kept. */
export const KEPT = 1_000;

/** Reads Alertmanager's webhook payload. Throws a 400 that says what is missing. */
export function readPayload(body: unknown, receiver?: string): Omit<Notification, 'id' | 'receivedAt'> {
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'the body must be a JSON object');
  const payload = body as Record<string, unknown>;
  if (!Array.isArray(payload.alerts)) {
    throw new HttpError(400, "alerts: missing; the body must be Alertmanager's webhook payload");
  }
  return {
    receiver: receiver ?? text(payload.receiver),
    status: text(payload.status),
    groupKey: text(payload.groupKey),
    groupLabels: labels(payload.groupLabels),
    alerts: payload.alerts.map((alert: Record<string, unknown>) => ({
      status: text(alert?.status),
      labels: labels(alert?.labels),
      annotations: labels(alert?.annotations),
      startsAt: text(alert?.startsAt),
      endsAt: text(alert?.endsAt),
    })),
    payload,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function labels(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)]));
}

/** The last notifications, in memory and, given a file, on disk as one JSON object a line. */
export class NotificationStore {
  readonly #file: string | undefined;
  readonly #log: Log;
  #kept: Notification[] = [];
  #lines = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string | undefined, log: Log) {
    this.#file = file;
    this.#log = log;
  }

  /** Reads back what an earlier process kept. A line that was cut off is left out. */
  static async open(file: string | undefined, log: Log): Promise<NotificationStore> {
    const store = new NotificationStore(file, log);
    if (file) {
      await mkdir(dirname(file), { recursive: true });
      const content = await readFile(file, 'utf8').catch((error) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      store.#kept = content.split('\n').flatMap(parseLine).slice(-KEPT);
      await store.#rewrite();
    }
    return store;
  }

  async add(body: unknown, receiver?: string, now = new Date()): Promise<Notification> {
    const read = readPayload(body, receiver);
    const notification = { id: (this.#kept.at(-1)?.id ?? 0) + 1, receivedAt: now.toISOString(), ...read };
    this.#kept.push(notification);
    if (this.#kept.length > KEPT) this.#kept.shift();
    const writing = this.#writing.then(() => this.#append(notification));
    this.#writing = writing.catch((error) =>
      this.#log.error('notification not written', { reason: String(error) }),
    );
    await this.#writing;
    return notification;
  }

  /** Those received after `since` (Unix milliseconds), oldest first. */
  list(since = 0): readonly Notification[] {
    return this.#kept.filter(({ receivedAt }) => Date.parse(receivedAt) > since);
  }

  async #append(notification: Notification): Promise<void> {
    if (!this.#file) return;
    await appendFile(this.#file, `${JSON.stringify(notification)}\n`);
    if (++this.#lines > 5 * KEPT) await this.#rewrite();
  }

  async #rewrite(): Promise<void> {
    if (!this.#file) return;
    const next = `${this.#file}.new`;
    await writeFile(next, this.#kept.map((notification) => `${JSON.stringify(notification)}\n`).join(''));
    await rename(next, this.#file);
    this.#lines = this.#kept.length;
  }
}

function parseLine(line: string): Notification[] {
  try {
    const value = JSON.parse(line) as Notification;
    return typeof value.id === 'number' && Array.isArray(value.alerts) ? [value] : [];
  } catch {
    return [];
  }
}
