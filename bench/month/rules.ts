import { dump } from 'js-yaml';
import {
  type AlertmanagerConfig,
  alertLabels,
  buildAlertmanager,
  type Labels,
  notificationsSettings,
} from '../../notifications/index.ts';
import { buildRules, dependencies, isAlert } from '../../rules/index.ts';
import { renderRules } from '../../rules/render.ts';
import { scrapedEvery } from '../dataset/rules.ts';
import { slothRules } from '../slo/sloth.ts';
import type { Evaluable } from './evaluate.ts';

/** Rules that a month is evaluated with, and how what they fire is told. */
export interface Contender extends Evaluable {
  readonly routing: AlertmanagerConfig;
}

/** Groups about the stack itself, and about what people do: a month has neither. */
const LEFT_OUT: readonly string[] = ['monitoring', 'changes'];
/** Of them, what is about the targets. */
const OF_TARGETS: readonly string[] = ['TargetDown', 'ExporterDown'];

/** Routes and timings of the project for any alerts, with the inhibitions that apply to them. */
const routingOf = (alerts: readonly Labels[]): AlertmanagerConfig =>
  buildAlertmanager({
    settings: notificationsSettings.parse({}),
    alerts,
    production: false,
    secretsDirectory: '/secrets',
    standInUrl: 'http://127.0.0.1:8090/webhook',
  }).config;

/** The project's own: every alert about the feature store with what it reads. Budgets, which no alert reads, are left out. */
export function ours(): Contender {
  const set = buildRules({ services: scrapedEvery('15s') });
  const alerts = set.alerts.filter(
    ({ group, name }) => !LEFT_OUT.includes(group) || OF_TARGETS.includes(name),
  );
  const read = new Set(alerts.flatMap((alert) => dependencies(set, { ...alert, annotations: {} })));
  const kept = new Set(alerts);
  const groups = set.groups
    .map((group) => ({
      ...group,
      rules: group.rules.filter((rule) => (isAlert(rule) ? kept.has(rule) : read.has(rule))),
    }))
    .filter(({ rules }) => rules.length > 0);
  return {
    name: 'ours',
    files: renderRules({ groups }),
    // Yesterday's traffic is recorded, as the windows of burn rates are.
    rawDays: 0,
    recordedDays: 3,
    routing: routingOf(alertLabels(alerts)),
  };
}

/** Windows that are looked at every minute and every four, just under the 5 minutes that a sample is looked back at. */
const LONG = /_rate(1d|3d)$/;

/**
 * What Sloth generates for the same SLOs. Every minute: its windows of a day and more every four minutes, and a share of bad
 * minutes from a series that is recorded each minute, which is equal and costs a hundredth.
 */
export async function sloth(): Promise<Contender> {
  const all = await slothRules();
  const minutes = new Map<string, string>();
  const rules = all
    .filter(({ record = '' }) => !/_rate30d$|^slo:(period|current)_|^sloth_|:days$/.test(record))
    .map((rule) => {
      const found = /^\(avg_over_time\((.+)\[(\d+[mhd]):1m\]\)\)$/s.exec(rule.expr.trim());
      if (found === null) return rule;
      const [, bad = '', window] = found;
      const slo = rule.labels.sloth_slo ?? '';
      minutes.set(slo, bad);
      return { ...rule, expr: `avg_over_time(sloth_bad_minute{slo="${slo}"}[${window}])` };
    });
  const bad = [...minutes].map(([slo, expr]) => ({ record: 'sloth_bad_minute', expr, labels: { slo } }));
  const long = rules.filter(({ record = '' }) => LONG.test(record));
  const short = rules.filter((rule) => !long.includes(rule));
  const file = (name: string, interval: string, of: readonly object[]) =>
    dump({ groups: [{ name, interval, rules: of }] }, { lineWidth: -1 });
  const alerts = short.filter(({ alert }) => alert !== undefined);
  return {
    name: 'sloth',
    files: {
      'a-minutes.yaml': file('minutes', '1m', bad),
      'b-long.yaml': file('long', '4m', long),
      'c-short.yaml': file('short', '1m', short),
    },
    rawDays: 3,
    recordedDays: 3,
    routing: routingOf(alerts.map(({ alert = '', labels }) => ({ ...labels, alertname: alert }))),
  };
}

/** What a team writes that has the table of what to alert on, and nothing else: a bound and a time. */
const PLAIN: readonly (readonly [name: string, expr: string, wait: string, severity: string])[] = [
  ['InstanceDown', 'up == 0', '1m', 'critical'],
  ['ProbeFailing', 'probe_success == 0', '1m', 'critical'],
  ['RedisDown', 'redis_up == 0', '1m', 'critical'],
  [
    'HighErrorRate',
    'sum(rate(inference_requests_total{status=~"5.."}[5m])) / sum(rate(inference_requests_total[5m])) > 0.01',
    '2m',
    'critical',
  ],
  [
    'HighLatency',
    'histogram_quantile(0.95, sum(rate(inference_request_duration_seconds_bucket[5m])) by (le, endpoint)) > 0.15',
    '2m',
    'critical',
  ],
  [
    'CacheHitRateLow',
    'sum(rate(feature_cache_hits_total[5m])) / (sum(rate(feature_cache_hits_total[5m])) + sum(rate(feature_cache_misses_total[5m]))) < 0.7',
    '5m',
    'warning',
  ],
  ['FeaturesStale', 'feature_freshness_seconds > 300', '1m', 'warning'],
  ['LagHigh', 'kafka_consumer_lag_sum > 10000', '2m', 'warning'],
  [
    'ConfidenceLow',
    'sum by (model_type) (rate(model_prediction_confidence_sum[5m])) / sum by (model_type) (rate(model_prediction_confidence_count[5m])) < 0.7',
    '5m',
    'warning',
  ],
  ['HighLoad', 'sum(inference_active_requests) > 100', '5m', 'warning'],
  ['CPUHigh', '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8', '5m', 'warning'],
  ['MemoryHigh', '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > 0.8', '5m', 'warning'],
  ['DiskHigh', '1 - node_filesystem_avail_bytes / node_filesystem_size_bytes > 0.8', '5m', 'warning'],
];

/** Bounds and times alone, the fixed rule among them. */
export function plain(): Contender {
  const rules = PLAIN.map(([alert, expr, wait, severity]) => ({
    alert,
    expr,
    for: wait,
    labels: { severity },
  }));
  return {
    name: 'plain',
    files: { 'plain.yaml': dump({ groups: [{ name: 'plain', rules }] }, { lineWidth: -1 }) },
    rawDays: 0,
    recordedDays: 0,
    routing: routingOf(rules.map(({ alert, labels }) => ({ ...labels, alertname: alert }))),
  };
}
