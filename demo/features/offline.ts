import { setTimeout as delay } from 'node:timers/promises';
import { type FeatureGroup, type FeatureValues, offlineValues } from '../models/features.ts';
import { logNormal } from '../models/random.ts';

/** Updates that are remembered; older ones fall back to what the entity was made from. */
const LIMIT = 20_000;
/** Seconds that half of the computations take at most, and the spread of the rest (log-normal). */
const COMPUTATION = { median: 0.012, spread: 0.4 };

/** The slow store of record that cache misses are computed from. */
export class OfflineStore {
  readonly #updated = new Map<string, FeatureValues>();

  /** Computes the values of an entity, which takes its time. */
  async compute(group: FeatureGroup, id: string): Promise<FeatureValues> {
    await delay(1_000 * logNormal(Math.random, COMPUTATION.median, COMPUTATION.spread));
    return this.read(group, id);
  }

  read(group: FeatureGroup, id: string): FeatureValues {
    return this.#updated.get(`${group}/${id}`) ?? offlineValues(group, id);
  }

  /** Takes new values over the ones known, and returns all of them. */
  update(group: FeatureGroup, id: string, values: FeatureValues): FeatureValues {
    const key = `${group}/${id}`;
    const merged = { ...this.read(group, id), ...values };
    this.#updated.delete(key);
    this.#updated.set(key, merged);
    if (this.#updated.size > LIMIT) {
      for (const oldest of this.#updated.keys()) {
        this.#updated.delete(oldest);
        break;
      }
    }
    return merged;
  }
}
