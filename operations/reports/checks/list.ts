import { SLOS } from '../../../catalogue/slos.ts';
import type { Unit } from '../document.ts';

/** One thing that is looked at daily. */
export interface CheckDefinition {
  readonly title: string;
  /** PromQL of one series: the worst, where there are several. */
  readonly expr: string;
  readonly unit: Unit;
  /** Which way is better; `either` where a change matters and neither way is good in itself. */
  readonly better: 'low' | 'high' | 'either';
  /** What must hold, on the side that `better` names. Default: nothing is promised. */
  readonly bound?: number;
}

/** Errors, latency, freshness, cache, predictions, lag; anomalies are looked for in all of them. */
export const CHECKS: readonly CheckDefinition[] = [
  {
    title: 'Error rate',
    expr: 'inference_api:errors:ratio_rate5m',
    unit: 'ratio',
    better: 'low',
    bound: 0.01,
  },
  {
    title: 'P95 latency of the slowest endpoint',
    expr: 'max(endpoint:inference_request_duration_seconds:p95_5m)',
    unit: 'seconds',
    better: 'low',
    bound: 0.15,
  },
  { title: 'Requests', expr: 'inference_api:requests:rate5m', unit: 'per_second', better: 'either' },
  {
    title: 'Age of the oldest feature group',
    expr: 'max(min by (feature_group) (feature_freshness_seconds))',
    unit: 'seconds',
    better: 'low',
    bound: SLOS['feature-freshness'].bound.value,
  },
  {
    title: 'Cache hit rate',
    expr: 'feature_store:cache_hits:ratio_rate5m',
    unit: 'ratio',
    better: 'high',
    bound: SLOS['cache-hit-rate'].bound.value,
  },
  {
    title: 'Predictions',
    expr: 'sum(rate(model_predictions_total[5m]))',
    unit: 'per_second',
    better: 'either',
  },
  {
    title: 'Confidence of the least sure model',
    expr: 'min(model_type:prediction_confidence:mean5m)',
    unit: 'ratio',
    better: 'high',
    bound: SLOS['model-confidence'].bound.value,
  },
  {
    title: 'Longest consumer lag',
    expr: 'max(stream_processing:consumer_lag:sum)',
    unit: 'count',
    better: 'low',
    bound: SLOS['stream-lag'].bound.value,
  },
  { title: 'Health score', expr: 'platform:health_score:ratio', unit: 'ratio', better: 'high', bound: 0.9 },
];
