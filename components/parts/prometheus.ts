import { age, counter, gauge } from '../../rules/series.ts';
import { defineServer, metricsOf, NO_RULES, pinned } from './part.ts';

const metric = metricsOf('prometheus');
const SELF = { job: 'prometheus', instance: 'prometheus:9090' };

/** Prometheus: scrapes, evaluates rules, and keeps samples. */
export const prometheus = defineServer({
  name: 'prometheus',
  title: 'Prometheus',
  port: 9090,
  program: pinned('prometheus', 'docker.io/prom/prometheus'),
  opened: true,
  ready: '/-/ready',
  probed: '/-/healthy',
  // Its section is in `stack/settings/`.
  settings: {},
  absent: () => undefined,
  metrics: {
    prometheus_build_info: metric('gauge', '1', 'Version of Prometheus.', ['version', 'goversion']),
    prometheus_config_last_reload_successful: metric('gauge', '1', '1 where the last reload succeeded.'),
    prometheus_config_last_reload_success_timestamp_seconds: metric(
      'gauge',
      'timestamp',
      'When the configuration was last reloaded, as a Unix time.',
    ),
    prometheus_rule_evaluations_total: metric('counter', '1', 'Rules evaluated.', ['rule_group']),
    prometheus_rule_evaluation_failures_total: metric('counter', '1', 'Rules that failed to evaluate.', [
      'rule_group',
    ]),
    prometheus_rule_group_iterations_missed_total: metric(
      'counter',
      '1',
      'Evaluations skipped because the last one took too long.',
      ['rule_group'],
    ),
    prometheus_rule_group_last_duration_seconds: metric(
      'gauge',
      'seconds',
      'Duration of the last evaluation of a rule group.',
      ['rule_group'],
    ),
    prometheus_rule_group_interval_seconds: metric('gauge', 'seconds', 'Interval of a rule group.', [
      'rule_group',
    ]),
    prometheus_rule_group_rules: metric('gauge', '1', 'Rules of a group.', ['rule_group']),
    prometheus_notifications_sent_total: metric('counter', '1', 'Alerts that an Alertmanager took.', [
      'alertmanager',
    ]),
    prometheus_notifications_errors_total: metric(
      'counter',
      '1',
      'Alerts that could not be sent to an Alertmanager.',
      ['alertmanager'],
    ),
    prometheus_notifications_dropped_total: metric('counter', '1', 'Alerts dropped, undelivered.'),
    prometheus_notifications_queue_length: metric('gauge', '1', 'Alerts that wait to be sent.'),
    prometheus_notifications_queue_capacity: metric('gauge', '1', 'Alerts that can wait to be sent.'),
    prometheus_notifications_alertmanagers_discovered: metric('gauge', '1', 'Alertmanagers known.'),
    prometheus_target_scrape_pool_targets: metric('gauge', '1', 'Targets of a job.', ['scrape_job']),
    prometheus_target_scrapes_exceeded_sample_limit_total: metric(
      'counter',
      '1',
      'Scrapes refused because of the limit of samples.',
    ),
    prometheus_target_scrapes_exceeded_body_size_limit_total: metric(
      'counter',
      '1',
      'Scrapes refused because of the limit of bytes.',
    ),
    prometheus_target_scrape_pool_exceeded_label_limits_total: metric(
      'counter',
      '1',
      'Scrapes refused because of a limit of labels.',
    ),
    prometheus_target_scrape_pool_target_limit: metric(
      'gauge',
      '1',
      'Configured limit of targets of a job; 0 is none.',
      ['scrape_job'],
    ),
    prometheus_target_scrapes_sample_duplicate_timestamp_total: metric(
      'counter',
      '1',
      'Samples refused as duplicates.',
    ),
    prometheus_target_scrapes_sample_out_of_order_total: metric(
      'counter',
      '1',
      'Samples refused because they came out of order.',
    ),
    prometheus_sd_refresh_failures_total: metric('counter', '1', 'Failed refreshes of discovery.', [
      'mechanism',
    ]),
    prometheus_tsdb_head_series: metric('gauge', '1', 'Series in memory.'),
    prometheus_tsdb_head_chunks: metric('gauge', '1', 'Chunks in memory.'),
    prometheus_tsdb_head_samples_appended_total: metric('counter', '1', 'Samples written.', ['type']),
    prometheus_tsdb_storage_blocks_bytes: metric('gauge', 'bytes', 'Size of the blocks on disk.'),
    prometheus_tsdb_wal_storage_size_bytes: metric('gauge', 'bytes', 'Size of the write-ahead log.'),
    prometheus_tsdb_head_chunks_storage_size_bytes: metric(
      'gauge',
      'bytes',
      'Size of the head chunks on disk.',
    ),
    prometheus_tsdb_retention_limit_bytes: metric(
      'gauge',
      'bytes',
      'Configured limit of storage; 0 is none.',
    ),
    prometheus_tsdb_retention_limit_seconds: metric('gauge', 'seconds', 'Configured retention time.'),
    prometheus_tsdb_size_retentions_total: metric(
      'counter',
      '1',
      'Times that blocks were deleted because the limit of storage was exceeded.',
    ),
    prometheus_tsdb_compactions_failed_total: metric('counter', '1', 'Compactions that failed.'),
    prometheus_tsdb_reloads_failures_total: metric('counter', '1', 'Reloads of blocks that failed.'),
    prometheus_tsdb_wal_corruptions_total: metric(
      'counter',
      '1',
      'Corruptions found in the write-ahead log.',
    ),
    prometheus_tsdb_lowest_timestamp_seconds: metric(
      'gauge',
      'timestamp',
      'Oldest sample stored, as a Unix time.',
    ),
    prometheus_remote_storage_queue_highest_timestamp_seconds: metric(
      'gauge',
      'timestamp',
      'Newest sample that is to be sent to remote storage, as a Unix time.',
      ['remote_name'],
    ),
    prometheus_remote_storage_queue_highest_sent_timestamp_seconds: metric(
      'gauge',
      'timestamp',
      'Newest sample that was sent to remote storage, as a Unix time.',
      ['remote_name'],
    ),
    prometheus_remote_storage_samples_failed_total: metric(
      'counter',
      '1',
      'Samples that remote storage refused; they are not sent again.',
      ['remote_name'],
    ),
    prometheus_http_requests_total: metric('counter', '1', 'Requests answered by Prometheus.', [
      'handler',
      'code',
    ]),
  },
  // The watchers are watched as one: `rules/alerts/stack/`.
  rules: NO_RULES,
  healthy: ({ load }) => [
    gauge('prometheus_config_last_reload_successful', SELF, 1),
    counter('prometheus_rule_evaluation_failures_total', { ...SELF, rule_group: 'g' }, 0),
    gauge('prometheus_rule_group_last_duration_seconds', { ...SELF, rule_group: 'g' }, 0.2 + load),
    gauge('prometheus_rule_group_interval_seconds', { ...SELF, rule_group: 'g' }, 15),
    counter('prometheus_notifications_sent_total', { ...SELF, alertmanager: 'a' }, 0.05),
    counter('prometheus_notifications_errors_total', { ...SELF, alertmanager: 'a' }, 0),
    gauge('prometheus_tsdb_storage_blocks_bytes', SELF, 5e9),
    gauge('prometheus_tsdb_wal_storage_size_bytes', SELF, 5e8),
    gauge('prometheus_tsdb_head_chunks_storage_size_bytes', SELF, 1e8),
    gauge('prometheus_tsdb_retention_limit_bytes', SELF, 10e9),
    counter('prometheus_tsdb_size_retentions_total', SELF, 0),
    age('prometheus_tsdb_lowest_timestamp_seconds', SELF, 30 * 86_400),
    counter('prometheus_tsdb_compactions_failed_total', SELF, 0),
    counter('prometheus_tsdb_wal_corruptions_total', SELF, 0),
    counter('prometheus_target_scrapes_exceeded_sample_limit_total', SELF, 0),
    counter('prometheus_target_scrapes_exceeded_body_size_limit_total', SELF, 0),
    counter('prometheus_target_scrape_pool_exceeded_label_limits_total', SELF, 0),
    gauge('prometheus_target_scrape_pool_targets', { ...SELF, scrape_job: 'inference-api' }, 2),
    gauge('prometheus_target_scrape_pool_target_limit', { ...SELF, scrape_job: 'inference-api' }, 2000),
  ],
});
