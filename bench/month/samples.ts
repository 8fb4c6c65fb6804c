import { DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { seriesText } from '../dataset/series.ts';
import { type Random, randomOf } from '../random.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { MonthPlan } from './plan.ts';
import { calm, type World } from './world.ts';

/** Seconds between two scrapes. */
export const SCRAPE = 15;
const DAY = 86_400;
const TICKS_A_DAY = DAY / SCRAPE;
/** Hours of the day before that a day's block holds: most rules then read one block. */
export const HOURS_BEFORE = 6.5;
const TICKS_BEFORE = (HOURS_BEFORE * 3600) / SCRAPE;
/** Midnight of a Monday, Unix seconds: 2026-01-05. */
export const MONTH_START = 1_767_571_200;

type Labels = Readonly<Record<string, string>>;

/** Requests a second at the busiest time of a working day. The third endpoint has under a hundredth of them. */
const ENDPOINTS = { '/predict/fraud': 6, '/predict/personalization': 4, '/predict/batch': 0.085 } as const;
type Endpoint = keyof typeof ENDPOINTS;
/** Requests a second to an endpoint in a silent night: one in ten minutes. */
const SILENT = 1 / 600;
/** Latency: half of the requests are under 40 ms, 95 % under 77 ms, and 15 of 10,000 take a third of a second. */
const LATENCY = { median: 0.04, spread: 0.4, tail: 0.0015, tailAt: 0.3 };
/** The catalogue's bounds that something depends on: fewer series are sooner evaluated. */
const BOUNDS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
/** Copies that serve an endpoint. */
const SERVED_BY: Readonly<Record<Endpoint, readonly string[]>> = {
  '/predict/fraud': ['a', 'b'],
  '/predict/personalization': ['b'],
  '/predict/batch': ['a'],
};
const MODELS = ['fraud', 'personalization'];
const GROUPS = ['user_profile', 'transactions'];
const COPIES = ['a', 'b'];

/** Samples of a day, and of the hours before: a value each 15 s by series, NaN where there is none. */
export type DaySamples = ReadonlyMap<string, Float64Array>;

/** Makes the samples of a plan, day by day. */
export class Month {
  readonly #plan: MonthPlan;
  readonly #random: Random;
  readonly #totals = new Map<string, number>();
  #day = new Map<string, Float64Array>();
  #tick = 0;

  constructor(plan: MonthPlan) {
    this.#plan = plan;
    this.#random = randomOf(plan.seed ^ 0x5eed);
  }

  /** The next day's samples, after the last hours of the day before. */
  next(): DaySamples {
    const before = this.#day;
    this.#day = new Map();
    for (const [text, values] of before) {
      const own = new Float64Array(TICKS_BEFORE + TICKS_A_DAY).fill(Number.NaN);
      own.set(values.subarray(TICKS_A_DAY));
      this.#day.set(text, own);
    }
    for (let tick = 0; tick < TICKS_A_DAY; tick++) this.#scrape(tick);
    this.#tick += TICKS_A_DAY;
    return this.#day;
  }

  #scrape(tick: number): void {
    const seconds = (this.#tick + tick) * SCRAPE;
    const world = calm();
    for (const { kind, from, to, level } of this.#plan.happenings)
      if (from <= seconds && seconds < to) (KINDS[kind] as Kind).change(world, level, seconds - from);
    for (const reset of world.reset)
      for (const [name] of this.#totals)
        if (name.includes(`job="${reset}"`) && name.includes('pod="b"')) this.#totals.set(name, 0);
    const now = MONTH_START + seconds;
    const usual = (endpoint: Endpoint) => this.#usual(endpoint, seconds);
    this.#availability(tick, world);
    this.#inference(tick, world, usual);
    this.#features(tick, world, now);
    this.#machine(tick, world, seconds);
  }

  /** Requests a second by the hour: hardly any before dawn, the most from late morning to evening. */
  #usual(endpoint: Endpoint, seconds: number): number {
    const hour = (seconds % DAY) / 3600;
    const day = Math.floor(seconds / DAY);
    const shape = Math.min(1, Math.max(0, hour < 12 ? (hour - 4.5) / 4.5 : (24.5 - hour) / 4.5)) ** 1.5;
    const weekend = day % 7 > 4 ? 0.6 : 1;
    const night = this.#plan.silentNights.has(day) ? SILENT : ENDPOINTS[endpoint] * 0.02;
    return Math.max(night, ENDPOINTS[endpoint] * shape * weekend);
  }

  #put(tick: number, name: string, labels: Labels, value: number): void {
    const text = seriesText(name, labels);
    const values = this.#day.get(text) ?? new Float64Array(TICKS_BEFORE + TICKS_A_DAY).fill(Number.NaN);
    this.#day.set(text, values);
    values[TICKS_BEFORE + tick] = value;
  }

  /** Adds to a counter, and shows it if its copy is scraped. */
  #count(tick: number, name: string, labels: Labels, more: number, scraped: boolean): void {
    const text = seriesText(name, labels);
    const total = (this.#totals.get(text) ?? 0) + more;
    this.#totals.set(text, total);
    if (scraped) this.#put(tick, name, labels, total);
  }

  #availability(tick: number, world: World): void {
    if (world.blind) return;
    for (const job of Object.keys(SERVICES)) {
      for (const pod of COPIES)
        this.#put(tick, 'up', { job, instance: `${job}-${pod}:80`, pod }, Number(isUp(world, job, pod)));
      this.#put(
        tick,
        'probe_success',
        { job: 'probe-http', service: job, instance: `${job}:80` },
        Number(!world.down.has(job)),
      );
    }
    for (const job of ['redis-exporter', 'node-exporter', 'blackbox-exporter'])
      this.#put(tick, 'up', { job, instance: `${job}:1` }, 1);
    for (const service of Object.keys(DEPENDENCIES)) {
      const answers = service === 'redis' ? Math.max(...world.redis) : world.kafka;
      this.#put(tick, 'probe_success', { job: 'probe-tcp', service, instance: `${service}:1` }, answers);
    }
  }

  #inference(tick: number, world: World, usual: (endpoint: Endpoint) => number): void {
    const random = this.#random;
    const job = 'inference-api';
    const answering = COPIES.filter((pod) => isUp(world, job, pod));
    let active = 0;
    for (const endpoint of Object.keys(ENDPOINTS) as Endpoint[]) {
      const failing = Math.max(
        world.failing.all,
        endpoint === '/predict/batch' ? world.failing[endpoint] : 0,
      );
      for (const pod of SERVED_BY[endpoint]) {
        const scraped = answering.includes(pod) && !world.blind;
        const labels = { job, instance: `${job}-${pod}:80`, pod, endpoint };
        const others = SERVED_BY[endpoint].filter((each) => answering.includes(each)).length;
        const mean = answering.includes(pod) ? (usual(endpoint) * world.load * SCRAPE) / others : 0;
        const requests = random.poisson(mean);
        const failed = random.binomial(requests, failing);
        active += requests / SCRAPE;
        this.#count(
          tick,
          'inference_requests_total',
          { ...labels, status: '200' },
          requests - failed,
          scraped,
        );
        this.#count(tick, 'inference_requests_total', { ...labels, status: '503' }, failed, scraped);
        let below = 0;
        let left = requests;
        let share = 0;
        for (const bound of BOUNDS) {
          const within = shareWithin(bound, world);
          const some = random.binomial(left, share < 1 ? (within - share) / (1 - share) : 1);
          below += some;
          left -= some;
          share = within;
          const le = String(bound);
          this.#count(tick, `${DURATION}_bucket`, { ...labels, le }, below, scraped);
        }
        this.#count(tick, `${DURATION}_bucket`, { ...labels, le: '+Inf' }, requests, scraped);
        this.#count(tick, `${DURATION}_count`, labels, requests, scraped);
        const model = endpoint.slice('/predict/'.length);
        if (!MODELS.includes(model) || world.silentModels.has(model)) continue;
        const of = { job, instance: labels.instance, pod, model_type: model };
        const confidence = world.confidence + 0.02 * random.normal();
        this.#count(tick, 'model_prediction_confidence_sum', of, requests * confidence, scraped);
        this.#count(tick, 'model_prediction_confidence_count', of, requests, scraped);
      }
    }
    for (const pod of answering)
      if (!world.blind)
        this.#put(
          tick,
          'inference_active_requests',
          { job, pod, instance: `${job}-${pod}:80` },
          active * 0.06,
        );
  }

  #features(tick: number, world: World, now: number): void {
    const random = this.#random;
    for (const pod of COPIES) {
      const seen = isUp(world, 'feature-store', pod) && !world.blind;
      const store = { job: 'feature-store', instance: `feature-store-${pod}:80`, pod };
      for (const feature_group of GROUPS) {
        const reads = random.poisson(30);
        const hits = random.binomial(reads, world.hitRate);
        this.#count(tick, 'feature_cache_hits_total', { ...store, feature_group }, hits, seen);
        this.#count(tick, 'feature_cache_misses_total', { ...store, feature_group }, reads - hits, seen);
        const bad = random.binomial(8, world.badChecks);
        for (const [result, more] of [
          ['failed', bad],
          ['passed', 8 - bad],
        ] as const)
          this.#count(
            tick,
            'feature_quality_checks_total',
            { ...store, feature_group, check: 'range', result },
            more,
            seen,
          );
        const old = Math.max(1, world.freshness + 20 * random.normal() + world.clock);
        if (seen) this.#put(tick, 'feature_freshness_seconds', { ...store, feature_group }, old);
      }
      const runs = isUp(world, 'stream-processing', pod) && !world.blind;
      const stream = {
        job: 'stream-processing',
        instance: `stream-processing-${pod}:80`,
        pod,
        topic: 'clicks',
      };
      const works = isUp(world, 'stream-processing', pod) && world.kafka === 1;
      const events = works ? random.poisson(200) : 0;
      const dead = random.binomial(events, world.deadLetters);
      this.#count(
        tick,
        'stream_events_processed_total',
        { ...stream, status: 'success' },
        events - dead,
        runs,
      );
      this.#count(tick, 'stream_dead_letters_total', { ...stream, reason: 'schema' }, dead, runs);
      if (!runs) continue;
      const waiting = Math.max(0, world.lag + 60 * random.normal());
      this.#put(
        tick,
        'kafka_consumer_lag_sum',
        { ...stream, consumergroup: 'features' },
        Math.round(waiting),
      );
      this.#put(
        tick,
        'stream_watermark_timestamp_seconds',
        stream,
        now - 10 + (works ? 0 : -300) + world.clock,
      );
    }
    world.redis.forEach((up, shard) => {
      if (world.blind) return;
      const redis = { job: 'redis-exporter', instance: `redis-${shard}:6379` };
      this.#put(tick, 'redis_up', redis, up);
      this.#put(tick, 'redis_memory_used_bytes', redis, 6e8);
      this.#put(tick, 'redis_memory_max_bytes', redis, 1e9);
    });
  }

  #machine(tick: number, world: World, seconds: number): void {
    const node = { job: 'node-exporter', instance: 'node-exporter:9100' };
    const seen = !world.blind;
    for (const cpu of ['0', '1']) {
      const idle = SCRAPE * (1 - world.processors);
      this.#count(tick, 'node_cpu_seconds_total', { ...node, cpu, mode: 'idle' }, idle, seen);
    }
    for (const result of ['success', 'failure']) {
      const more = result === 'failure' ? world.trainingFailures : Number(seconds % 21_600 === 0);
      const labels = { job: 'ml-pipeline', instance: 'ml-pipeline-a:80', model_type: 'fraud', result };
      this.#count(tick, 'ml_training_runs_total', labels, more, seen);
    }
    if (!seen) return;
    const fraud = { job: 'ml-pipeline', instance: 'ml-pipeline-a:80', model_type: 'fraud' };
    const trained = MONTH_START + seconds - (seconds % 21_600);
    this.#put(tick, 'ml_training_last_success_timestamp_seconds', fraud, trained);
    this.#put(tick, 'ml_model_drift_score', fraud, world.drift);
    this.#put(tick, 'node_memory_MemTotal_bytes', node, 16e9);
    this.#put(tick, 'node_memory_MemAvailable_bytes', node, 16e9 * (1 - world.memory));
    const disk = { ...node, mountpoint: '/', device: 'sda1', fstype: 'ext4' };
    this.#put(tick, 'node_filesystem_size_bytes', disk, 1e11);
    this.#put(tick, 'node_filesystem_avail_bytes', disk, 1e11 * (1 - world.disk));
  }
}

const DURATION = 'inference_request_duration_seconds';

const isUp = (world: World, job: string, pod: string): boolean =>
  !world.down.has(job) && !(world.copyDown.has(job) && pod === 'b');

/** Share of requests that take at most so long. */
function shareWithin(bound: number, { slow }: World): number {
  const usual = shareOf(bound, 1);
  return slow.times === 1 ? usual : usual + slow.share * (shareOf(bound, slow.times) - usual);
}

const known = new Map<number, number>();

function shareOf(bound: number, times: number): number {
  const key = bound / times;
  const found = known.get(key);
  if (found !== undefined) return found;
  const { median, spread, tail, tailAt } = LATENCY;
  const body = normalBelow(Math.log(key / median) / spread);
  const share = body * (1 - tail) + (key >= tailAt ? tail : 0);
  known.set(key, share);
  return share;
}

/** The cumulative normal distribution (Abramowitz and Stegun 26.2.17, to 1e-7). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return x >= 0 ? 1 - upper : upper;
}
