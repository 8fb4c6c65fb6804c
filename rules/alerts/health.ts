import { ENOUGH_READS } from '../../catalogue/minimum-samples.ts';
import type { Proof, Timeline } from '../alert.ts';
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
  /** Whether it is the targets of the service of its name: watched and without any, it counts 0. Default: false. */
  readonly ofTargets?: true;
}

const targetsOf = (job: string): Component => ({
  expr: `max(up{job="${job}"})`,
  help: '1 while an instance answers.',
  ofTargets: true,
});

/** Enough of them that a share says something: a part with less is left out of the score. */
const ENOUGH_REQUESTS = `inference_api:requests:rate5m * 300 >= ${FEWEST_REQUESTS}`;

/** What makes up the health of the platform. */
export const HEALTH_COMPONENTS: Readonly<Record<HealthComponent, Component>> = {
  'inference-api': targetsOf('inference-api'),
  errors: {
    expr: `1 - clamp_max(10 * inference_api:errors:ratio_rate5m, 1) and on () ${ENOUGH_REQUESTS}`,
    help: '1 without server errors, 0 from 10 % of requests on.',
  },
  latency: {
    expr: `(sum(rate(inference_request_duration_seconds_bucket{le="0.15"}[5m])) / (sum(rate(inference_request_duration_seconds_count[5m])) > 0) or histogram_fraction(-Inf, 0.15, sum by (le) (rate(inference_request_duration_seconds_bucket[5m]))) >= 0) and on () ${ENOUGH_REQUESTS}`,
    help: 'Share of requests answered within 150 ms.',
  },
  'feature-store': targetsOf('feature-store'),
  cache: {
    expr: `clamp_max(feature_store:cache_hits:ratio_rate5m / 0.9, 1) and on () ${ENOUGH_READS}`,
    help: '1 from a hit rate of 90 % on, 0 without hits.',
  },
  freshness: {
    expr: 'avg(min by (feature_group) (feature_freshness_seconds) < bool 300)',
    help: 'Share of feature groups with values under 5 minutes old.',
  },
  'stream-processing': targetsOf('stream-processing'),
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

/** Messages that wait, as many as give the lag a health of `level`. */
const lagAt = (level: number) => [
  gauge('kafka_consumer_lag_sum', { topic: 'a', consumergroup: 'features' }, 10_000 - 9000 * level),
];

/** Cache and lag at a health of `level`, as far as they count. */
const movableAt = ({ cache, lag }: HealthWeights, level: number) => [
  ...(cache > 0 ? cacheAt(level) : []),
  ...(lag > 0 ? lagAt(level) : []),
];

/** A target of each service. Default of `answering`: every one. */
const targets = (services: readonly HealthComponent[], answering = services) =>
  services.map((job) => gauge('up', { job, instance: 'a:1' }, answering.includes(job) ? 1 : 0));

/** What the proofs are made of: the services whose targets count, and the two parts that may have any level. */
interface Scale {
  readonly services: readonly HealthComponent[];
  readonly weights: HealthWeights;
  readonly movable: number;
  readonly total: number;
}

const sumOf = (weights: HealthWeights, names: readonly HealthComponent[]) =>
  names.reduce((sum, name) => sum + weights[name], 0);

function scaleOf(weights: HealthWeights, services: readonly HealthComponent[]): Scale {
  const movable = weights.cache + weights.lag;
  return { services, weights, movable, total: movable + sumOf(weights, services) };
}

/** Services that have to answer for a score of `level`, so that cache and lag make up the rest; undefined where none do. */
function answeringAt({ services, weights, movable, total }: Scale, level: number) {
  const choices = services.reduce<HealthComponent[][]>(
    (all, name) => all.flatMap((names) => [names, [...names, name]]),
    [[]],
  );
  return choices.find((names) => {
    const rest = level * total - sumOf(weights, names);
    return rest >= 0 && rest <= movable;
  });
}

/** Metrics of a platform whose score is `level`; undefined where weights leave a gap at that level. */
function scoreAt(scale: Scale, level: number) {
  const { services, weights, movable, total } = scale;
  const answering = answeringAt(scale, level);
  if (answering === undefined) return undefined;
  const rest = (level * total - sumOf(weights, answering)) / movable;
  return [...targets(services, answering), ...movableAt(weights, rest)];
}

/** Weights may leave gaps between the levels that metrics can give; without gaps, any threshold can be proven. */
function proofsOf(scale: Scale): Proof[] {
  if (scale.movable === 0) return [];
  for (let level = 0; level <= 100; level += 1) if (!answeringAt(scale, level / 100)) return [];
  return [{ series: (level) => scoreAt(scale, level) ?? [], settles: '30s' }];
}

/** Every service answers, and of the dependencies Redis alone: with the default weights, 54 of 60 parts. */
function exactlyAt90({ services, weights }: Scale): Timeline[] {
  const well = sumOf(weights, services) + weights.redis;
  if (well / (well + weights.kafka) !== 0.9) return [];
  const series = [
    ...targets(services),
    gauge('redis_up', {}, 1),
    gauge('probe_success', { job: 'probe-tcp', service: 'kafka' }, 0),
  ];
  return [{ name: 'exactly at 90 %', phases: () => [{ lasts: '10m', series }] }];
}

/** Discovery has lost every target of a service, and all else is well. */
function noTargetLeft({ services, weights, movable, total }: Scale): Timeline[] {
  if (movable === 0) return [];
  return services
    .filter((name) => (total - weights[name]) / total < 0.9)
    .map((name) => ({
      name: `no target of ${name} is left`,
      phases: () => [
        { lasts: '10m', series: targets(services) },
        {
          lasts: '10m',
          series: [...targets(services.filter((each) => each !== name)), ...movableAt(weights, 1)],
        },
      ],
      fires: true,
    }));
}

/**
 * The health score: the mean of the components that have data, weighted. `watched` are the services of the stack: that
 * one of them has no target is no lack of data, but a service that is gone.
 */
export function health(weights: HealthWeights, watched: ReadonlySet<string>): RuleModule {
  const counted = Object.entries(HEALTH_COMPONENTS).filter(([name]) => weights[name as HealthComponent] > 0);
  const certain = ({ ofTargets }: Component, name: string) => ofTargets === true && watched.has(name);
  const services = counted.flatMap(([name, part]) => (certain(part, name) ? [name as HealthComponent] : []));
  const scale = scaleOf(weights, services);
  return {
    recordings: [
      ...counted.map(([component, part]) => ({
        record: 'platform:health_component:ratio',
        group,
        expr: certain(part, component) ? `${part.expr} or vector(0)` : part.expr,
        labels: { component },
        help: part.help,
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
        proofs: proofsOf(scale),
        timelines: [
          ...exactlyAt90(scale),
          ...noTargetLeft(scale),
          ...[0.91, 0.89].flatMap((level) => {
            const series = scoreAt(scale, level);
            if (series === undefined) return [];
            return [
              { name: `a score of ${level}`, phases: () => [{ lasts: '10m', series }], fires: level < 0.9 },
            ];
          }),
        ],
      },
    ],
  };
}
