/** A series that a recording rule writes. */
export interface RecordedSeries {
  /** Labels that the series has; dashboards and alerts may rely on no others. */
  readonly labels: readonly string[];
  readonly help: string;
}

const slo = (help: string, labels: readonly string[] = []): RecordedSeries => ({
  labels: ['slo', 'service', 'team', ...labels],
  help,
});

/** Every series that the recording rules write, by name (`level:metric:operations`). */
export const RECORDED = {
  'inference_api:requests:rate5m': { labels: [], help: 'Requests a second.' },
  'inference_api:errors:ratio_rate5m': {
    labels: [],
    help: 'Share of requests answered with a server error; 0 without traffic.',
  },
  'endpoint:inference_requests:rate5m': { labels: ['endpoint'], help: 'Requests a second by endpoint.' },
  'endpoint:inference_errors:ratio_rate5m': {
    labels: ['endpoint'],
    help: 'Share of requests answered with a server error, by endpoint with traffic.',
  },
  'endpoint:inference_request_duration_seconds_bucket:rate5m': {
    labels: ['endpoint', 'le'],
    help: 'Requests a second up to each bound of latency, by endpoint.',
  },
  'endpoint:inference_request_duration_seconds:p50_5m': {
    labels: ['endpoint'],
    help: 'Median latency by endpoint.',
  },
  'endpoint:inference_request_duration_seconds:p95_5m': {
    labels: ['endpoint'],
    help: '95th percentile of latency by endpoint.',
  },
  'endpoint:inference_request_duration_seconds:p99_5m': {
    labels: ['endpoint'],
    help: '99th percentile of latency by endpoint.',
  },
  'model_type:model_inference_duration_seconds:p95_5m': {
    labels: ['model_type'],
    help: '95th percentile of inference time by model.',
  },
  'model_type:prediction_confidence:mean5m': {
    labels: ['model_type'],
    help: 'Mean confidence by model with predictions.',
  },
  'feature_store:cache_hits:ratio_rate5m': {
    labels: [],
    help: 'Share of feature reads that the cache answered; absent without reads.',
  },
  'feature_group:cache_hits:ratio_rate5m': {
    labels: ['feature_group'],
    help: 'Share of feature reads that the cache answered, by group with reads.',
  },
  'stream_processing:consumer_lag:sum': {
    labels: ['topic', 'consumergroup'],
    help: 'Messages that wait, by topic and consumer group.',
  },
  'topic:stream_events:rate5m': { labels: ['topic'], help: 'Events a second by topic.' },
  'topic:stream_processing_duration_seconds:p95_5m': {
    labels: ['topic'],
    help: '95th percentile of the time to process an event, by topic.',
  },
  'topic:stream_dead_letters:rate5m': { labels: ['topic'], help: 'Dead letters a second by topic.' },
  'feature_group:quality_failures:ratio_rate15m': {
    labels: ['feature_group'],
    help: 'Share of data quality checks that failed, by group with checks.',
  },
  'job:up:ratio': { labels: ['job'], help: 'Share of the targets of a job that answer.' },
  'service:probe_success:max': {
    labels: ['service'],
    help: '1 where some HTTP probe of the service succeeds, 0 where all fail.',
  },
  'instance:node_cpu:ratio_rate5m': { labels: ['instance'], help: 'Share of CPU in use by machine.' },
  'instance:node_memory_used:ratio': { labels: ['instance'], help: 'Share of memory in use by machine.' },
  'instance:node_filesystem_used:ratio': {
    labels: ['instance', 'mountpoint'],
    help: 'Share of space in use by file system that can be written.',
  },
  'platform:health_component:ratio': {
    labels: ['component'],
    help: 'Health of one part of the platform, 0 to 1.',
  },
  'platform:health_weight:ratio': {
    labels: ['component'],
    help: 'Weight of a part in the health score while it has data.',
  },
  'platform:health_score:ratio': {
    labels: [],
    help: 'Weighted mean of the health of every part, 0 to 1.',
  },
  'slo:objective:ratio': slo('Objective: share of good events or minutes.'),
  'slo:slice_bad:bool': slo(
    '1 in a minute that misses the bound of a time-slice SLO, 0 in a good one; absent without data.',
  ),
  'slo:probe_weight:rate1d': slo('Events a second that a minute without a successful probe stands for.'),
  'slo:probe_failed:bool': slo(
    '1 in a minute without a successful probe and with little traffic, 0 otherwise.',
  ),
  'slo:bad:rate1m': slo('Bad events a second over the last minute.'),
  'slo:total:rate1m': slo('All events a second over the last minute.'),
  'slo:running_sum:start_timestamp': slo(
    'When the running totals began, as a Unix time; negative where nothing was measured before. Of this Prometheus alone, with rules.longWindows: totals.',
  ),
  'slo:bad:running_sum': slo('Bad events or minutes since the running totals began.'),
  'slo:total:running_sum': slo('All events or minutes since the running totals began.'),
  'slo:history:running_sum': slo(
    'Minutes for which the SLO has been measured since the running totals began.',
  ),
  'slo:bad:increase': slo('Bad events or minutes in the window.', ['window']),
  'slo:total:increase': slo('All events or minutes in the window.', ['window']),
  'slo:error:ratio': slo('Bad over all in the window; absent without events.', ['window']),
  'slo:history:ratio': slo('Share of the window for which the SLO has been measured.', ['window']),
  'slo:burn_rate:ratio': slo(
    'How many times faster than allowed the budget burns in the window; where less than the window has been measured, as if the rest had been good.',
    ['window'],
  ),
  'slo:compliance:ratio': slo('Share of good events or minutes over the window of the SLO.'),
  'slo:error_budget_remaining:ratio': slo('Share of the error budget that is left; below 0 it is overspent.'),
  'slo:error_budget_exhaustion:seconds': slo(
    'Time until the budget is used up at the burn rate of the last hour; absent while nothing burns.',
  ),
  'slo:current_burn_rate:ratio': slo('Burn rate of the last hour; 0 without events.'),
} as const satisfies Record<string, RecordedSeries>;

export type RecordedName = keyof typeof RECORDED;
