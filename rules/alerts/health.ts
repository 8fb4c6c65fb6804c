import { ENOUGH_READS } from '../../catalogue/enough.ts';
import type { Timeline } from '../alert.ts';
import { below, gauge, PLATFORM_TEAM, type RuleModule, spread } from './define.ts';
import { FEWEST_REQUESTS } from './inference-api.ts';

/** How much each part counts in the health score: any one that the API cannot do without is worth over 10 %. */
export const DEFAULT_HEALTH_WEIGHTS = {
  'inference-api': 25,
  errors: 15,
  latency: 10,
  'feature-store': 11,
  cache: 5,
  freshness: 5,
  'stream-processing': 7,
  lag: 5,
  redis: 11,
  kafka: 6,
} as const;

export type HealthComponent = keyof typeof DEFAULT_HEALTH_WEIGHTS;
export type HealthWeights = Readonly<Record<HealthComponent, number>>;

interface Component {
  /** PromQL from 0, broken, to 1, well; no sample where there is nothing to judge. */
  readonly expr: string;
  readonly help: string;
}

/** Enough of them that a share says something: a part with less is left out of the score. */
const ENOUGH_REQUESTS = `inference_api:requests:rate5m * 300 >= ${FEWEST_REQUESTS}`;

/** What makes up the health of the platform. */
export const HEALTH_COMPONENTS: Readonly<Record<HealthComponent, Component>> = {
  'inference-api': { expr: 'max(up{job="inference-api"})', help: '1 while an instance answers.' },
  errors: {
    expr: `1 - clamp_max(10 * inference_api:errors:ratio_rate5m, 1) and on () ${ENOUGH_REQUESTS}`,
    help: '1 without server errors, 0 from 10 % of requests on.',
  },
  latency: {
    expr: `sum(rate(inference_request_duration_seconds_bucket{le="0.15"}[5m])) / (sum(rate(inference_request_duration_seconds_count[5m])) > 0) and on () ${ENOUGH_REQUESTS}`,
    help: 'Share of requests answered within 150 ms.',
  },
  'feature-store': { expr: 'max(up{job="feature-store"})', help: '1 while an instance answers.' },
  cache: {
    expr: `clamp_max(feature_store:cache_hits:ratio_rate5m / 0.9, 1) and on () ${ENOUGH_READS}`,
    help: '1 from a hit rate of 90 % on, 0 without hits.',
  },
  freshness: {
    expr: 'avg(min by (feature_group) (feature_freshness_seconds) < bool 300)',
    help: 'Share of feature groups with values under 5 minutes old.',
  },
  'stream-processing': { expr: 'max(up{job="stream-processing"})', help: '1 while an instance answers.' },
  lag: {
    expr: 'clamp(1 - (max(stream_processing:consumer_lag:sum) - 1000) / 9000, 0, 1)',
    help: '1 up to 1,000 waiting messages, 0 from 10,000 on.',
  },
  redis: { expr: 'max(redis_up)', help: '1 while Redis answers its exporter.' },
  kafka: {
    expr: 'max(probe_success{job="probe-tcp", service="kafka"})',
    help: '1 while a broker accepts connections.',
  },
};

const SCORE =
  'sum(platform:health_component:ratio * on (component) platform:health_weight:ratio) / (sum(platform:health_weight:ratio) > 0)';
const group = 'health';

/** Reads that give the cache a health of `level`. */
const cacheAt = (level: number) => [
  ...spread('feature_cache_hits_total', { feature_group: 'a' }, 0.9 * level),
  ...spread('feature_cache_misses_total', { feature_group: 'a' }, 1 - 0.9 * level),
];

/** The API is up and two of five feature groups are fresh: 27 of 30 parts, if the API weighs five times as much. */
const EXACTLY_AT_90: Timeline = {
  name: 'exactly at 90 %',
  phases: () => [
    {
      lasts: '10m',
      series: [
        gauge('up', { job: 'inference-api', instance: 'a:1' }, 1),
        ...[1, 2, 600, 700, 800].map((age, index) =>
          gauge('feature_freshness_seconds', { feature_group: `group-${index}` }, age),
        ),
      ],
    },
  ],
};

/** The health score: the mean of the components that have data, weighted. */
export function health(weights: HealthWeights = DEFAULT_HEALTH_WEIGHTS): RuleModule {
  const counted = Object.entries(HEALTH_COMPONENTS).filter(([name]) => weights[name as HealthComponent] > 0);
  const { cache, 'inference-api': api } = weights;
  const mixed = (level: number) => (level * (api + cache) - api) / cache;
  return {
    recordings: [
      ...counted.map(([component, { expr, help }]) => ({
        record: 'platform:health_component:ratio',
        group,
        expr,
        labels: { component },
        help,
      })),
      ...counted.map(([component]) => ({
        record: 'platform:health_weight:ratio',
        group,
        expr: `0 * platform:health_component:ratio{component="${component}"} + ${weights[component as HealthComponent]}`,
        labels: { component },
        help: `Weight of ${component} while it has data.`,
      })),
      { record: 'platform:health_score:ratio', group, expr: SCORE, help: 'Health of the platform, 0 to 1.' },
    ],
    alerts: [
      {
        group,
        service: 'platform',
        team: PLATFORM_TEAM,
        dashboard: 'system-overview',
        name: 'HealthScoreLow',
        severity: 'critical',
        signal: 'availability',
        expr: (threshold) => `platform:health_score:ratio < ${threshold}`,
        threshold: below(0.9, 'ratio'),
        for: '2m',
        summary: 'The platform is unwell: its health score is under 90 %',
        description:
          'The health score is {{ $value | humanizePercentage }}. Worst parts:{{ range query "bottomk(3, platform:health_component:ratio < 1)" }} {{ .Labels.component }} {{ .Value | humanizePercentage }}{{ end }}.',
        runbook: 'health-score',
        proofs: weights.cache > 0 ? [{ series: cacheAt, settles: '30s' }] : [],
        timelines: [
          ...(weights['inference-api'] === 5 * weights.freshness ? [EXACTLY_AT_90] : []),
          ...[0.91, 0.89]
            .filter((level) => mixed(level) >= 0 && mixed(level) <= 1)
            .map((level) => ({
              name: `the API is up and the cache weighs in to ${level}`,
              phases: () => [
                {
                  lasts: '10m',
                  series: [
                    gauge('up', { job: 'inference-api', instance: 'a:1' }, 1),
                    ...cacheAt(mixed(level)),
                  ],
                },
              ],
              fires: level < 0.9,
            })),
        ],
      },
    ],
  };
}
