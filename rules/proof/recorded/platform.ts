import type { InputSeries } from '../../alert.ts';
import { gauge, spread } from '../../alerts/define.ts';
import { DEFAULT_HEALTH_WEIGHTS, type HealthComponent, type HealthWeights } from '../../alerts/health.ts';
import { mixed, type RecordingProof, steady, turn, type Yield } from './proof.ts';

const up = (job: string, instance: string, value: number): InputSeries =>
  gauge('up', { job, instance }, value);
const probe = (job: string, service: string, instance: string, value: number): InputSeries =>
  gauge('probe_success', { job, service, instance }, value);

/** Requests a second, of which a share fails, and a share is answered within 150 ms. */
const requests = (perSecond: number, failed: number, quick: number): InputSeries[] => [
  ...spread('inference_requests_total', { endpoint: 'fraud', status: '200' }, perSecond * (1 - failed)),
  ...spread('inference_requests_total', { endpoint: 'fraud', status: '500' }, perSecond * failed),
  ...spread(
    'inference_request_duration_seconds_bucket',
    { endpoint: 'fraud', le: '0.15' },
    perSecond * quick,
  ),
  ...spread('inference_request_duration_seconds_bucket', { endpoint: 'fraud', le: '0.2' }, perSecond),
  ...spread('inference_request_duration_seconds_count', { endpoint: 'fraud' }, perSecond),
];
/** Requests a second whose histogram knows 100 ms, which some stay under, and 200 ms, which all do. */
const boundless = (perSecond: number, quick: number): InputSeries[] =>
  [
    ...requests(perSecond, 0, 1),
    ...spread('inference_request_duration_seconds_bucket', { endpoint: 'fraud', le: '0.1' }, quick),
    ...spread('inference_request_duration_seconds_bucket', { endpoint: 'fraud', le: '+Inf' }, perSecond),
  ].filter(({ series }) => !series.includes('le="0.15"'));
const reads = (perSecond: number, hits: number): InputSeries[] => [
  ...spread('feature_cache_hits_total', { feature_group: 'user' }, perSecond * hits),
  ...spread('feature_cache_misses_total', { feature_group: 'user' }, perSecond * (1 - hits)),
];
const freshness = (feature_group: string, pod: string, age: number): InputSeries =>
  gauge('feature_freshness_seconds', { feature_group, pod }, age);
const lag = (topic: string, value: number): InputSeries =>
  gauge('kafka_consumer_lag_sum', { topic, consumergroup: 'features' }, value);

const components = (values: Partial<Record<HealthComponent, number>>): Yield[] =>
  Object.entries(values).map(([component, value]) => ({ labels: { component }, value }));

/** Each of the services has two targets; of the other jobs, all answer. */
const services = (first: number, second: number): InputSeries[] =>
  ['inference-api', 'feature-store', 'stream-processing'].flatMap((job) => [
    up(job, `${job}:1`, first),
    up(job, `${job}:2`, second),
  ]);

/** Services that are watched and have no target. */
const NO_TARGETS = { 'inference-api': 0, 'feature-store': 0, 'stream-processing': 0 };

const HEALTH: readonly RecordingProof[] = [
  {
    name: 'everything is somewhat unwell',
    phases: turn(
      [...services(0, 0), ...requests(4, 0.01, 0.9), ...reads(2, 0.9)],
      [
        ...services(0, 1),
        up('other', 'other:1', 0),
        ...requests(6, 0.05, 0.4),
        ...reads(5, 0.36),
        freshness('user', 'a', 299),
        freshness('user', 'b', 900),
        freshness('item', 'a', 300),
        freshness('item', 'b', 301),
        lag('clicks', 5500),
        lag('orders', 2),
        gauge('redis_up', { instance: 'a' }, 1),
        gauge('redis_up', { instance: 'b' }, 0),
        probe('probe-tcp', 'kafka', 'kafka:1', 1),
        probe('probe-tcp', 'kafka', 'kafka:2', 0),
        probe('probe-tcp', 'redis', 'redis:1', 0),
        probe('probe-http', 'kafka', 'kafka:1', 0),
      ],
    ),
    yields: components({
      'inference-api': 1,
      errors: 1 - (10 * mixed(0.04, 0.3)) / mixed(4, 6),
      latency: mixed(3.6, 2.4) / mixed(4, 6),
      'feature-store': 1,
      cache: mixed(1.8, 1.8) / mixed(2, 5) / 0.9,
      freshness: 0.5,
      'stream-processing': 1,
      lag: 0.5,
      redis: 1,
      kafka: 1,
    }),
  },
  {
    name: 'everything is broken, and others are well',
    phases: steady([
      ...services(0, 0),
      up('other', 'other:1', 1),
      ...requests(6, 0.9, 0),
      ...reads(5, 0),
      freshness('user', 'a', 400),
      lag('clicks', 50_000),
      gauge('redis_up', { instance: 'a' }, 0),
      probe('probe-tcp', 'kafka', 'kafka:1', 0),
      probe('probe-tcp', 'redis', 'redis:1', 1),
      probe('probe-http', 'kafka', 'kafka:1', 1),
    ]),
    yields: components({
      'inference-api': 0,
      errors: 0,
      latency: 0,
      'feature-store': 0,
      cache: 0,
      freshness: 0,
      'stream-processing': 0,
      lag: 0,
      redis: 0,
      kafka: 0,
    }),
  },
  {
    name: 'better than well, and just enough requests and reads',
    phases: steady([...requests(0.0668, 0, 1), ...reads(0.1004, 0.95), lag('clicks', 0)]),
    yields: components({ ...NO_TARGETS, errors: 1, latency: 1, cache: 1, lag: 1 }),
  },
  {
    name: 'too few requests and reads to say something',
    phases: steady([...requests(0.0664, 0.5, 0.5), ...reads(0.0996, 0.1)]),
    yields: components(NO_TARGETS),
  },
  {
    name: 'no traffic',
    phases: steady([...requests(0, 0, 0), ...reads(0, 0)]),
    yields: components(NO_TARGETS),
  },
  {
    name: 'the targets of one service have gone from discovery',
    phases: turn([...services(1, 1)], [up('feature-store', 'a:1', 1), up('stream-processing', 'a:1', 1)]),
    yields: components({ 'inference-api': 0, 'feature-store': 1, 'stream-processing': 1 }),
  },
  {
    name: 'a histogram without the bound of 150 ms',
    phases: turn(boundless(5, 1), boundless(6, 4)),
    // Of those between 100 and 200 ms, half are taken for quick.
    yields: components({
      ...NO_TARGETS,
      errors: 1,
      latency: (mixed(1, 4) + mixed(5, 6)) / 2 / mixed(5, 6),
    }),
  },
  {
    name: 'requests whose duration nobody measures',
    phases: steady([
      ...spread('inference_requests_total', { endpoint: 'fraud', status: '200' }, 5),
      ...requests(0, 0, 0).filter(({ series }) => series.includes('duration')),
    ]),
    yields: components({ ...NO_TARGETS, errors: 1 }),
  },
];

const healthProofs = (weights: HealthWeights) => {
  const { 'inference-api': api, 'feature-store': features, 'stream-processing': streams, redis } = weights;
  return {
    'platform:health_component:ratio': HEALTH,
    'platform:health_weight:ratio': [
      {
        name: 'parts with data, and services without a target',
        phases: steady([up('inference-api', 'a:1', 1), gauge('redis_up', {}, 0)]),
        yields: components({
          'inference-api': api,
          'feature-store': features,
          'stream-processing': streams,
          redis,
        }),
      },
    ],
    'platform:health_score:ratio': [
      {
        name: 'one of two services is well, and no target of the third is left',
        phases: steady([
          up('inference-api', 'a:1', 1),
          up('feature-store', 'a:1', 0),
          gauge('redis_up', {}, 0),
        ]),
        yields: [{ value: api / (api + features + streams + redis) }],
      },
      {
        name: 'every target of the API is gone',
        phases: steady([up('feature-store', 'a:1', 1), up('stream-processing', 'a:1', 1)]),
        yields: [{ value: (features + streams) / (api + features + streams) }],
      },
      { name: 'no data', phases: steady([]), yields: [{ value: 0 }] },
    ],
  };
};

export const PLATFORM_PROOFS = {
  'job:up:ratio': [
    {
      name: 'one of two targets answers',
      phases: steady([up('a', 'a:1', 1), up('a', 'a:2', 0), up('b', 'b:1', 1)]),
      yields: [
        { labels: { job: 'a' }, value: 0.5 },
        { labels: { job: 'b' }, value: 1 },
      ],
    },
  ],
  'service:probe_success:max': [
    {
      name: 'one of two probers succeeds',
      phases: steady([
        probe('probe-http', 'a', 'a:1', 1),
        probe('probe-http', 'a', 'a:2', 0),
        probe('probe-http', 'b', 'b:1', 0),
        probe('probe-tcp', 'b', 'b:1', 1),
      ]),
      yields: [
        { labels: { service: 'a' }, value: 1 },
        { labels: { service: 'b' }, value: 0 },
      ],
    },
  ],
  ...healthProofs(DEFAULT_HEALTH_WEIGHTS),
} as const satisfies Record<string, readonly RecordingProof[]>;
