import type { Alert, InputSeries, Timeline } from '../../alert.ts';
import { above, age, counter, gauge } from '../define.ts';
import { prometheus, SELF } from './owner.ts';

const REMOTE = { instance: SELF.instance, remote_name: 'long-term' };
const WRITES = { job: SELF.job, ...REMOTE, url: 'http://long-term/write' };
const written = (behind: number): InputSeries[] => [
  age('prometheus_remote_storage_queue_highest_timestamp_seconds', WRITES, 0),
  age('prometheus_remote_storage_queue_highest_sent_timestamp_seconds', WRITES, behind),
];
const refused = (perSecond: number): InputSeries =>
  counter('prometheus_remote_storage_samples_failed_total', WRITES, perSecond);

/** Series of which a multiple is no matter of memory yet. */
const MANY_SERIES = 100_000;
const headSeries = (value: number): InputSeries => gauge('prometheus_tsdb_head_series', SELF, value);
/** Series that become more, so long ago. */
function grown(name: string, before: number, after: number, ago: string, fires: boolean): Timeline {
  return {
    name,
    phases: () => [
      { lasts: '8h', series: [headSeries(before)] },
      { lasts: ago, series: [headSeries(after)] },
    ],
    fires,
    labels: [{ instance: SELF.instance }],
    evaluate: '1m',
  };
}

/** Whether Prometheus can keep its data. */
export const storageAlerts: readonly Alert[] = [
  {
    ...prometheus,
    name: 'PrometheusStorageNearLimit',
    severity: 'warning',
    signal: 'saturation',
    expr: (threshold) =>
      `max by (instance) ((prometheus_tsdb_storage_blocks_bytes + prometheus_tsdb_wal_storage_size_bytes + prometheus_tsdb_head_chunks_storage_size_bytes) / (prometheus_tsdb_retention_limit_bytes > 0)) > ${threshold}`,
    threshold: above(0.8, 'ratio'),
    for: '30m',
    summary: 'Prometheus’s storage is close to its limit',
    description:
      '{{ $labels.instance }} fills {{ $value | humanizePercentage }} of the size it may take; at the limit it drops its oldest data before the retention time.',
    runbook: 'prometheus-storage',
    proofs: [
      {
        series: (level) => [
          gauge('prometheus_tsdb_storage_blocks_bytes', SELF, level * 8e9),
          gauge('prometheus_tsdb_wal_storage_size_bytes', SELF, level * 1.5e9),
          gauge('prometheus_tsdb_head_chunks_storage_size_bytes', SELF, level * 0.5e9),
          gauge('prometheus_tsdb_retention_limit_bytes', SELF, 10e9),
        ],
        exact: true,
        evaluate: '1m',
        labels: [{ instance: 'prometheus:9090' }],
      },
    ],
    timelines: [
      {
        name: 'no limit of size',
        phases: () => [
          {
            lasts: '1h',
            series: [
              gauge('prometheus_tsdb_storage_blocks_bytes', SELF, 8e9),
              gauge('prometheus_tsdb_wal_storage_size_bytes', SELF, 1e9),
              gauge('prometheus_tsdb_head_chunks_storage_size_bytes', SELF, 1e9),
              gauge('prometheus_tsdb_retention_limit_bytes', SELF, 0),
            ],
          },
        ],
        evaluate: '1m',
      },
    ],
  },
  {
    ...prometheus,
    name: 'PrometheusStorageFailing',
    severity: 'warning',
    expr: (threshold) =>
      `sum by (instance) (increase(prometheus_tsdb_compactions_failed_total[1h]) + increase(prometheus_tsdb_wal_corruptions_total[1h])) > ${threshold}`,
    threshold: above(0, 'count'),
    for: '5m',
    summary: 'Prometheus cannot keep its data',
    description:
      'Compaction of {{ $labels.instance }} failed or its write-ahead log is corrupt: data may be lost.',
    runbook: 'prometheus-storage-failing',
    proofs: ['compactions_failed', 'wal_corruptions'].map((what) => ({
      name: what,
      series: (level: number) => [
        counter(
          'prometheus_tsdb_compactions_failed_total',
          SELF,
          what === 'compactions_failed' ? level / 60 : 0,
        ),
        counter('prometheus_tsdb_wal_corruptions_total', SELF, what === 'wal_corruptions' ? level / 60 : 0),
      ],
      over: 1,
      under: 0,
      settles: '15s',
      lingers: '50m',
      recovers: '1h1m',
      labels: [{ instance: 'prometheus:9090' }],
    })),
  },
  {
    ...prometheus,
    name: 'RemoteWriteBehind',
    severity: 'warning',
    // What the other side refuses is not sent again, and counts as sent.
    expr: (threshold) =>
      `max by (instance, remote_name) (prometheus_remote_storage_queue_highest_timestamp_seconds - prometheus_remote_storage_queue_highest_sent_timestamp_seconds) > ${threshold} or sum by (instance, remote_name) (increase(prometheus_remote_storage_samples_failed_total[5m])) > 0`,
    threshold: above(120, 'seconds'),
    for: '10m',
    summary: 'Remote storage lacks samples',
    description:
      'What {{ $labels.instance }} writes to {{ $labels.remote_name }} comes minutes late, or is refused: there is a gap in long-term data.',
    runbook: 'remote-write-behind',
    proofs: [
      {
        series: (level) => [...written(level), refused(0)],
        exact: true,
        labels: [REMOTE],
      },
      {
        name: 'samples are refused',
        series: (level) => [...written(5), refused(level / 60)],
        over: 1,
        under: 0,
        settles: '15s',
        recovers: '6m',
        lingers: '4m',
        labels: [REMOTE],
      },
    ],
  },
  {
    ...prometheus,
    name: 'PrometheusSeriesGrowing',
    severity: 'warning',
    signal: 'saturation',
    expr: (threshold) =>
      `max by (instance) (prometheus_tsdb_head_series) / (max by (instance) (avg_over_time(prometheus_tsdb_head_series[6h] offset 1h)) > 0) > ${threshold} and on (instance) max by (instance) (prometheus_tsdb_head_series) > ${MANY_SERIES}`,
    threshold: above(2, 'times'),
    for: '30m',
    summary: 'Prometheus holds many more series than before',
    description:
      '{{ $labels.instance }} holds {{ $value | humanize }} times the series of the hours before: its memory grows with them.',
    runbook: 'prometheus-series',
    proofs: [
      {
        series: (level) => [headSeries(60_000 * level)],
        exact: true,
        healthy: 1,
        prelude: '8h',
        evaluate: '1m',
        labels: [{ instance: SELF.instance }],
      },
    ],
    timelines: [
      grown('fewer than 100,000', 49_000, 99_000, '45m', false),
      grown('just 100,000', 49_000, 100_000, '45m', false),
      grown('more than 100,000', 49_000, 101_000, '45m', true),
      // The mean is half of what there is when three quarters of the window before the last hour are old.
      grown('they came 4 hours ago', 40_000, 120_000, '147m', true),
      grown('they came longer ago', 40_000, 120_000, '153m', false),
    ],
  },
];
