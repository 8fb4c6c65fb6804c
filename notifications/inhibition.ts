import type { InhibitRule, Labels } from './config.ts';
import { anyOf, matchesAll } from './matcher.ts';

/** The alert whose labels are fixed to `severity` and `service`: it has no signal and is known by name. */
const FIXED_LATENCY_ALERT = 'InferenceAPIHighLatency';

/** P95 latency past 200 ms, the point at which the objective of 150 ms is unmistakably broken. */
const BROKEN_LATENCY_ALERT = 'InferenceAPILatencySLOBroken';

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
    name: 'critical-over-warning',
    source_matchers: ['severity="critical"', ...PRESENT],
    target_matchers: ['severity="warning"', ...PRESENT],
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
    name: 'fast-burn-over-slow',
    source_matchers: ['burn="fast"', 'slo=~".+"', 'service=~".+"'],
    target_matchers: ['burn="slow"', 'slo=~".+"', 'service=~".+"'],
    equal: ['service', 'slo'],
  },
  {
    name: 'target-down-over-its-alerts',
    source_matchers: ['signal="availability"', 'severity="critical"', 'job=~".+"', 'instance=~".+"'],
    target_matchers: ['signal!="availability"', 'job=~".+"', 'instance=~".+"'],
    equal: ['job', 'instance'],
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

/** The rules that have something to inhibit, and something to inhibit it with, among a stack's alerts. */
export function inhibitRules(alerts: readonly Labels[]): readonly InhibitRule[] {
  return RULES.filter(
    (rule) =>
      alerts.some((alert) => matchesAll(rule.source_matchers, alert)) &&
      alerts.some((alert) => matchesAll(rule.target_matchers, alert)),
  );
}
