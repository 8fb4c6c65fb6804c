import type { Slo, SloName } from '../catalogue/slos.ts';
import type { ResolvedAlert } from '../rules/alert.ts';
import type { DashboardsSettings } from './settings.ts';

/** The alert whose threshold each coloured limit of the dashboards is. */
const LIMITS = {
  latencyP95: 'InferenceAPIHighLatency',
  latencyP95Severe: 'InferenceAPILatencySLOBroken',
  errorRatio: 'InferenceAPIHighErrorRate',
  requestRate: 'InferenceAPIHighLoad',
  cacheHitRatio: 'CacheHitRateLow',
  freshness: 'FeaturesStale',
  confidence: 'ModelConfidenceLow',
  lag: 'ConsumerLagHigh',
  drift: 'ModelDrift',
  quality: 'DataQualityFailing',
  cpu: 'CPUHigh',
  memory: 'MemoryHigh',
  disk: 'DiskHigh',
  healthScore: 'HealthScoreLow',
} as const;

export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** What the dashboards of a stack are built from. */
export interface DashboardContext {
  readonly settings: DashboardsSettings;
  readonly slos: Readonly<Record<string, Slo>>;
  /** Thresholds of the alerts as the stack has set them, in base units. */
  readonly limits: Limits;
}

/** Reads the limits off the stack's alerts, so that no threshold is written twice. */
export function limitsOf(alerts: readonly ResolvedAlert[]): Limits {
  const values = Object.entries(LIMITS).map(([key, name]) => {
    const alert = alerts.find((candidate) => candidate.name === name);
    if (!alert)
      throw new Error(`dashboards read the threshold of alert '${name}', which the rules do not have`);
    return [key, alert.threshold.value];
  });
  return Object.fromEntries(values) as Limits;
}

/** Bound of a time-slice SLO: the level that a good minute meets. */
export function sloBound(context: DashboardContext, name: SloName): number {
  const slo = context.slos[name];
  if (slo?.kind !== 'slices') throw new Error(`SLO '${name}' has no bound: it is not a time-slice SLO`);
  return slo.bound.value;
}
