import type { Slo, SloName } from '../catalogue/slos.ts';
import { alertnameOf, type ResolvedAlert } from '../rules/alert.ts';
import type { Runbooks } from './panels/alerts.ts';
import type { DashboardsSettings } from './settings.ts';

/** The alert whose threshold each coloured limit of the dashboards is. */
export const LIMITS = {
  latencyP95: 'InferenceAPIHighLatency',
  latencyP95Severe: 'InferenceAPILatencySLOBroken',
  errorRatio: 'InferenceAPIHighErrorRate',
  activeRequests: 'InferenceAPIHighLoad',
  availability: 'InferenceAPIAvailabilityLow',
  cacheHitRatio: 'CacheHitRateLow',
  freshness: 'FeaturesStale',
  confidence: 'ModelConfidenceLow',
  lag: 'ConsumerLagHigh',
  deadLetters: 'DeadLettersRising',
  watermarkDelay: 'WatermarkStalled',
  trainingAge: 'TrainingStale',
  drift: 'ModelDrift',
  quality: 'DataQualityFailing',
  cpu: 'CPUHigh',
  memory: 'MemoryHigh',
  disk: 'DiskHigh',
  certificate: 'CertificateExpiring',
  ruleDuration: 'RuleEvaluationSlow',
  storage: 'PrometheusStorageNearLimit',
  pagingBurn: 'InferenceAvailabilityBudgetBurnFast',
  healthScore: 'HealthScoreLow',
} as const;

/** In base units; undefined where the stack has the alert switched off: then nothing is coloured by it. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number | undefined>>;

/** What the dashboards of a stack are built from. */
export interface DashboardContext {
  readonly settings: DashboardsSettings;
  readonly slos: Readonly<Record<string, Slo>>;
  /** Thresholds of the alerts as the stack has set them, in base units. */
  readonly limits: Limits;
  readonly runbooks: Runbooks;
}

/** Reads the limits off the stack's alerts, so that no threshold is written twice. */
export function limitsOf(alerts: readonly ResolvedAlert[]): Limits {
  const thresholds = new Map(alerts.map(({ name, threshold }) => [name, threshold.value]));
  return Object.fromEntries(
    Object.entries(LIMITS).map(([key, name]) => [key, thresholds.get(name)]),
  ) as Limits;
}

/** Pages of the runbooks below `base` of alerts that somebody must look into. */
export function runbooksOf(alerts: readonly ResolvedAlert[], base: string): Runbooks {
  const pages = alerts
    .filter(({ labels: { severity } }) => severity === 'critical' || severity === 'warning')
    .filter(({ annotations, runbook }) => annotations.runbook_url === `${base}/${runbook}`)
    .map((alert) => [alertnameOf(alert), alert.runbook]);
  return { base, pages: Object.fromEntries(pages) };
}

/** Bound of a time-slice SLO: the level that a good minute meets. Undefined where the stack does without the SLO. */
export function sloBound(context: DashboardContext, name: SloName): number | undefined {
  const slo = context.slos[name];
  if (slo === undefined) return undefined;
  if (slo.kind !== 'slices') throw new Error(`SLO '${name}' has no bound: it is not a time-slice SLO`);
  return slo.bound.value;
}
