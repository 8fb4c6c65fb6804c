import type { DashboardOutline } from './dashboard.ts';
import { type DashboardContext, sloBound } from './limits.ts';
import { PERCENTILE_COLORS } from './panels/colors.ts';
import { colored, heatmap, timeSeries } from './panels/graphs.ts';
import { stat, stateTimeline } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { REACHABLE } from './panels/mappings.ts';
import { line, row } from './panels/panel.ts';
import { buckets, instant, orZero, range } from './panels/query.ts';
import { highIsBad, lowIsBad, NONE_EXPECTED } from './panels/thresholds.ts';
import { datasourceVariable, topicVariable } from './panels/variables.ts';

const TOPIC = 'topic=~"$topic"';

/** From how far behind the stream is to why: throughput, processing time, failures, Kafka. */
export function streamProcessing(context: DashboardContext): DashboardOutline {
  return {
    uid: 'stream-processing',
    folder: 'operations',
    question: 'Are events processed as fast as they come, and is any of them lost?',
    next: 'Lag with normal throughput is a rush; lag with low throughput is a slow or stuck consumer.',
    variables: [datasourceVariable(), topicVariable()],
    rows: [
      row('Is the stream keeping up', line(4, ...verdict(context))),
      row('Consumer lag', line(8, lag(context), lagSeconds(), catchUp())),
      row('Throughput', line(8, producedAndConsumed(), throughput(), failures())),
      row('Processing latency', line(8, percentiles(), slowTopics(), latencyHeatmap())),
      row('Dead letters', line(7, deadLetters(), deadLetterDepth())),
      row('Watermarks', line(7, watermarkDelay(context), watermarkProgress())),
      row('Kafka', line(4, kafka())),
    ],
  };
}

const lagLevels = (context: DashboardContext) =>
  highIsBad({ warning: sloBound(context, 'stream-lag'), bad: context.limits.lag });

const verdict = (context: DashboardContext) => [
  stat({
    title: 'Largest consumer lag',
    description:
      'Messages that wait in the topic that is furthest behind. Yellow past the objective, red past the alert.',
    unit: 'short',
    min: 0,
    levels: lagLevels(context),
    sparkline: true,
    links: [toDashboard('slos')],
    queries: [range(`max(stream_processing:consumer_lag:sum{${TOPIC}})`, 'lag')],
    shows: ['consumer-lag'],
  }),
  stat({
    title: 'Events processed per second',
    description: 'All topics, five-minute mean.',
    unit: 'eps',
    min: 0,
    sparkline: true,
    queries: [range(`sum(topic:stream_events:rate5m{${TOPIC}})`, 'events')],
    shows: ['broker-down'],
  }),
  stat({
    title: 'Share of events that failed',
    description: 'Events that ended in an error over all events of the last minutes.',
    unit: 'percentunit',
    min: 0,
    decimals: 2,
    levels: highIsBad({ bad: context.limits.errorRatio }),
    queries: [
      orZero(
        instant(
          `sum(rate(stream_events_processed_total{status="error", ${TOPIC}}[$__rate_interval])) / sum(rate(stream_events_processed_total{${TOPIC}}[$__rate_interval]) > 0)`,
          'failed',
        ),
        'A status that never happened has no series: no failed event is a share of zero.',
      ),
    ],
    shows: ['dead-letters'],
  }),
  stat({
    title: 'Dead letters waiting',
    description: 'Events given up and not yet looked at.',
    unit: 'short',
    min: 0,
    levels: NONE_EXPECTED,
    queries: [
      orZero(
        instant(`sum(max by (topic) (stream_dead_letter_queue_depth{${TOPIC}}))`, 'dead letters'),
        'A queue that never held anything may not be exposed: that is an empty queue.',
      ),
    ],
    shows: ['dead-letters'],
  }),
  stat({
    title: 'Largest watermark delay',
    description: 'How far the stream furthest behind trails real time.',
    unit: 's',
    min: 0,
    decimals: 1,
    sparkline: true,
    queries: [range(`time() - min(stream_watermark_timestamp_seconds{${TOPIC}} > 0)`, 'delay')],
    shows: ['consumer-lag', 'broker-down'],
  }),
];

const lag = (context: DashboardContext) =>
  timeSeries({
    title: 'Consumer lag by topic',
    description: 'Messages that a consumer group has yet to read. Dashed: objective and alert.',
    unit: 'short',
    min: 0,
    levels: lagLevels(context),
    links: [toDashboard('slos')],
    queries: [
      range(
        `max by (topic, consumergroup) (stream_processing:consumer_lag:sum{${TOPIC}})`,
        '{{topic}} ({{consumergroup}})',
      ),
    ],
    shows: ['consumer-lag', 'broker-down'],
  });

const catchUp = () =>
  timeSeries({
    title: 'Growth of the lag by topic',
    description:
      'Messages a second by which the lag grows; below zero it is being worked off. Over zero for long, consumers are too few.',
    unit: 'eps',
    queries: [
      range(
        `sum by (topic) (max by (topic, consumergroup) (deriv(kafka_consumer_lag_sum{${TOPIC}}[$__rate_interval])))`,
        '{{topic}}',
      ),
    ],
    shows: ['consumer-lag'],
  });

const lagSeconds = () =>
  timeSeries({
    title: 'Consumer lag in seconds by topic',
    description:
      'Time that the consumers take for the messages that wait, at the rate of the last five minutes. Nothing where they stand still.',
    unit: 's',
    min: 0,
    links: [toDashboard('slos')],
    queries: [
      range(
        `max by (topic) (stream_processing:consumer_lag:sum{${TOPIC}}) / on (topic) (max by (topic) (topic:stream_events:rate5m{${TOPIC}}) > 0)`,
        '{{topic}}',
      ),
    ],
    shows: ['consumer-lag'],
  });

const producedAndConsumed = () =>
  timeSeries({
    title: 'Events produced against consumed',
    description:
      'Produced is what is consumed and the growth of the lag. Produced over consumed for long: consumers are too few.',
    unit: 'eps',
    min: 0,
    overrides: [colored('produced', 'blue'), colored('consumed', 'green')],
    queries: [
      range(
        `clamp_min(sum(rate(stream_events_processed_total{${TOPIC}}[$__rate_interval])) + sum(max by (topic) (deriv(kafka_consumer_lag_sum{${TOPIC}}[$__rate_interval]))), 0)`,
        'produced',
      ),
      range(`sum(rate(stream_events_processed_total{${TOPIC}}[$__rate_interval]))`, 'consumed'),
    ],
    shows: ['consumer-lag'],
  });

const throughput = () =>
  timeSeries({
    title: 'Events processed per second by topic',
    description: 'Five-minute mean of all events, failed ones included.',
    unit: 'eps',
    min: 0,
    draw: 'stacked',
    queries: [range(`topic:stream_events:rate5m{${TOPIC}}`, '{{topic}}')],
    shows: ['broker-down', 'high-load'],
  });

const failures = () =>
  timeSeries({
    title: 'Share of events that failed by topic',
    description: 'Events that ended in an error over all events of the topic.',
    unit: 'percentunit',
    min: 0,
    softMax: 0.02,
    queries: [
      range(
        `(sum by (topic) (rate(stream_events_processed_total{status="error", ${TOPIC}}[$__rate_interval])) or 0 * sum by (topic) (rate(stream_events_processed_total{${TOPIC}}[$__rate_interval]))) / sum by (topic) (rate(stream_events_processed_total{${TOPIC}}[$__rate_interval]) > 0)`,
        '{{topic}}',
      ),
    ],
    shows: ['dead-letters'],
  });

const percentiles = () =>
  timeSeries({
    title: 'Processing time of an event, P50 P95 P99',
    description: 'Over all topics chosen. A P99 that leaves the others behind is a few heavy events.',
    unit: 's',
    min: 0,
    overrides: PERCENTILE_COLORS,
    queries: [50, 95, 99].map((percentile) =>
      range(
        `histogram_quantile(${percentile / 100}, sum by (le) (rate(stream_processing_duration_seconds_bucket{${TOPIC}}[$__rate_interval])))`,
        `P${percentile}`,
      ),
    ),
    shows: ['consumer-lag'],
  });

const slowTopics = () =>
  timeSeries({
    title: 'P95 processing time by topic',
    description: 'Five-minute P95 of each topic: which one is slow.',
    unit: 's',
    min: 0,
    queries: [range(`topic:stream_processing_duration_seconds:p95_5m{${TOPIC}}`, '{{topic}}')],
    shows: ['consumer-lag'],
  });

const latencyHeatmap = () =>
  heatmap({
    title: 'Processing time of events',
    description: 'How many events a second take how long. Two bands are two kinds of events.',
    unit: 's',
    countUnit: 'eps',
    queries: [
      buckets(`sum by (le) (rate(stream_processing_duration_seconds_bucket{${TOPIC}}[$__rate_interval]))`),
    ],
  });

const deadLetters = () =>
  timeSeries({
    title: 'Dead letters per second by reason',
    description: 'Events given up, by topic and reason. The reason says whether data or code is at fault.',
    unit: 'eps',
    min: 0,
    draw: 'stacked',
    queries: [
      range(
        `sum by (topic, reason) (rate(stream_dead_letters_total{${TOPIC}}[$__rate_interval])) > 0`,
        '{{topic}}: {{reason}}',
      ),
    ],
    emptyWhenHealthy: { incident: 'dead-letters', says: 'No event was given up' },
    shows: ['dead-letters'],
  });

const deadLetterDepth = () =>
  timeSeries({
    title: 'Dead letters waiting by topic',
    description: 'Depth of the dead letter queue. It falls only when somebody replays or drops them.',
    unit: 'short',
    min: 0,
    softMax: 10,
    queries: [range(`max by (topic) (stream_dead_letter_queue_depth{${TOPIC}})`, '{{topic}}')],
    shows: ['dead-letters'],
  });

const watermarkDelay = (context: DashboardContext) =>
  timeSeries({
    title: 'Delay of the watermark by topic',
    description:
      'Real time minus the event time up to which the stream is complete. Windows close this late.',
    unit: 's',
    min: 0,
    levels: highIsBad({ bad: context.limits.watermarkDelay }),
    queries: [
      range(`time() - min by (topic) (stream_watermark_timestamp_seconds{${TOPIC}} > 0)`, '{{topic}}'),
    ],
    shows: ['consumer-lag', 'broker-down'],
  });

const watermarkProgress = () =>
  timeSeries({
    title: 'Progress of the watermark by topic',
    description:
      'Seconds of event time per second: 1 keeps pace with real time, less falls behind, 0 is stuck, more catches up.',
    unit: 'none',
    min: 0,
    levels: lowIsBad({ bad: 0.5, good: 0.9 }),
    queries: [
      range(
        `min by (topic) (deriv(stream_watermark_timestamp_seconds{${TOPIC}}[$__rate_interval]))`,
        '{{topic}}',
      ),
    ],
    shows: ['broker-down'],
  });

const kafka = () =>
  stateTimeline({
    title: 'Kafka and the stream processor reachable',
    description: 'Probes of the broker by TCP and of the stream processor by HTTP.',
    unit: 'none',
    min: 0,
    max: 1,
    mappings: REACHABLE,
    queries: [
      range(
        'max by (service) (probe_success{job=~"probe-http|probe-tcp", service=~"kafka|stream-processing"})',
        '{{service}}',
      ),
    ],
    shows: ['broker-down'],
  });
