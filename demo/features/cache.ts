import { Redis } from 'ioredis';
import { type Log, reasonOf } from '../kit/log.ts';
import type { Address } from '../kit/settings.ts';
import type { FeatureGroup, FeatureValues } from '../models/features.ts';

/** How long a value stays in the cache, in seconds: between half and one and a half times this. */
const TTL_SECONDS = 1_800;
/** The cache is only worth asking while it is quick. */
const COMMAND_TIMEOUT_MS = 250;
/** Fewest clients that Redis is meant to take; fewer is an outage that was played and not ended. */
const FEWEST_CLIENTS = 100;
const DEFAULT_CLIENTS = 10_000;

export interface Entry {
  readonly group: FeatureGroup;
  readonly id: string;
}

export interface CachedValue extends Entry {
  readonly values: FeatureValues;
}

/** The cache of feature values in Redis. Without Redis every read is a miss, and nothing is thrown. */
export class FeatureCache {
  readonly #redis: Redis;
  readonly #log: Log;

  /** `mayRepair` tells whether a Redis that takes too few clients is to be put right. */
  constructor({ host, port }: Address, log: Log, mayRepair: () => boolean) {
    this.#log = log;
    this.#redis = new Redis({
      host: host || '127.0.0.1',
      port,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: 2_000,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(1_000, 100 * attempt),
    });
    this.#redis.on('error', (error) => log.warn('redis not reachable', { reason: reasonOf(error) }));
    this.#redis.on('ready', () => {
      log.info('redis connected');
      if (mayRepair())
        this.#repair().catch((error) => log.warn('redis limit unknown', { reason: reasonOf(error) }));
    });
  }

  get connected(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Values in the order of `entries`, undefined for a miss. `keySuffix` makes keys that are in no cache. */
  async read(entries: readonly Entry[], keySuffix = ''): Promise<(FeatureValues | undefined)[]> {
    if (!this.connected) return entries.map(() => undefined);
    try {
      const texts = await this.#redis.mget(entries.map((entry) => keyOf(entry) + keySuffix));
      return texts.map((text) => (text ? (JSON.parse(text) as FeatureValues) : undefined));
    } catch (error) {
      this.#log.warn('redis read failed', { reason: reasonOf(error) });
      return entries.map(() => undefined);
    }
  }

  async write(values: readonly CachedValue[]): Promise<void> {
    if (!this.connected || values.length === 0) return;
    try {
      const pipeline = this.#redis.pipeline();
      for (const value of values) {
        const seconds = Math.round(TTL_SECONDS * (0.5 + Math.random()));
        pipeline.set(keyOf(value), JSON.stringify(value.values), 'EX', seconds);
      }
      await pipeline.exec();
    } catch (error) {
      this.#log.warn('redis write failed', { reason: reasonOf(error) });
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  /** Ends an outage whose controller died before it could: otherwise this client keeps everybody else out. */
  async #repair(): Promise<void> {
    const [, limit] = (await this.#redis.config('GET', 'maxclients')) as string[];
    if (Number(limit) >= FEWEST_CLIENTS) return;
    await this.#redis.config('SET', 'maxclients', DEFAULT_CLIENTS);
    this.#log.warn('redis took too few clients, put right', { limit });
  }
}

function keyOf({ group, id }: Entry): string {
  return `features:${group}:${id}`;
}
