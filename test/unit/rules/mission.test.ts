import { describe, expect, test } from 'vitest';
import { buildRules, renderRules } from '../../../rules/index.ts';

const set = buildRules();
const alert = (name: string) => {
  const found = set.alerts.find((each) => each.name === name);
  if (!found) throw new Error(`no alert ${name}`);
  return found;
};

/** What is asked for, and the alert that gives it: name, severity, threshold. */
const ALERTS = [
  ['an API service down', 'InferenceAPIDown', 'critical', 1],
  ['a feature store that is down', 'FeatureStoreDown', 'critical', 1],
  ['stream processing that is down', 'StreamProcessingDown', 'critical', 1],
  ['error rate over 1 %', 'InferenceAPIHighErrorRate', 'critical', 0.01],
  ['P95 latency over 150 ms', 'InferenceAPIHighLatency', 'critical', 0.15],
  ['Redis unavailable', 'RedisDown', 'critical', 1],
  ['Kafka unavailable', 'KafkaDown', 'critical', 1],
  ['system health score under 90 %', 'HealthScoreLow', 'critical', 0.9],
  ['high load', 'InferenceAPIHighLoad', 'warning', 100],
  ['high load: a surge', 'InferenceAPITrafficSurge', 'warning', 3],
  ['cache hit rate under 70 %', 'CacheHitRateLow', 'warning', 0.7],
  ['features older than 5 minutes', 'FeaturesStale', 'warning', 300],
  ['model confidence under 70 %', 'ModelConfidenceLow', 'warning', 0.7],
  ['CPU use over 80 %', 'CPUHigh', 'warning', 0.8],
  ['memory use over 80 %', 'MemoryHigh', 'warning', 0.8],
  ['disk use over 80 %', 'DiskHigh', 'warning', 0.8],
  ['a disk that fills within a day', 'DiskWillFill', 'warning', 86_400],
  ['deployments', 'ServiceDeployed', 'info', 0],
  ['configuration changes', 'ConfigurationChanged', 'info', 0],
  ['planned maintenance', 'MaintenanceRunning', 'info', 1],
  ['performance optimisations', 'ServiceOptimised', 'info', 0],
  ['SLO: P95 latency over 200 ms', 'InferenceAPILatencySLOBroken', 'critical', 0.2],
  ['SLO: availability under 99.5 %', 'InferenceAPIAvailabilityLow', 'critical', 0.995],
  ['SLO: cache hit rate under 70 %', 'CacheHitRateLow', 'warning', 0.7],
  ['SLO: lag over 10,000 messages', 'ConsumerLagHigh', 'warning', 10_000],
  ['SLO: confidence under 70 %', 'ModelConfidenceLow', 'warning', 0.7],
  ['dead letters', 'DeadLettersRising', 'warning', 0.01],
  ['failed training', 'TrainingFailed', 'warning', 0],
  ['drift', 'ModelDrift', 'warning', 0.25],
  ['data quality', 'DataQualityFailing', 'warning', 0.05],
  ['certificates', 'CertificateExpiring', 'warning', 1_209_600],
  ['probe failures', 'InferenceAPIProbeFailing', 'warning', 1],
  ['targets missing', 'TargetDown', 'warning', 1],
  ['rule failures', 'RuleEvaluationFailing', 'warning', 0],
  ['a failed reload', 'PrometheusReloadFailed', 'warning', 1],
  ['notifications failing', 'NotificationsFailing', 'warning', 0.05],
  ['storage close to its limit', 'PrometheusStorageNearLimit', 'warning', 0.8],
  ['an exporter down', 'ExporterDown', 'warning', 1],
  ['a dead man’s switch', 'Watchdog', 'none', 60],
] as const;

describe('every alert that is asked for', () => {
  test.each(ALERTS)('%s: %s', (_, name, severity, threshold) => {
    const found = alert(name);
    expect(found).toMatchObject({ severity, threshold: { value: threshold } });
    expect(found.proofs.length + (found.timelines?.length ?? 0)).toBeGreaterThan(0);
  });

  test.each([
    ['P95 latency under 150 ms', 'inference-latency', 0.95, 'le="0.15"'],
    ['availability over 99.9 %', 'inference-availability', 0.999, 'status=~"5.."'],
    ['cache hit rate over 90 %', 'cache-hit-rate', 0.99, '<= bool 0.9'],
    ['lag under 1,000 messages', 'stream-lag', 0.99, '>= bool 1000'],
    ['confidence over 80 %', 'model-confidence', 0.99, '<= bool 0.8'],
  ])('SLO of %s', (_, name, objective, part) => {
    expect(set.slos.find((slo) => slo.name === name)).toMatchObject({ objective, windowDays: 30 });
    const rules = set.recordings.filter((rule) => rule.labels?.slo === name);
    expect(rules.map((rule) => rule.expr).join('\n')).toContain(part);
    expect(set.alerts.filter((each) => each.labels.slo === name).map((each) => each.labels.burn)).toEqual([
      'fast',
      'slow',
    ]);
  });

  test('the fixed rule, to the letter', () => {
    const file = renderRules(set)['inference-api.yaml'] ?? '';
    expect(file).toContain(
      [
        '      - alert: InferenceAPIHighLatency',
        '        expr: histogram_quantile(0.95, sum(rate(inference_request_duration_seconds_bucket[5m])) by (le, endpoint)) > 0.15',
        '        for: 2m',
        '        labels:',
        '          severity: critical',
        '          service: inference-api',
        '        annotations:',
        '          summary: API latency exceeds SLA',
        '          description: P95 latency is {{ $value | humanizeDuration }} for {{ $labels.endpoint }}',
        '          runbook_url: https://runbook.company.com/api-latency',
        '      - alert:',
      ].join('\n'),
    );
  });

  test('an alert that pages for 200 ms is faster than the one for 150 ms', () => {
    expect(alert('InferenceAPILatencySLOBroken').for).toBe('1m');
    expect(alert('InferenceAPIHighLatency').for).toBe('2m');
  });
});
