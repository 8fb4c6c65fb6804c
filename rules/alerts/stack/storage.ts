import type { Alert } from '../../alert.ts';
import { above, counter, gauge } from '../define.ts';
import { prometheus, SELF } from './owner.ts';

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
];
