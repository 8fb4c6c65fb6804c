import { SERVICES } from '../../catalogue/services.ts';
import type { FeatureUpdate } from '../kit/events.ts';
import { HttpError, type Request } from '../kit/http.ts';
import { startAtZero } from '../kit/metrics.ts';
import { untilDone } from '../kit/retry.ts';
import { createService, type Role, type Service } from '../kit/service.ts';
import { commonVariables, PEERS } from '../kit/settings.ts';
import { entitiesOf, hotUsers, MERCHANTS } from '../models/entities.ts';
import {
  CHECK_NAMES,
  type FeatureGroup,
  type FeatureValues,
  GROUP_NAMES,
  isFeatureGroup,
} from '../models/features.ts';
import { type CachedValue, type Entry, FeatureCache } from './cache.ts';
import { Freshness } from './freshness.ts';
import { OfflineStore } from './offline.ts';
import { QualityMonitor, spoil } from './quality.ts';

const variables = { ...commonVariables(SERVICES['feature-store'].port), REDIS: PEERS.REDIS };

/** Share of reads whose keys match nothing in the cache-misses incident. */
const MISS_SHARE = 0.6;
/** Share of values that are null in the data-quality incident. */
const NULL_SHARE = 0.25;

export const featureStore: Role<typeof variables> = {
  summary: 'serves features from Redis, computes what is missing, takes updates: GET and POST /features',
  variables,
  async start(settings, context) {
    const service = createService('feature-store', settings, context);
    const { metrics, signals } = service;
    startAtZero(metrics.feature_cache_hits_total, { feature_group: GROUP_NAMES });
    startAtZero(metrics.feature_cache_misses_total, { feature_group: GROUP_NAMES });
    startAtZero(metrics.feature_quality_checks_total, {
      feature_group: GROUP_NAMES,
      check: CHECK_NAMES,
      result: ['passed', 'failed'],
    });
    for (const group of GROUP_NAMES)
      metrics.feature_computation_duration_seconds.zero({ feature_group: group });

    const cache = new FeatureCache(settings.REDIS, service.log, () => !signals.active('redis-down'));
    const store = new Store(service, cache);
    service.background(store.warmUp());
    const server = service.serve({
      'GET /features': async ({ query }) => ({ json: await store.read(entriesOf(query)) }),
      'POST /features': async (request) => ({
        json: { taken: await store.update(await updatesOf(request)) },
      }),
    });
    await server.open();
    return { server, stop: () => cache.close() };
  },
};

class Store {
  readonly #service: Service<'feature-store'>;
  readonly #cache: FeatureCache;
  readonly #offline = new OfflineStore();
  readonly #freshness = new Freshness(GROUP_NAMES, Date.now());
  readonly #quality: QualityMonitor;

  constructor(service: Service<'feature-store'>, cache: FeatureCache) {
    this.#service = service;
    this.#cache = cache;
    const { metrics } = service;
    this.#quality = new QualityMonitor((group, check, result) =>
      metrics.feature_quality_checks_total.inc({ feature_group: group, check, result }),
    );
    service.beforeScrape(() => {
      for (const group of GROUP_NAMES) {
        const age = this.#freshness.ageSeconds(group, Date.now(), service.signals.active('stale-features'));
        metrics.feature_freshness_seconds.set({ feature_group: group }, age);
        metrics.feature_null_ratio.set({ feature_group: group }, this.#quality.nullRatio(group));
      }
    });
  }

  /** Fills the cache with the entities that are asked for most, so that a fresh start is not a storm of misses. */
  async warmUp(): Promise<void> {
    const { signal, log } = this.#service;
    const values = hotUsers()
      .flatMap(entitiesOf)
      .concat(MERCHANTS.map((id) => ({ group: 'merchant' as const, id })))
      .map((entry) => ({ ...entry, values: this.#offline.read(entry.group, entry.id) }));
    await untilDone(
      async () => {
        if (!this.#cache.connected) throw new Error('redis is not connected yet');
        await this.#cache.write(values);
      },
      () => {},
      signal,
    );
    log.info('cache warmed up', { values: values.length });
  }

  async read(entries: readonly Entry[]): Promise<Partial<Record<FeatureGroup, FeatureValues>>> {
    const { metrics, signals } = this.#service;
    const lost = signals.active('cache-misses') && Math.random() < MISS_SHARE;
    const found = await this.#cache.read(entries, lost ? ':v2' : '');
    const computed: CachedValue[] = [];
    const served = await Promise.all(
      entries.map(async (entry, i): Promise<[FeatureGroup, FeatureValues]> => {
        let values = found[i];
        if (values) {
          metrics.feature_cache_hits_total.inc({ feature_group: entry.group });
        } else {
          metrics.feature_cache_misses_total.inc({ feature_group: entry.group });
          const stopTimer = metrics.feature_computation_duration_seconds.startTimer({
            feature_group: entry.group,
          });
          values = await this.#offline.compute(entry.group, entry.id);
          stopTimer();
          computed.push({ ...entry, values });
        }
        if (signals.active('data-quality')) values = spoil(values, NULL_SHARE);
        this.#quality.inspect(entry.group, values);
        return [entry.group, values];
      }),
    );
    // The answer does not wait for what the next reader will find.
    this.#service.background(this.#cache.write(computed));
    return Object.fromEntries(served);
  }

  /** Takes updates and returns how many: none in the stale-features incident, in which they are lost on the way. */
  async update(updates: readonly FeatureUpdate[]): Promise<number> {
    if (this.#service.signals.active('stale-features')) return 0;
    const values = updates.map(({ group, id, values }) => ({
      group,
      id,
      values: this.#offline.update(group, id, values),
    }));
    for (const { group, at } of updates) this.#freshness.saw(group, at);
    await this.#cache.write(values);
    return updates.length;
  }
}

function entriesOf(query: URLSearchParams): Entry[] {
  const entries = [...query].map(([group, id]) => {
    if (!isFeatureGroup(group)) {
      throw new HttpError(400, `unknown feature group "${group}"; known: ${GROUP_NAMES.join(', ')}`);
    }
    return { group, id };
  });
  if (entries.length === 0) throw new HttpError(400, 'ask for a group and entity, such as ?user_profile=u-1');
  return entries;
}

async function updatesOf(request: Request): Promise<FeatureUpdate[]> {
  const body = await request.json();
  if (!Array.isArray(body)) throw new HttpError(400, 'the body must be a list of updates');
  for (const update of body as Partial<FeatureUpdate>[]) {
    const { group, id, at, values } = update ?? {};
    if (
      !isFeatureGroup(group ?? '') ||
      typeof id !== 'string' ||
      typeof at !== 'number' ||
      typeof values !== 'object'
    ) {
      throw new HttpError(
        400,
        `not an update (group, id, at, values): ${JSON.stringify(update)?.slice(0, 200)}`,
      );
    }
  }
  return body as FeatureUpdate[];
}
