import type { DashboardUid } from './dashboards.ts';
import { ENOUGH_PREDICTIONS, ENOUGH_READS } from './minimum-samples.ts';

/** Days of the rolling window that an objective is held over. */
export type SloWindow = 7 | 28 | 30 | 90;
export const SLO_WINDOWS = [7, 28, 30, 90] as const satisfies readonly SloWindow[];
export const DEFAULT_SLO_WINDOW: SloWindow = 30;

/**
 * Fewest events in the long window of a burn alert for it to fire. At 100, a burn of 14.4 against 99.9 % needs
 * two failures, so that one failed request in a quiet hour pages nobody.
 */
export const DEFAULT_MINIMUM_EVENTS = 100;
/** The same for time slices, in minutes that had data. */
export const DEFAULT_MINIMUM_MINUTES = 10;
/** Share of minutes that meet the bound of a time-slice SLO. */
export const DEFAULT_SLICE_OBJECTIVE = 0.99;

interface SloBase {
  readonly title: string;
  /** What is promised, in words that a user of the service understands. */
  readonly promise: string;
  readonly service: string;
  /** Who owns the objective. */
  readonly team: string;
  /** Share of good events, or of good minutes, between 0 and 1. */
  readonly objective: number;
  readonly windowDays: SloWindow;
  readonly dashboard: DashboardUid;
  /** What goes wrong when it is missed, in the terms of alerts: a louder alert of the same signal silences its own. */
  readonly signal: 'availability' | 'latency' | 'errors' | 'freshness' | 'lag' | 'quality' | 'cache';
  /** Page under the runbooks' base URL. */
  readonly runbook: string;
  /** Whether a fast burn pages. Default: for events, which users feel at once; a level is looked into. */
  readonly pages?: boolean;
}

/** Good events over all events. */
export interface EventSlo extends SloBase {
  readonly kind: 'events';
  /** What the events are, in the plural. Default: `events`. */
  readonly noun?: string;
  /** PromQL: bad events a second, summed to one series; `$window` is the range. */
  readonly bad: string;
  /** PromQL: all events a second, summed to one series; `$window` is the range. */
  readonly total: string;
  /**
   * PromQL that is 1 while probes reach the service and 0 while none does. A minute at 0 with under half the traffic
   * that the service has had on average over a day counts as bad with that average, since a dead service has no
   * requests. With more, it is the prober that is cut off, and the requests count. Default: none.
   */
  readonly probe?: string;
  /** Fewest events in a long window. Default: `DEFAULT_MINIMUM_EVENTS`. */
  readonly minimumEvents: number;
}

/** Good minutes over minutes with data, for a level that is no share of events. */
export interface SliceSlo extends SloBase {
  readonly kind: 'slices';
  /** PromQL of the level, one series. No sample: no data, and the minute counts neither way. */
  readonly level: string;
  /** Which levels are good. */
  readonly bound: { readonly op: '<' | '>'; readonly value: number; readonly unit: string };
  /** Fewest minutes with data in a long window. Default: `DEFAULT_MINIMUM_MINUTES`. */
  readonly minimumEvents: number;
}

export type Slo = EventSlo | SliceSlo;

const slice = {
  kind: 'slices',
  objective: DEFAULT_SLICE_OBJECTIVE,
  windowDays: DEFAULT_SLO_WINDOW,
  minimumEvents: DEFAULT_MINIMUM_MINUTES,
} as const;

const requests = {
  kind: 'events',
  noun: 'requests',
  windowDays: DEFAULT_SLO_WINDOW,
  minimumEvents: DEFAULT_MINIMUM_EVENTS,
} as const;

/** The service level objectives. The name is the value of the `slo` label. */
export const SLOS = {
  'inference-availability': {
    ...requests,
    signal: 'availability',
    title: 'Inference API availability',
    promise: 'Requests to the inference API are answered without a server error.',
    service: 'inference-api',
    team: 'ml-serving',
    objective: 0.999,
    // A pod whose counter is NaN, which a client keeps until it restarts, is left out: it would make the sum NaN.
    bad: 'sum(rate(inference_requests_total{status=~"5.."}[$window]) >= 0)',
    total: 'sum(rate(inference_requests_total[$window]) >= 0)',
    probe: 'max(max_over_time(probe_success{job="probe-http", service="inference-api"}[1m]))',
    dashboard: 'inference-api',
    runbook: 'inference-availability-slo',
  },
  'inference-latency': {
    ...requests,
    signal: 'latency',
    title: 'Inference API latency',
    promise: 'Requests to the inference API are answered within 150 ms.',
    service: 'inference-api',
    team: 'ml-serving',
    objective: 0.95,
    // A histogram without the bound is estimated from its other buckets; without any bucket nothing was seen to be fast.
    bad: 'sum(rate(inference_request_duration_seconds_count[$window])) - (sum(rate(inference_request_duration_seconds_bucket{le="0.15"}[$window])) or histogram_fraction(-Inf, 0.15, sum by (le) (rate(inference_request_duration_seconds_bucket[$window]))) * sum(rate(inference_request_duration_seconds_count[$window])) or vector(0))',
    total: 'sum(rate(inference_request_duration_seconds_count[$window]))',
    dashboard: 'inference-api',
    runbook: 'inference-latency-slo',
  },
  'cache-hit-rate': {
    ...slice,
    signal: 'cache',
    title: 'Feature cache hit rate',
    promise: 'The cache answers more than 90 % of feature reads.',
    service: 'feature-store',
    team: 'feature-platform',
    level: `feature_store:cache_hits:ratio_rate5m and on () ${ENOUGH_READS}`,
    bound: { op: '>', value: 0.9, unit: 'ratio' },
    dashboard: 'feature-store',
    runbook: 'cache-hit-rate-slo',
  },
  'feature-freshness': {
    ...slice,
    signal: 'freshness',
    title: 'Feature freshness',
    promise: 'The newest value of every feature group is less than 5 minutes old.',
    service: 'feature-store',
    team: 'feature-platform',
    level: 'max(min by (feature_group) (feature_freshness_seconds))',
    bound: { op: '<', value: 300, unit: 'seconds' },
    dashboard: 'feature-store',
    runbook: 'feature-freshness-slo',
  },
  'stream-lag': {
    ...slice,
    signal: 'lag',
    title: 'Stream processing lag',
    promise: 'Fewer than 1,000 messages wait in every topic for a consumer group.',
    service: 'stream-processing',
    team: 'streaming',
    level: 'max(stream_processing:consumer_lag:sum)',
    bound: { op: '<', value: 1000, unit: 'messages' },
    dashboard: 'stream-processing',
    runbook: 'stream-lag-slo',
  },
  'model-confidence': {
    ...slice,
    signal: 'quality',
    title: 'Model confidence',
    promise: 'The mean confidence of every model is over 80 %.',
    service: 'inference-api',
    team: 'ml-serving',
    level: `min(model_type:prediction_confidence:mean5m and on (model_type) ${ENOUGH_PREDICTIONS})`,
    bound: { op: '>', value: 0.8, unit: 'ratio' },
    dashboard: 'inference-api',
    runbook: 'model-confidence-slo',
  },
} as const satisfies Record<string, Slo>;

export type SloName = keyof typeof SLOS;
