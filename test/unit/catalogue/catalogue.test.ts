import { describe, expect, test } from 'vitest';
import { METRICS, type Metric, SERVICE_METRICS } from '../../../catalogue/index.ts';
import { verifyMetrics } from '../../../catalogue/verify.ts';

describe('the catalogue', () => {
  test.each(Object.entries<Metric>(SERVICE_METRICS))(
    '%s is named by convention',
    (name, { type, unit, help }) => {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(help).toMatch(/[.]$/);
      if (unit === 'seconds') expect(name).toMatch(/_seconds(_total)?$/);
      if (unit === 'timestamp') expect(name).toMatch(/_timestamp_seconds$/);
      if (unit === 'usd') expect(name).toMatch(/_usd(_total)?$/);
    },
  );

  test('the names that are fixed are there, with their labels', () => {
    const fixed: Record<string, readonly [string, readonly string[]]> = {
      inference_requests_total: ['counter', ['endpoint', 'status']],
      inference_request_duration_seconds: ['histogram', ['endpoint']],
      inference_active_requests: ['gauge', []],
      model_inference_duration_seconds: ['histogram', ['model_type']],
      feature_fetch_duration_seconds: ['histogram', []],
      model_predictions_total: ['counter', ['model_type', 'prediction_class']],
      model_prediction_confidence: ['histogram', ['model_type']],
      feature_cache_hits_total: ['counter', ['feature_group']],
      feature_cache_misses_total: ['counter', ['feature_group']],
      feature_freshness_seconds: ['gauge', ['feature_group']],
      stream_events_processed_total: ['counter', ['topic', 'status']],
      stream_processing_duration_seconds: ['histogram', ['topic']],
      kafka_consumer_lag_sum: ['gauge', ['topic', 'consumergroup']],
    };
    for (const [name, [type, labels]] of Object.entries(fixed)) {
      expect(METRICS[name as keyof typeof METRICS], name).toMatchObject({ type, labels });
    }
    expect(SERVICE_METRICS.inference_request_duration_seconds.buckets).toEqual(
      expect.arrayContaining([0.15, 0.2]),
    );
    expect(SERVICE_METRICS.model_prediction_confidence.buckets).toEqual(expect.arrayContaining([0.7, 0.8]));
  });
});

const PAGE = [
  '# TYPE feature_cache_hits_total counter',
  'feature_cache_hits_total{feature_group="user \\"a\\"",pod="p"} 5',
  '# TYPE feature_cache_misses_total counter',
  'feature_cache_misses_total{feature_group="user"} 1e3',
  '# TYPE feature_freshness_seconds gauge',
  'feature_freshness_seconds{feature_group="user"} 3 1700000000000',
].join('\n');

const verify = (page: string, seriesLimit = 1000) =>
  verifyMetrics(page, { service: 'feature-store', seriesLimit }).join('\n');

describe('verify-metrics', () => {
  test('what is there and right is not mentioned', () => {
    for (const name of ['hits_total', 'misses_total', 'freshness_seconds'])
      expect(verify(PAGE)).not.toContain(`${name}:`);
  });

  test.each([
    ['a missing metric', PAGE, 'feature_computation_duration_seconds: missing (histogram)'],
    [
      'another type',
      PAGE.replace('freshness_seconds gauge', 'freshness_seconds counter'),
      'feature_freshness_seconds: is counter, must be a gauge',
    ],
    [
      'a missing label',
      PAGE.replace('{feature_group="user"} 3', ' 3'),
      'feature_freshness_seconds: the label “feature_group” is missing',
    ],
    [
      'an extra label',
      PAGE.replace('{feature_group="user"} 1e3', '{feature_group="user",user_id="7"} 1'),
      'the label “user_id” is not in the catalogue',
    ],
    [
      'a misspelt name',
      PAGE.replaceAll('cache_hits', 'cache_hit'),
      'feature_cache_hit_total: not in the catalogue; is it feature_cache_hits_total?',
    ],
    ['another page', 'go_goroutines 5', 'missing'],
  ])('%s', (_, page, message) => expect(verify(page)).toContain(message));

  test('too many series', () => {
    const many = Array.from(
      { length: 3 },
      (_, index) => `feature_freshness_seconds{feature_group="g${index}"} 1`,
    );
    expect(verify([PAGE, ...many].join('\n'), 3)).toContain(
      'feature_freshness_seconds: 4 series, 3 are allowed',
    );
  });

  test('buckets that rules rely on', () => {
    const page =
      '# TYPE feature_computation_duration_seconds histogram\nfeature_computation_duration_seconds_bucket{feature_group="a",le="0.005"} 1\nfeature_computation_duration_seconds_bucket{feature_group="a",le="+Inf"} 1';
    expect(verify(page)).toContain('feature_computation_duration_seconds: buckets are missing at 0.001');
  });

  test('series that begin with their first event', () => {
    const page = (...series: string[]) => ['# TYPE ml_training_runs_total counter', ...series].join('\n');
    const late = 'ml_training_runs_total: no series with result failure; expose each at 0';
    const verified = (text: string) => verifyMetrics(text, { service: 'ml-pipeline' }).join('\n');
    expect(verified(page('ml_training_runs_total{model_type="fraud",result="success"} 1'))).toContain(late);
    expect(verified(page('ml_training_runs_total{model_type="fraud",result="failure"} 0'))).not.toContain(
      late,
    );
  });

  test('series of every service that begin with their first event', () => {
    const page = `${PAGE}\n# TYPE platform_events_total counter\nplatform_events_total{kind="deployment"} 0`;
    expect(verify(page)).toContain(
      'platform_events_total: no series with kind configuration, maintenance, optimisation; expose each at 0',
    );
  });

  test('a line that is no sample is named', () => {
    expect(() => verify('up{ 1')).toThrow('line 1 is no sample');
  });
});
