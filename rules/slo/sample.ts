import { REQUEST_BUCKETS } from '../../catalogue/metrics.ts';
import type { SloName } from '../../catalogue/slos.ts';
import type { InputSeries } from '../alert.ts';
import { gauge, meanAt, spread } from '../alerts/define.ts';

/**
 * What the metrics behind an SLO look like: for events a share of errors and all events a second, for time slices
 * 0 in a good and 1 in a bad minute.
 */
export type SloSample = (errorShare: number, perSecond: number) => readonly InputSeries[];

/** The sample of an SLO of which nothing says what its metrics look like. */
export const UNKNOWN_SAMPLE: SloSample = () => [];

const ENDPOINT = { endpoint: '/predict/fraud' };
const FEATURES = { feature_group: 'user_profile' };

/** A pod whose counters are NaN. */
const POISONED = { instance: 'c:1', pod: 'c', zone: 'east' };

/** Samples of the SLOs of the catalogue. */
export const SLO_SAMPLES: Readonly<Record<SloName, SloSample>> = {
  'inference-availability': (errors, perSecond) => [
    ...spread('inference_requests_total', { ...ENDPOINT, status: '200' }, perSecond * (1 - errors)),
    ...spread('inference_requests_total', { ...ENDPOINT, status: '503' }, perSecond * errors),
    ...['200', '503'].map((status) =>
      gauge('inference_requests_total', { ...ENDPOINT, ...POISONED, status }, Number.NaN),
    ),
    gauge(
      'probe_success',
      { job: 'probe-http', service: 'inference-api', instance: 'inference-api:8080' },
      1,
    ),
    gauge('probe_success', { job: 'probe-http', service: 'other', instance: 'other:1' }, 0),
    gauge('probe_success', { job: 'probe-tcp', service: 'inference-api', instance: 'inference-api:8080' }, 0),
  ],
  'inference-latency': (errors, perSecond) => [
    ...[...REQUEST_BUCKETS, Infinity].flatMap((bound) =>
      spread(
        'inference_request_duration_seconds_bucket',
        { ...ENDPOINT, le: bound === Infinity ? '+Inf' : String(bound) },
        bound < 0.15 ? 0 : bound > 0.15 ? perSecond : perSecond * (1 - errors),
      ),
    ),
    ...spread('inference_request_duration_seconds_count', ENDPOINT, perSecond),
  ],
  'cache-hit-rate': (bad, perSecond) => [
    ...spread('feature_cache_hits_total', FEATURES, perSecond * (bad ? 0.88 : 0.92)),
    ...spread('feature_cache_misses_total', FEATURES, perSecond * (bad ? 0.12 : 0.08)),
    ...['hits', 'misses'].map((what) =>
      gauge(`feature_cache_${what}_total`, { ...FEATURES, ...POISONED }, Number.NaN),
    ),
  ],
  'feature-freshness': (bad) => [
    gauge('feature_freshness_seconds', { ...FEATURES, instance: 'a:1' }, bad ? 301 : 299),
    gauge('feature_freshness_seconds', { ...FEATURES, instance: 'b:1' }, 900),
    gauge('feature_freshness_seconds', { feature_group: 'item', instance: 'a:1' }, 1),
  ],
  'stream-lag': (bad) => [
    gauge('kafka_consumer_lag_sum', { topic: 'transactions', consumergroup: 'features' }, bad ? 1001 : 999),
    gauge('kafka_consumer_lag_sum', { topic: 'clicks', consumergroup: 'features' }, 1),
  ],
  'model-confidence': (bad, perSecond) => [
    ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, bad ? 0.78 : 0.82, perSecond),
    ...meanAt('model_prediction_confidence', { model_type: 'personalization' }, 0.95, perSecond),
  ],
};
