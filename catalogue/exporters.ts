import { ANY_JOB, type Metric } from './metric.ts';

/** Every target, or something else that Prometheus itself writes while it scrapes and evaluates. */
const scraped = (unit: Metric['unit'], help: string): Metric => ({
  type: 'gauge',
  unit,
  labels: [],
  help,
  source: ANY_JOB,
});

const node = (type: Metric['type'], unit: Metric['unit'], help: string, labels: string[] = []): Metric => ({
  type,
  unit,
  labels,
  help,
  source: 'node-exporter',
});

const redis = (type: Metric['type'], unit: Metric['unit'], help: string, labels: string[] = []): Metric => ({
  type,
  unit,
  labels,
  help,
  source: 'redis-exporter',
});

const probe = (unit: Metric['unit'], help: string, labels: string[] = [], essential = false): Metric => ({
  type: 'gauge',
  unit,
  labels: ['service', ...labels],
  help,
  source: 'probe-http',
  essential,
});

const prometheus = (
  type: Metric['type'],
  unit: Metric['unit'],
  help: string,
  labels: string[] = [],
): Metric => ({ type, unit, labels, help, source: 'prometheus' });

const alertmanager = (
  type: Metric['type'],
  unit: Metric['unit'],
  help: string,
  labels: string[] = [],
): Metric => ({ type, unit, labels, help, source: 'alertmanager' });

/** Labels of file systems and of network and disk devices. */
const MOUNT = ['device', 'fstype', 'mountpoint'];

/** What the exporters, Prometheus and Alertmanager expose, as far as rules and dashboards read it. */
export const EXPORTER_METRICS = {
  up: {
    ...scraped('1', '1 where the last scrape of the target succeeded, 0 where it failed.'),
    essential: true,
  },
  scrape_duration_seconds: scraped('seconds', 'How long the last scrape of the target took.'),
  scrape_samples_scraped: scraped('1', 'Samples that the target exposed.'),
  scrape_samples_post_metric_relabeling: scraped('1', 'Samples that were left after metric relabelling.'),
  scrape_series_added: scraped('1', 'Series that the last scrape saw for the first time.'),
  ALERTS: {
    type: 'gauge',
    unit: '1',
    labels: ['alertname', 'alertstate', 'severity', 'service', 'team', 'signal', 'slo', 'burn', 'endpoint'],
    help: '1 for each pending or firing alert.',
    source: ANY_JOB,
  },
  ALERTS_FOR_STATE: {
    type: 'gauge',
    unit: 'timestamp',
    labels: ['alertname', 'severity', 'service', 'team', 'signal', 'slo', 'burn'],
    help: 'Since when each alert has been active, as a Unix time.',
    source: ANY_JOB,
  },

  process_start_time_seconds: scraped('timestamp', 'When the process started, as a Unix time.'),
  process_resident_memory_bytes: scraped('bytes', 'Resident memory of the process.'),
  process_cpu_seconds_total: { ...scraped('seconds', 'CPU time that the process used.'), type: 'counter' },
  process_open_fds: scraped('1', 'Open file descriptors of the process.'),
  process_max_fds: scraped('1', 'Largest number of file descriptors that the process may open.'),

  node_cpu_seconds_total: node('counter', 'seconds', 'CPU time by core and mode.', ['cpu', 'mode']),
  node_load1: node('gauge', '1', 'Load average over one minute.'),
  node_load5: node('gauge', '1', 'Load average over five minutes.'),
  node_load15: node('gauge', '1', 'Load average over fifteen minutes.'),
  node_memory_MemTotal_bytes: node('gauge', 'bytes', 'Memory of the machine.'),
  node_memory_MemAvailable_bytes: node(
    'gauge',
    'bytes',
    'Memory that programs can still get without swapping.',
  ),
  node_memory_MemFree_bytes: node('gauge', 'bytes', 'Memory that nothing uses.'),
  node_memory_Buffers_bytes: node('gauge', 'bytes', 'Memory of the block device buffers.'),
  node_memory_Cached_bytes: node('gauge', 'bytes', 'Memory of the page cache.'),
  node_memory_SwapTotal_bytes: node('gauge', 'bytes', 'Swap space of the machine.'),
  node_memory_SwapFree_bytes: node('gauge', 'bytes', 'Swap space that nothing uses.'),
  node_filesystem_size_bytes: node('gauge', 'bytes', 'Size of a file system.', MOUNT),
  node_filesystem_avail_bytes: node('gauge', 'bytes', 'Space that an ordinary user can still fill.', MOUNT),
  node_filesystem_free_bytes: node('gauge', 'bytes', 'Free space of a file system.', MOUNT),
  node_filesystem_files: node('gauge', '1', 'Inodes of a file system.', MOUNT),
  node_filesystem_files_free: node('gauge', '1', 'Free inodes of a file system.', MOUNT),
  node_filesystem_readonly: node('gauge', '1', '1 where a file system is read-only.', MOUNT),
  node_disk_io_time_seconds_total: node('counter', 'seconds', 'Time that a disk was busy.', ['device']),
  node_disk_read_bytes_total: node('counter', 'bytes', 'Bytes read from a disk.', ['device']),
  node_disk_written_bytes_total: node('counter', 'bytes', 'Bytes written to a disk.', ['device']),
  node_network_receive_bytes_total: node('counter', 'bytes', 'Bytes received by a device.', ['device']),
  node_network_transmit_bytes_total: node('counter', 'bytes', 'Bytes sent by a device.', ['device']),
  node_network_receive_errs_total: node('counter', '1', 'Faulty packets received by a device.', ['device']),
  node_network_transmit_errs_total: node('counter', '1', 'Packets that a device failed to send.', ['device']),
  node_pressure_cpu_waiting_seconds_total: node(
    'counter',
    'seconds',
    'Time in which some task waited for a CPU.',
  ),
  node_pressure_io_waiting_seconds_total: node(
    'counter',
    'seconds',
    'Time in which some task waited for I/O.',
  ),
  node_pressure_memory_waiting_seconds_total: node(
    'counter',
    'seconds',
    'Time in which some task waited for memory.',
  ),
  node_time_seconds: node('gauge', 'timestamp', 'Clock of the machine, as a Unix time.'),
  node_boot_time_seconds: node('gauge', 'timestamp', 'When the machine started, as a Unix time.'),

  redis_up: { ...redis('gauge', '1', '1 where Redis answers its exporter, 0 otherwise.'), essential: true },
  redis_uptime_in_seconds: redis('gauge', 'seconds', 'How long Redis has been running.'),
  redis_connected_clients: redis('gauge', '1', 'Clients connected to Redis.'),
  redis_config_maxclients: redis('gauge', '1', 'Largest number of clients that Redis accepts.'),
  redis_blocked_clients: redis('gauge', '1', 'Clients that wait in a blocking call.'),
  redis_connections_received_total: redis('counter', '1', 'Connections that Redis accepted.'),
  redis_rejected_connections_total: redis('counter', '1', 'Connections refused because of the client limit.'),
  redis_memory_used_bytes: redis('gauge', 'bytes', 'Memory that Redis uses for its data.'),
  redis_memory_used_rss_bytes: redis('gauge', 'bytes', 'Memory of Redis as the system sees it.'),
  redis_memory_max_bytes: redis('gauge', 'bytes', 'Memory limit of Redis; 0 is no limit.'),
  redis_mem_fragmentation_ratio: redis('gauge', 'ratio', 'Resident memory over the memory that Redis uses.'),
  redis_slowlog_length: redis('gauge', '1', 'Commands in the slow log.'),
  redis_connected_slaves: redis('gauge', '1', 'Replicas connected to Redis.'),
  redis_commands_processed_total: redis('counter', '1', 'Commands that Redis carried out.'),
  redis_commands_duration_seconds_total: redis('counter', 'seconds', 'Time spent by command.', ['cmd']),
  redis_commands_total: redis('counter', '1', 'Commands carried out by command.', ['cmd']),
  redis_keyspace_hits_total: redis('counter', '1', 'Keys looked up and found.'),
  redis_keyspace_misses_total: redis('counter', '1', 'Keys looked up and not found.'),
  redis_evicted_keys_total: redis('counter', '1', 'Keys evicted because of the memory limit.'),
  redis_expired_keys_total: redis('counter', '1', 'Keys that expired.'),
  redis_net_input_bytes_total: redis('counter', 'bytes', 'Bytes that Redis received.'),
  redis_net_output_bytes_total: redis('counter', 'bytes', 'Bytes that Redis sent.'),
  redis_db_keys: redis('gauge', '1', 'Keys by database.', ['db']),

  probe_success: probe('1', '1 where the last probe succeeded, 0 where it failed.', [], true),
  probe_duration_seconds: probe('seconds', 'How long the last probe took.'),
  probe_http_status_code: probe('1', 'HTTP status code of the last probe.'),
  probe_http_duration_seconds: probe('seconds', 'Time of the last HTTP probe by phase.', ['phase']),
  probe_dns_lookup_time_seconds: probe('seconds', 'Time of the DNS look-up of the last probe.'),
  probe_ssl_earliest_cert_expiry: probe(
    'timestamp',
    'When the first certificate of the chain expires, as a Unix time.',
  ),
  probe_failed_due_to_regex: probe('1', '1 where the answer did not match what the probe expects.'),

  prometheus_build_info: prometheus('gauge', '1', 'Version of Prometheus.', ['version', 'goversion']),
  prometheus_config_last_reload_successful: prometheus('gauge', '1', '1 where the last reload succeeded.'),
  prometheus_config_last_reload_success_timestamp_seconds: prometheus(
    'gauge',
    'timestamp',
    'When the configuration was last reloaded, as a Unix time.',
  ),
  prometheus_rule_evaluations_total: prometheus('counter', '1', 'Rules evaluated.', ['rule_group']),
  prometheus_rule_evaluation_failures_total: prometheus('counter', '1', 'Rules that failed to evaluate.', [
    'rule_group',
  ]),
  prometheus_rule_group_iterations_missed_total: prometheus(
    'counter',
    '1',
    'Evaluations skipped because the last one took too long.',
    ['rule_group'],
  ),
  prometheus_rule_group_last_duration_seconds: prometheus(
    'gauge',
    'seconds',
    'Duration of the last evaluation of a rule group.',
    ['rule_group'],
  ),
  prometheus_rule_group_interval_seconds: prometheus('gauge', 'seconds', 'Interval of a rule group.', [
    'rule_group',
  ]),
  prometheus_rule_group_rules: prometheus('gauge', '1', 'Rules of a group.', ['rule_group']),
  prometheus_notifications_sent_total: prometheus('counter', '1', 'Alerts that an Alertmanager took.', [
    'alertmanager',
  ]),
  prometheus_notifications_errors_total: prometheus(
    'counter',
    '1',
    'Alerts that could not be sent to an Alertmanager.',
    ['alertmanager'],
  ),
  prometheus_notifications_dropped_total: prometheus('counter', '1', 'Alerts dropped, undelivered.'),
  prometheus_notifications_queue_length: prometheus('gauge', '1', 'Alerts that wait to be sent.'),
  prometheus_notifications_queue_capacity: prometheus('gauge', '1', 'Alerts that can wait to be sent.'),
  prometheus_notifications_alertmanagers_discovered: prometheus('gauge', '1', 'Alertmanagers known.'),
  prometheus_target_scrape_pool_targets: prometheus('gauge', '1', 'Targets of a job.', ['scrape_job']),
  prometheus_target_scrapes_exceeded_sample_limit_total: prometheus(
    'counter',
    '1',
    'Scrapes refused because of the limit of samples.',
  ),
  prometheus_target_scrapes_exceeded_body_size_limit_total: prometheus(
    'counter',
    '1',
    'Scrapes refused because of the limit of bytes.',
  ),
  prometheus_target_scrape_pool_exceeded_label_limits_total: prometheus(
    'counter',
    '1',
    'Scrapes refused because of a limit of labels.',
  ),
  prometheus_target_scrape_pool_target_limit: prometheus(
    'gauge',
    '1',
    'Configured limit of targets of a job; 0 is none.',
    ['scrape_job'],
  ),
  prometheus_target_scrapes_sample_duplicate_timestamp_total: prometheus(
    'counter',
    '1',
    'Samples refused as duplicates.',
  ),
  prometheus_target_scrapes_sample_out_of_order_total: prometheus(
    'counter',
    '1',
    'Samples refused because they came out of order.',
  ),
  prometheus_sd_refresh_failures_total: prometheus('counter', '1', 'Failed refreshes of discovery.', [
    'mechanism',
  ]),
  prometheus_tsdb_head_series: prometheus('gauge', '1', 'Series in memory.'),
  prometheus_tsdb_head_chunks: prometheus('gauge', '1', 'Chunks in memory.'),
  prometheus_tsdb_head_samples_appended_total: prometheus('counter', '1', 'Samples written.', ['type']),
  prometheus_tsdb_storage_blocks_bytes: prometheus('gauge', 'bytes', 'Size of the blocks on disk.'),
  prometheus_tsdb_wal_storage_size_bytes: prometheus('gauge', 'bytes', 'Size of the write-ahead log.'),
  prometheus_tsdb_head_chunks_storage_size_bytes: prometheus(
    'gauge',
    'bytes',
    'Size of the head chunks on disk.',
  ),
  prometheus_tsdb_retention_limit_bytes: prometheus(
    'gauge',
    'bytes',
    'Configured limit of storage; 0 is none.',
  ),
  prometheus_tsdb_retention_limit_seconds: prometheus('gauge', 'seconds', 'Configured retention time.'),
  prometheus_tsdb_size_retentions_total: prometheus(
    'counter',
    '1',
    'Times that blocks were deleted because the limit of storage was exceeded.',
  ),
  prometheus_tsdb_compactions_failed_total: prometheus('counter', '1', 'Compactions that failed.'),
  prometheus_tsdb_reloads_failures_total: prometheus('counter', '1', 'Reloads of blocks that failed.'),
  prometheus_tsdb_wal_corruptions_total: prometheus(
    'counter',
    '1',
    'Corruptions found in the write-ahead log.',
  ),
  prometheus_tsdb_lowest_timestamp_seconds: prometheus(
    'gauge',
    'timestamp',
    'Oldest sample stored, as a Unix time.',
  ),
  prometheus_remote_storage_queue_highest_timestamp_seconds: prometheus(
    'gauge',
    'timestamp',
    'Newest sample that is to be sent to remote storage, as a Unix time.',
    ['remote_name'],
  ),
  prometheus_remote_storage_queue_highest_sent_timestamp_seconds: prometheus(
    'gauge',
    'timestamp',
    'Newest sample that was sent to remote storage, as a Unix time.',
    ['remote_name'],
  ),
  prometheus_remote_storage_samples_failed_total: prometheus(
    'counter',
    '1',
    'Samples that remote storage refused; they are not sent again.',
    ['remote_name'],
  ),
  prometheus_http_requests_total: prometheus('counter', '1', 'Requests answered by Prometheus.', [
    'handler',
    'code',
  ]),

  alertmanager_build_info: alertmanager('gauge', '1', 'Version of Alertmanager.', ['version']),
  alertmanager_config_last_reload_successful: alertmanager(
    'gauge',
    '1',
    '1 where the last reload succeeded.',
  ),
  alertmanager_alerts: alertmanager('gauge', '1', 'Alerts by state.', ['state']),
  alertmanager_alerts_received_total: alertmanager('counter', '1', 'Alerts received.', ['status', 'version']),
  alertmanager_alerts_invalid_total: alertmanager('counter', '1', 'Alerts received and refused.', [
    'version',
  ]),
  alertmanager_notifications_total: alertmanager('counter', '1', 'Notifications attempted.', ['integration']),
  alertmanager_notifications_failed_total: alertmanager('counter', '1', 'Notifications that failed.', [
    'integration',
    'reason',
  ]),
  alertmanager_notification_latency_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['integration'],
    help: 'Time to deliver a notification.',
    source: 'alertmanager',
  },
  alertmanager_silences: alertmanager('gauge', '1', 'Silences by state.', ['state']),
  alertmanager_cluster_members: alertmanager('gauge', '1', 'Members of the cluster, as each sees it.'),
  alertmanager_cluster_failed_peers: alertmanager('gauge', '1', 'Peers of the cluster that failed.'),
} as const satisfies Record<string, Metric>;

export type ExporterMetricName = keyof typeof EXPORTER_METRICS;
