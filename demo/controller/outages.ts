import { Redis } from 'ioredis';
import type { IncidentName } from '../incidents.ts';
import { Peer } from '../kit/client.ts';
import { type Log, reasonOf } from '../kit/log.ts';
import { every } from '../kit/retry.ts';
import type { Address } from '../kit/settings.ts';
import type { ControlState } from './state.ts';

/** A dependency that an incident takes away from outside, over the network alone. */
export interface Outage {
  readonly incident: IncidentName;
  /** Takes it away or gives it back; doing so twice is doing so once. */
  apply(down: boolean): Promise<void>;
  close(): Promise<void>;
}

/** What Redis takes when nothing else is known: its own default. */
const DEFAULT_CLIENTS = 10_000;
/** Fewer clients than this is an outage that was not ended. */
const FEWEST_CLIENTS = 100;

/**
 * Redis takes no client but this one, which stays connected to end it: others are cut off and refused with an error.
 * Works through the protocol alone, wherever Redis runs, and ends at once.
 */
export class RedisOutage implements Outage {
  readonly incident = 'redis-down';
  readonly #redis: Redis;
  #usual: number | undefined;

  constructor({ host, port }: Address, log: Log) {
    this.#redis = new Redis({
      host: host || '127.0.0.1',
      port,
      commandTimeout: 1_000,
      connectTimeout: 2_000,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => Math.min(1_000, 100 * attempt),
    });
    this.#redis.on('error', (error) => log.warn('redis not reachable', { reason: reasonOf(error) }));
  }

  async apply(down: boolean): Promise<void> {
    if (this.#usual === undefined) {
      const [, limit] = (await this.#redis.config('GET', 'maxclients')) as string[];
      this.#usual = Number(limit) < FEWEST_CLIENTS ? DEFAULT_CLIENTS : Number(limit);
    }
    await this.#redis.config('SET', 'maxclients', down ? 1 : this.#usual);
    if (!down) return;
    await this.#redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await this.#redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

/** The broker leaves its port: its admin listener (`kafka-broker --admin`) is asked to. */
export class BrokerOutage implements Outage {
  readonly incident = 'broker-down';
  readonly #admin: Peer;

  constructor(admin: Address) {
    this.#admin = new Peer(admin);
  }

  async apply(down: boolean): Promise<void> {
    await this.#admin.post(down ? '/pause' : '/resume');
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }
}

/** Keeps a dependency as its incident says, until `signal` is aborted; then gives it back. */
export async function enforce(
  outage: Outage,
  state: ControlState,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let applied: boolean | undefined;
  const reconcile = async () => {
    const down = state.active(outage.incident);
    // While it is down, again and again: a client may have slipped in between.
    if (!down && applied === false) return;
    await outage.apply(down);
    if (applied !== down) log.info('outage switched', { incident: outage.incident, down });
    applied = down;
  };
  const failed = (error: unknown) => {
    log.warn('outage not switched yet', { incident: outage.incident, reason: reasonOf(error) });
  };
  await every(500, reconcile, failed, signal);
  if (applied) await outage.apply(false).catch(failed);
  await outage.close();
}
