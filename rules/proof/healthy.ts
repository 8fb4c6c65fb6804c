import { REQUEST_BUCKETS } from '../../catalogue/metrics.ts';
import { DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { PARTS } from '../../components/parts/index.ts';
import type { InputSeries, Phase } from '../alert.ts';
import { age, counter, gauge, meanAt, spread } from '../alerts/define.ts';

/** The day on which a version is deployed, so that an info alert shows that firing is seen. */
const DEPLOYED_ON = 3;
/** When the second instance of every service restarts each night, for two minutes. */
const RESTART_HOUR = 3;

/** Requests a second: ten times as many in the afternoon as at night. */
const traffic = (hour: number): number => 11 - 9 * Math.cos(((hour - 3) / 12) * Math.PI);

/** What metrics of a healthy platform look like over days, hour by hour. Once a version is deployed. */
export function healthyCourse(days: number, metrics: ReadonlySet<string>): Phase[] {
  return Array.from({ length: days * 24 }, (_, index) => index).flatMap((index): Phase[] => {
    const hour = index % 24;
    const at = (restarting: boolean, lasts: string): Phase => ({
      lasts,
      series: healthyHour(index, restarting).filter(({ series }) => metrics.has(series.replace(/\{.*/, ''))),
    });
    return hour === RESTART_HOUR ? [at(true, '2m'), at(false, '58m')] : [at(false, '1h')];
  });
}

/** A healthy platform with a number of requests a second, or none, at midnight for as long as a phase lasts. */
export const quietPhase = (lasts: string, perSecond: number): Phase => ({
  lasts,
  series: healthyHour(0, false, perSecond),
});

function healthyHour(index: number, restarting: boolean, busy: number = traffic(index % 24)): InputSeries[] {
  const hour = index % 24;
  // From 0 at night to 1 in the afternoon.
  const load = busy / 20;
  return [
    ...targets(restarting),
    ...probes(),
    ...inference(busy, load),
    ...features(busy, index),
    ...streams(busy, index),
    ...training(index),
    ...PARTS.flatMap(({ healthy }) => healthy({ hour, load })),
    counter(
      'platform_events_total',
      { job: 'inference-api', kind: 'deployment' },
      index === DEPLOYED_ON * 24 + 9 ? 1 / 60 : 0,
    ),
    gauge('platform_maintenance_active', { job: 'ml-pipeline' }, 0),
  ];
}

function targets(restarting: boolean): InputSeries[] {
  return [
    ...Object.keys(SERVICES).flatMap((job) => [
      gauge('up', { job, instance: `${job}:1` }, 1),
      gauge('up', { job, instance: `${job}:2` }, restarting ? 0 : 1),
    ]),
    ...PARTS.map(({ name: job }) => gauge('up', { job, instance: `${job}:1` }, 1)),
  ];
}

function probes(): InputSeries[] {
  const probed = (job: string, service: string) =>
    gauge('probe_success', { job, service, instance: `${service}:1` }, 1);
  return [
    ...[
      ...Object.keys(SERVICES),
      ...PARTS.flatMap((part) => (part.probed === undefined ? [] : [part.name])),
    ].map((service) => probed('probe-http', service)),
    ...Object.keys(DEPENDENCIES).map((service) => probed('probe-tcp', service)),
    probed('probe-dns', 'dns'),
  ];
}

/** 0.02 % server errors, and 1.5 % of requests slower than promised. */
function inference(busy: number, load: number): InputSeries[] {
  const endpoint = { endpoint: '/predict/fraud' };
  const faster = (bound: number) => (bound < 0.05 ? 0.1 : bound < 0.15 ? 0.9 : bound < 0.3 ? 0.985 : 1);
  return [
    ...spread('inference_requests_total', { ...endpoint, status: '200' }, busy * 0.9978),
    ...spread('inference_requests_total', { ...endpoint, status: '404' }, busy * 0.002),
    ...spread('inference_requests_total', { ...endpoint, status: '503' }, busy * 0.0002),
    ...[...REQUEST_BUCKETS, Infinity].flatMap((bound) =>
      spread(
        'inference_request_duration_seconds_bucket',
        { ...endpoint, le: bound === Infinity ? '+Inf' : String(bound) },
        busy * faster(bound),
      ),
    ),
    ...spread('inference_request_duration_seconds_count', endpoint, busy),
    gauge('inference_active_requests', { instance: 'inference-api:1' }, 40 * load),
    ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, 0.93 - 0.04 * load, busy),
  ];
}

function features(busy: number, index: number): InputSeries[] {
  return ['user_profile', 'item'].flatMap((feature_group, each) => [
    ...spread('feature_cache_hits_total', { feature_group }, busy * 0.94),
    ...spread('feature_cache_misses_total', { feature_group }, busy * 0.06),
    gauge('feature_freshness_seconds', { feature_group }, 30 + 10 * ((index + each) % 12)),
    counter('feature_quality_checks_total', { feature_group, check: 'range', result: 'passed' }, 1),
    counter('feature_quality_checks_total', { feature_group, check: 'range', result: 'failed' }, 0.004),
  ]);
}

function streams(busy: number, index: number): InputSeries[] {
  const topic = { topic: 'transactions' };
  return [
    gauge('kafka_consumer_lag_sum', { ...topic, consumergroup: 'features' }, 20 + 20 * busy),
    ...spread('stream_events_processed_total', { ...topic, status: 'ok' }, busy * 5),
    counter('stream_dead_letters_total', { ...topic, reason: 'schema' }, busy * 0.005),
    age('stream_watermark_timestamp_seconds', topic, 5 + (index % 7)),
  ];
}

/** A training run every 6 hours. */
const training = (index: number): InputSeries[] => [
  counter('ml_training_runs_total', { model_type: 'fraud', result: 'success' }, 1 / 21_600),
  counter('ml_training_runs_total', { model_type: 'fraud', result: 'failure' }, 0),
  age('ml_training_last_success_timestamp_seconds', { model_type: 'fraud' }, (index % 6) * 3600),
  gauge('ml_model_drift_score', { model_type: 'fraud' }, 0.03 + 0.005 * (index % 5)),
];
