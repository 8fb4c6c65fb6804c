import { PROCESSING_BUCKETS } from '../../catalogue/metrics.ts';
import { above, age, gauge, type RuleModule, spread } from './define.ts';
import { vanished } from './vanished.ts';

const base = {
  service: 'stream-processing',
  team: 'streaming',
  group: 'stream-processing',
  dashboard: 'stream-processing',
} as const;

const TOPIC = { topic: 'transactions' };
const GROUP = { ...TOPIC, consumergroup: 'features' };
const DEAD = 'sum by (topic) (increase(stream_dead_letters_total[10m]))';
const EVENTS = 'sum by (topic) (increase(stream_events_processed_total[10m]))';

/** Fewest events in 10 minutes of which a share says something. */
const FEWEST_EVENTS = 20;
const HANDLED = `${DEAD} + (${EVENTS} or 0 * ${DEAD})`;

/** A number of events of a topic in 10 minutes, of which a share ends as dead letters. */
const handled = (number: number, deadShare: number) => [
  ...spread('stream_dead_letters_total', { ...TOPIC, reason: 'schema' }, (number / 600) * deadShare),
  ...spread('stream_events_processed_total', { ...TOPIC, status: 'ok' }, (number / 600) * (1 - deadShare)),
];

export const streamProcessing: RuleModule = {
  recordings: [
    {
      record: 'stream_processing:consumer_lag:sum',
      group: base.group,
      expr: 'max by (topic, consumergroup) (kafka_consumer_lag_sum)',
      help: 'Messages that wait, by topic and consumer group; each consumer reports the whole group.',
    },
    {
      record: 'topic:stream_events:rate5m',
      group: base.group,
      expr: 'sum by (topic) (rate(stream_events_processed_total[5m]))',
      help: 'Events a second by topic.',
    },
    {
      record: 'topic:stream_processing_duration_seconds:p95_5m',
      group: base.group,
      expr: 'histogram_quantile(0.95, sum by (le, topic) (rate(stream_processing_duration_seconds_bucket[5m]))) >= 0',
      help: `95th percentile of the time to process an event, by topic with events; at most ${PROCESSING_BUCKETS.at(-1)} s.`,
    },
    {
      record: 'topic:stream_dead_letters:rate5m',
      group: base.group,
      expr: 'sum by (topic) (rate(stream_dead_letters_total[5m]))',
      help: 'Dead letters a second by topic.',
    },
  ],
  alerts: [
    {
      ...base,
      name: 'ConsumerLagHigh',
      severity: 'warning',
      signal: 'lag',
      expr: (threshold) => `stream_processing:consumer_lag:sum > ${threshold}`,
      threshold: above(10_000, 'messages'),
      guards: { slo: 'stream-lag', limit: 10_000 },
      for: '2m',
      summary: 'Stream processing falls behind',
      description:
        'The consumer group {{ $labels.consumergroup }} has {{ $value | humanize }} messages of {{ $labels.topic }} still to read; its SLO is 1,000.',
      runbook: 'consumer-lag',
      proofs: [
        {
          series: (level) => [
            gauge('kafka_consumer_lag_sum', { ...GROUP, instance: 'a:1', pod: 'a' }, level),
            gauge('kafka_consumer_lag_sum', { ...GROUP, instance: 'b:1', pod: 'b' }, level / 2),
          ],
          exact: true,
          labels: [GROUP],
        },
      ],
    },
    {
      ...base,
      name: 'DeadLettersRising',
      severity: 'warning',
      signal: 'errors',
      expr: (threshold) => `${DEAD} / (${HANDLED} >= ${FEWEST_EVENTS}) > ${threshold}`,
      threshold: above(0.01, 'ratio'),
      for: '5m',
      summary: 'Too many events end in the dead letter queue',
      description:
        '{{ $value | humanizePercentage }} of the events of {{ $labels.topic }} were given up over the last 10 minutes.',
      runbook: 'dead-letters',
      proofs: [
        {
          series: (level) => handled(FEWEST_EVENTS * 1.003, level),
          settles: '10m',
          recovers: '15m',
          labels: [TOPIC],
        },
        {
          name: 'nothing but dead letters',
          series: (level) => spread('stream_dead_letters_total', { ...TOPIC, reason: 'schema' }, level),
          over: 1,
          under: 0,
          settles: '30s',
          recovers: '15m',
          labels: [TOPIC],
        },
      ],
      timelines: [
        {
          name: 'fewer than 20 events',
          phases: () => [
            {
              lasts: '30m',
              series: [
                ...handled(FEWEST_EVENTS * 0.98, 0.5),
                ...spread('stream_events_processed_total', { topic: 'clicks', status: 'ok' }, 10),
                ...spread('stream_dead_letters_total', { topic: 'clicks', reason: 'schema' }, 0),
              ],
            },
          ],
        },
      ],
    },
    {
      ...base,
      name: 'WatermarkStalled',
      severity: 'warning',
      signal: 'freshness',
      // The slowest instance is as far as the stream is complete; one that has read nothing yet is at 0.
      expr: (threshold) => `time() - min by (topic) (stream_watermark_timestamp_seconds > 0) > ${threshold}`,
      threshold: above(600, 'seconds'),
      for: '5m',
      summary: 'The watermark of a stream stands still',
      description:
        'The watermark of {{ $labels.topic }} lies {{ $value | humanizeDuration }} back: windows wait to be closed.',
      runbook: 'watermark-stalled',
      proofs: [
        {
          series: (level) => [
            age('stream_watermark_timestamp_seconds', { ...TOPIC, instance: 'a:1', pod: 'a' }, level),
            age('stream_watermark_timestamp_seconds', { ...TOPIC, instance: 'b:1', pod: 'b' }, level / 2),
            gauge('stream_watermark_timestamp_seconds', { ...TOPIC, instance: 'c:1', pod: 'c' }, 0),
          ],
          exact: true,
          labels: [TOPIC],
        },
      ],
    },
    vanished({
      ...base,
      name: 'ConsumerGroupMissing',
      metric: 'kafka_consumer_lag_sum',
      labels: ['topic', 'consumergroup'],
      summary: 'A consumer group reports nothing any more',
      description:
        'The consumer group {{ $labels.consumergroup }} read {{ $labels.topic }} within 6 hours and reports no lag, while others do: its alerts and its SLO say nothing of it.',
    }),
  ],
};
