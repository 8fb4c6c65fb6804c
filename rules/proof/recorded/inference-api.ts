import { REQUEST_BUCKETS, STEP_BUCKETS } from '../../../catalogue/metrics.ts';
import type { InputSeries } from '../../alert.ts';
import { counter, gauge, meanAt, spread } from '../../alerts/define.ts';
import { mixed, quantileTurn, type RecordingProof, steady, turn } from './proof.ts';

const requests = (endpoint: string, status: string, perSecond: number): InputSeries[] =>
  spread('inference_requests_total', { endpoint, status }, perSecond);
/** An endpoint without traffic, and a pod whose counters are NaN. */
const IDLE = [
  ...requests('idle', '200', 0),
  ...['200', '500'].map((status) =>
    gauge('inference_requests_total', { endpoint: 'fraud', status, pod: 'c' }, Number.NaN),
  ),
];

/** 10 requests a second become 6, and one that fails of them 3; another endpoint never fails. */
const PHASES = turn(
  [
    ...requests('fraud', '200', 8),
    ...requests('fraud', '404', 1),
    ...requests('fraud', '500', 0.5),
    ...requests('fraud', '503', 0.5),
    ...requests('batch', '200', 4),
    ...IDLE,
  ],
  [
    ...requests('fraud', '200', 2),
    ...requests('fraud', '404', 1),
    ...requests('fraud', '500', 1),
    ...requests('fraud', '503', 2),
    ...requests('batch', '200', 12),
    ...IDLE,
  ],
);

const below = (endpoint: string, le: string, perSecond: number): InputSeries[] =>
  spread('inference_request_duration_seconds_bucket', { endpoint, le }, perSecond);

const latency = (quantile: number): RecordingProof[] => [
  {
    name: 'quicker, then slower requests',
    ...quantileTurn('inference_request_duration_seconds', 'endpoint', REQUEST_BUCKETS, quantile),
  },
];

export const INFERENCE_PROOFS = {
  'inference_api:requests:rate5m': [
    { name: 'traffic that changes', phases: PHASES, yields: [{ value: mixed(14, 18) }] },
    { name: 'no traffic', phases: steady(IDLE), yields: [{ value: 0 }] },
  ],
  'inference_api:errors:ratio_rate5m': [
    { name: 'some fail', phases: PHASES, yields: [{ value: mixed(1, 3) / mixed(14, 18) }] },
    { name: 'no request fails', phases: steady(requests('batch', '200', 4)), yields: [{ value: 0 }] },
    { name: 'no traffic', phases: steady(IDLE), yields: [{ value: 0 }] },
    { name: 'no metrics', phases: steady([]), yields: [{ value: 0 }] },
  ],
  'endpoint:inference_requests:rate5m': [
    {
      name: 'traffic that changes',
      phases: PHASES,
      yields: [
        { labels: { endpoint: 'fraud' }, value: mixed(10, 6) },
        { labels: { endpoint: 'batch' }, value: mixed(4, 12) },
        { labels: { endpoint: 'idle' }, value: 0 },
      ],
    },
  ],
  'endpoint:inference_errors:ratio_rate5m': [
    {
      name: 'one endpoint fails, one does not, one has no traffic',
      phases: PHASES,
      yields: [
        { labels: { endpoint: 'fraud' }, value: mixed(1, 3) / mixed(10, 6) },
        { labels: { endpoint: 'batch' }, value: 0 },
      ],
    },
  ],
  'endpoint:inference_request_duration_seconds_bucket:rate5m': [
    {
      name: 'requests of two endpoints that change',
      phases: turn(
        [...below('fraud', '0.15', 8), ...below('fraud', '+Inf', 10), ...below('batch', '+Inf', 4)],
        [...below('fraud', '0.15', 2), ...below('fraud', '+Inf', 6), ...below('batch', '+Inf', 12)],
      ),
      yields: [
        { labels: { endpoint: 'fraud', le: '0.15' }, value: mixed(8, 2) },
        { labels: { endpoint: 'fraud', le: '+Inf' }, value: mixed(10, 6) },
        { labels: { endpoint: 'batch', le: '+Inf' }, value: mixed(4, 12) },
      ],
    },
  ],
  'endpoint:inference_request_duration_seconds:p50_5m': latency(0.5),
  'endpoint:inference_request_duration_seconds:p95_5m': latency(0.95),
  'endpoint:inference_request_duration_seconds:p99_5m': latency(0.99),
  'model_type:model_inference_duration_seconds:p95_5m': [
    {
      name: 'quicker, then slower models',
      ...quantileTurn('model_inference_duration_seconds', 'model_type', STEP_BUCKETS, 0.95),
    },
  ],
  'model_type:prediction_confidence:mean5m': [
    {
      name: 'a model grows unsure, another predicts nothing',
      phases: turn(
        [
          ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, 0.9, 4),
          ...meanAt('model_prediction_confidence', { model_type: 'idle' }, 0, 0),
        ],
        [
          ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, 0.5, 3),
          ...meanAt('model_prediction_confidence', { model_type: 'idle' }, 0, 0),
        ],
      ),
      yields: [{ labels: { model_type: 'fraud' }, value: mixed(3.6, 1.5) / mixed(4, 3) }],
    },
    {
      name: 'the confidence of a model is NaN, of another on one of three pods',
      phases: steady([
        ...spread('model_prediction_confidence_count', { model_type: 'broken' }, 2),
        gauge('model_prediction_confidence_sum', { model_type: 'broken', pod: 'a' }, Number.NaN),
        ...meanAt('model_prediction_confidence', { model_type: 'fraud' }, 0.9, 2),
        counter('model_prediction_confidence_count', { model_type: 'fraud', pod: 'c' }, 1),
        gauge('model_prediction_confidence_sum', { model_type: 'fraud', pod: 'c' }, Number.NaN),
      ]),
      yields: [
        { labels: { model_type: 'broken' }, value: 0 },
        { labels: { model_type: 'fraud' }, value: 0.6 },
      ],
    },
  ],
} as const satisfies Record<string, readonly RecordingProof[]>;
