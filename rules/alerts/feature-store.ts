import { ENOUGH_READS } from '../../catalogue/minimum-samples.ts';
import { above, below, counter, gauge, type RuleModule, spread } from './define.ts';
import { vanished } from './vanished.ts';

const base = {
  service: 'feature-store',
  team: 'feature-platform',
  group: 'feature-store',
  dashboard: 'feature-store',
} as const;

/** A pod whose counter is NaN, which a client keeps until it restarts, is left out: it would make every sum NaN. */
const HITS = 'rate(feature_cache_hits_total[5m]) >= 0';
const MISSES = 'rate(feature_cache_misses_total[5m]) >= 0';
const FAILED = 'sum by (feature_group) (rate(feature_quality_checks_total{result="failed"}[15m]))';
const CHECKS = 'sum by (feature_group) (rate(feature_quality_checks_total[15m]))';

/** Fewest quality checks in 15 minutes of which a share says something. */
const FEWEST_CHECKS = 20;

const USER = { feature_group: 'user_profile' };
const reads = (perSecond: number, hitShare: number) => [
  ...spread('feature_cache_hits_total', USER, perSecond * hitShare),
  ...spread('feature_cache_misses_total', USER, perSecond * (1 - hitShare)),
];

/** A number of quality checks in 15 minutes, of which a share fails. */
const checks = (number: number, failedShare: number) => [
  ...spread(
    'feature_quality_checks_total',
    { ...USER, check: 'range', result: 'failed' },
    (number / 900) * failedShare,
  ),
  ...spread(
    'feature_quality_checks_total',
    { ...USER, check: 'null', result: 'passed' },
    (number / 900) * (1 - failedShare),
  ),
];
/** Those of another feature group, which pass. */
const GOOD_CHECKS = [
  counter('feature_quality_checks_total', { feature_group: 'good', check: 'null', result: 'passed' }, 1),
];

export const featureStore: RuleModule = {
  recordings: [
    {
      record: 'feature_store:cache_hits:ratio_rate5m',
      group: base.group,
      expr: `(sum(${HITS}) or vector(0)) / ((sum(${HITS}) or vector(0)) + (sum(${MISSES}) or vector(0)) > 0)`,
      help: 'Share of feature reads that the cache answered; absent without reads.',
    },
    {
      record: 'feature_group:cache_hits:ratio_rate5m',
      group: base.group,
      expr: `(sum by (feature_group) (${HITS}) or 0 * sum by (feature_group) (${MISSES})) / ((sum by (feature_group) (${HITS}) or 0 * sum by (feature_group) (${MISSES})) + (sum by (feature_group) (${MISSES}) or 0 * sum by (feature_group) (${HITS})) > 0)`,
      help: 'Share of feature reads that the cache answered, by group with reads.',
    },
    {
      record: 'feature_group:quality_failures:ratio_rate15m',
      group: base.group,
      expr: `(${FAILED} or 0 * ${CHECKS}) / (${CHECKS} > 0)`,
      help: 'Share of data quality checks that failed, by group with checks.',
    },
  ],
  alerts: [
    {
      ...base,
      name: 'CacheHitRateLow',
      severity: 'warning',
      signal: 'cache',
      expr: (threshold) => `feature_store:cache_hits:ratio_rate5m < ${threshold} and ${ENOUGH_READS}`,
      threshold: below(0.7, 'ratio'),
      guards: { slo: 'cache-hit-rate', limit: 0.7 },
      for: '5m',
      summary: 'The feature cache misses too often',
      description:
        'The cache answered {{ $value | humanizePercentage }} of the feature reads of the last 5 minutes; its SLO is 90 %.',
      runbook: 'cache-hit-rate',
      proofs: [{ series: (level) => reads(0.102, level), settles: '5m' }],
      timelines: [{ name: 'hardly any reads', phases: () => [{ lasts: '15m', series: reads(0.098, 0.1) }] }],
    },
    {
      ...base,
      name: 'FeaturesStale',
      severity: 'warning',
      signal: 'freshness',
      expr: (threshold) => `min by (feature_group) (feature_freshness_seconds) > ${threshold}`,
      threshold: above(300, 'seconds'),
      guards: { slo: 'feature-freshness', limit: 300 },
      for: '1m',
      summary: 'Features are older than 5 minutes',
      description:
        'The newest value of the feature group {{ $labels.feature_group }} is {{ $value | humanizeDuration }} old.',
      runbook: 'stale-features',
      proofs: [
        {
          series: (level) => [
            gauge('feature_freshness_seconds', { ...USER, instance: 'a:1', pod: 'a' }, level),
            gauge('feature_freshness_seconds', { ...USER, instance: 'b:1', pod: 'b' }, level + 60),
            gauge('feature_freshness_seconds', { feature_group: 'fresh', instance: 'a:1', pod: 'a' }, 1),
          ],
          exact: true,
          labels: [USER],
        },
      ],
    },
    {
      ...base,
      name: 'DataQualityFailing',
      severity: 'warning',
      signal: 'quality',
      expr: (threshold) =>
        `feature_group:quality_failures:ratio_rate15m > ${threshold} and on (feature_group) sum by (feature_group) (increase(feature_quality_checks_total[15m])) >= ${FEWEST_CHECKS}`,
      threshold: above(0.05, 'ratio'),
      for: '10m',
      summary: 'Feature values fail their quality checks',
      description:
        '{{ $value | humanizePercentage }} of the quality checks of the feature group {{ $labels.feature_group }} failed over the last 15 minutes.',
      runbook: 'data-quality',
      proofs: [
        {
          series: (level) => [...checks(FEWEST_CHECKS * 1.003, level), ...GOOD_CHECKS],
          settles: '15m',
          recovers: '20m',
          labels: [USER],
        },
      ],
      timelines: [
        {
          name: 'fewer than 20 checks',
          phases: () => [{ lasts: '40m', series: [...checks(FEWEST_CHECKS * 0.98, 0.5), ...GOOD_CHECKS] }],
        },
      ],
    },
    vanished({
      ...base,
      name: 'FeatureGroupMissing',
      metric: 'feature_freshness_seconds',
      labels: ['feature_group'],
      summary: 'A feature group reports nothing any more',
      description:
        'The feature group {{ $labels.feature_group }} was there within 6 hours and reports no freshness, while others do: its alerts and its SLO say nothing of it.',
    }),
  ],
};
