import { PROCESSING_BUCKETS } from '../../../catalogue/metrics.ts';
import type { InputSeries } from '../../alert.ts';
import { gauge, spread } from '../../alerts/define.ts';
import { mixed, quantileTurn, type RecordingProof, steady, turn } from './proof.ts';

const counted = (
  metric: string,
  topic: string,
  labels: Readonly<Record<string, string>>,
  perSecond: number,
) => spread(metric, { topic, ...labels }, perSecond);

/** A counter of two topics, each with two values of a label that the rule adds up. */
const topics = (metric: string, label: string, values: readonly [string, string]): RecordingProof[] => [
  {
    name: 'traffic that changes',
    phases: turn(
      values.flatMap((value): InputSeries[] => [
        ...counted(metric, 'clicks', { [label]: value }, 5),
        ...counted(metric, 'orders', { [label]: value }, 1),
      ]),
      values.flatMap((value): InputSeries[] => [
        ...counted(metric, 'clicks', { [label]: value }, 2),
        ...counted(metric, 'orders', { [label]: value }, 3),
      ]),
    ),
    yields: [
      { labels: { topic: 'clicks' }, value: 2 * mixed(5, 2) },
      { labels: { topic: 'orders' }, value: 2 * mixed(1, 3) },
    ],
  },
];

const lag = (topic: string, consumergroup: string, pod: string, value: number): InputSeries =>
  gauge('kafka_consumer_lag_sum', { topic, consumergroup, pod }, value);

export const STREAM_PROOFS = {
  'stream_processing:consumer_lag:sum': [
    {
      name: 'each consumer reports its whole group',
      phases: steady([
        lag('clicks', 'features', 'a', 70),
        lag('clicks', 'features', 'b', 50),
        lag('clicks', 'audit', 'a', 3),
        lag('orders', 'features', 'a', 8),
      ]),
      yields: [
        { labels: { topic: 'clicks', consumergroup: 'features' }, value: 70 },
        { labels: { topic: 'clicks', consumergroup: 'audit' }, value: 3 },
        { labels: { topic: 'orders', consumergroup: 'features' }, value: 8 },
      ],
    },
  ],
  'topic:stream_events:rate5m': topics('stream_events_processed_total', 'status', ['ok', 'error']),
  'topic:stream_processing_duration_seconds:p95_5m': [
    {
      name: 'quicker, then slower events',
      ...quantileTurn('stream_processing_duration_seconds', 'topic', PROCESSING_BUCKETS, 0.95),
    },
  ],
  'topic:stream_dead_letters:rate5m': topics('stream_dead_letters_total', 'reason', ['schema', 'timeout']),
} as const satisfies Record<string, readonly RecordingProof[]>;
