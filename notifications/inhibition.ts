import { DEPENDENCIES } from '../catalogue/services.ts';
import type { InhibitRule, Labels } from './config.ts';
import { anyOf, matchesAll } from './matcher.ts';

/** The alert whose labels are fixed to `severity` and `service`: it has no signal and is known by name. */
const FIXED_LATENCY_ALERT = 'InferenceAPIHighLatency';

/** P95 latency past 200 ms, the point at which the objective of 150 ms is unmistakably broken. */
const BROKEN_LATENCY_ALERT = 'InferenceAPILatencySLOBroken';

/** Says that the fixed alert is not confirmed: too few requests, or no longer slow. */
export const UNCONFIRMED_LATENCY_ALERT = 'InferenceAPILatencyUnconfirmed';

/** The score of all parts: whatever is broken lowers it. */
const HEALTH_ALERT = 'HealthScoreLow';

const CAUSES_OF_ILL_HEALTH = [
  'InferenceAPIDown',
  'InferenceAPIHighErrorRate',
  'FeatureStoreDown',
  'StreamProcessingDown',
  'RedisDown',
  'KafkaDown',
] as const;

/** One target that cannot be scraped, of any job. */
const TARGET_DOWN_ALERT = 'TargetDown';

/** Most of what is watched does not answer: one cause of many alerts. */
const SHARED_OUTAGE_ALERT = 'SharedOutage';

/**
 * A label that is missing on both sides counts as equal, so that a rule by `service` and `signal` must ask for
 * both: an alert without them would silence every other without them.
 */
const PRESENT = ['service=~".+"', 'signal=~".+"'] as const;

const down = (dependency: string) => [
  anyOf('service', [dependency]),
  'signal="availability"',
  'severity="critical"',
];

/**
 * What keeps what quiet. No alert is on both sides of a rule: Alertmanager remembers one source a rule and set
 * of equal labels, and one that is on both sides could hide another from it.
 */
const RULES: readonly InhibitRule[] = [
  {
    // The signal `monitoring` is a field, not a symptom: there, one alert says nothing about another.
    name: 'critical-over-warning',
    source_matchers: ['severity="critical"', ...PRESENT, 'signal!="monitoring"'],
    target_matchers: ['severity="warning"', ...PRESENT, 'signal!="monitoring"'],
    equal: ['service', 'signal'],
  },
  {
    name: 'fixed-latency-over-warning',
    source_matchers: [anyOf('alertname', [FIXED_LATENCY_ALERT]), 'service=~".+"'],
    target_matchers: ['severity="warning"', 'signal="latency"', 'service=~".+"'],
    equal: ['service'],
  },
  {
    name: 'broken-latency-over-fixed-latency',
    source_matchers: [anyOf('alertname', [BROKEN_LATENCY_ALERT]), 'service=~".+"'],
    target_matchers: [anyOf('alertname', [FIXED_LATENCY_ALERT]), 'service=~".+"'],
    equal: ['service', 'endpoint'],
  },
  {
    name: 'unconfirmed-latency-over-fixed-latency',
    source_matchers: [anyOf('alertname', [UNCONFIRMED_LATENCY_ALERT]), 'service=~".+"', 'endpoint=~".+"'],
    target_matchers: [anyOf('alertname', [FIXED_LATENCY_ALERT]), 'service=~".+"', 'endpoint=~".+"'],
    equal: ['service', 'endpoint'],
  },
  {
    // A page of the cause says more than one of the score, which is made of these.
    name: 'cause-over-health-score',
    source_matchers: [anyOf('alertname', CAUSES_OF_ILL_HEALTH)],
    target_matchers: [anyOf('alertname', [HEALTH_ALERT])],
  },
  {
    name: 'fast-burn-over-slow',
    source_matchers: ['burn="fast"', 'slo=~".+"', 'service=~".+"'],
    target_matchers: ['burn="slow"', 'slo=~".+"', 'service=~".+"'],
    equal: ['service', 'slo'],
  },
  {
    name: 'down-over-availability',
    source_matchers: ['alertname=~".+Down"', 'signal="availability"', 'service=~".+"'],
    target_matchers: ['alertname!~".+Down"', 'signal="availability"', 'service=~".+"'],
    equal: ['service', 'signal'],
  },
  {
    name: 'exporter-down-over-its-targets',
    source_matchers: ['alertname="ExporterDown"', 'job=~".+"'],
    target_matchers: [anyOf('alertname', [TARGET_DOWN_ALERT]), 'job=~".+"'],
    equal: ['job'],
  },
  {
    name: 'shared-outage-over-availability',
    source_matchers: [anyOf('alertname', [SHARED_OUTAGE_ALERT])],
    target_matchers: ['signal="availability"'],
  },
  {
    name: 'shared-outage-over-targets',
    source_matchers: [anyOf('alertname', [SHARED_OUTAGE_ALERT])],
    target_matchers: [anyOf('alertname', [TARGET_DOWN_ALERT, 'ExporterDown', 'StackProbeFailing'])],
  },
  {
    name: 'redis-down-over-features',
    source_matchers: down('redis'),
    target_matchers: ['service="feature-store"', 'signal=~"cache|freshness|latency|quality"'],
  },
  {
    name: 'redis-down-over-predictions',
    source_matchers: down('redis'),
    target_matchers: ['service="inference-api"', 'signal=~"latency|quality"'],
  },
  {
    name: 'redis-down-over-fixed-latency',
    source_matchers: down('redis'),
    target_matchers: [anyOf('alertname', [FIXED_LATENCY_ALERT])],
  },
  {
    name: 'kafka-down-over-streams',
    source_matchers: down('kafka'),
    target_matchers: ['service="stream-processing"', 'signal=~"lag|traffic|latency|freshness|errors"'],
  },
  {
    name: 'kafka-down-over-freshness',
    source_matchers: down('kafka'),
    target_matchers: ['service="feature-store"', 'signal="freshness"'],
  },
];

/** Kept whatever the alerts are: labels such as `instance` come from the data, also to alerts of the user's own. */
const TARGET_DOWN: InhibitRule = {
  name: 'target-down-over-its-alerts',
  source_matchers: [anyOf('alertname', [TARGET_DOWN_ALERT]), 'job=~".+"', 'instance=~".+"'],
  target_matchers: [`alertname!="${TARGET_DOWN_ALERT}"`, 'job=~".+"', 'instance=~".+"'],
  equal: ['job', 'instance'],
};

/**
 * The rules that have something to inhibit, and something to inhibit it with, among a stack's alerts. A service
 * that is down keeps its targets quiet too: one rule each, since no rule can compare `service` with `job`.
 */
export function inhibitRules(alerts: readonly Labels[]): readonly InhibitRule[] {
  const applies = (rule: InhibitRule) =>
    alerts.some((alert) => matchesAll(rule.source_matchers, alert)) &&
    alerts.some((alert) => matchesAll(rule.target_matchers, alert));
  const hasTargets = alerts.some(({ alertname }) => alertname === TARGET_DOWN_ALERT);
  return [
    ...RULES.filter(applies),
    ...(hasTargets ? [...servicesDown(alerts).map(overTargets), TARGET_DOWN] : []),
  ];
}

function overTargets(service: string): InhibitRule {
  return {
    name: `${service}-down-over-its-targets`,
    source_matchers: ['alertname=~".+Down"', 'signal="availability"', anyOf('service', [service])],
    target_matchers: [anyOf('alertname', [TARGET_DOWN_ALERT]), anyOf('job', [service])],
  };
}

/** Services with an alert that says they are down. Dependencies are no scrape jobs. */
function servicesDown(alerts: readonly Labels[]): readonly string[] {
  const names = alerts
    .filter(({ alertname, signal }) => signal === 'availability' && alertname?.endsWith('Down'))
    .flatMap(({ service }) => service ?? []);
  return [...new Set(names)].filter((name) => !(name in DEPENDENCIES)).sort();
}
