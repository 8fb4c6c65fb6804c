import type { Point } from '../document.ts';
import { measuredPart } from '../measured.ts';
import { lengthOf, type Period } from '../period.ts';
import type { Cardinality, Labels, Prometheus, RuleState } from '../prometheus.ts';

/** Something that fills up. */
export interface ResourceHistory {
  readonly title: string;
  readonly unit: 'bytes' | 'count';
  readonly points: readonly Point[];
  readonly limit: number | undefined;
}

/** What the monitoring itself uses. */
export interface CostHistory {
  readonly series: number | undefined;
  readonly samplesPerSecond: number | undefined;
  readonly bytesPerSample: number | undefined;
  readonly storageBytes: number | undefined;
  readonly retentionSeconds: number | undefined;
  readonly retentionBytes: number | undefined;
  /** Of each program of the stack, by job. */
  readonly memory: Readonly<Record<string, number>>;
  /** Cores in use on average, by job. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly rules: readonly RuleState[];
  readonly cardinality: readonly Cardinality[];
}

export interface CapacityHistory {
  readonly resources: readonly ResourceHistory[];
  readonly cost: CostHistory;
}

/** Points of a fit: enough to see a day's shape in a month, few enough to be cheap. */
const POINTS = 240;
const REAL_DISKS = 'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|nsfs|fuse.*"';
const STACK = 'job=~"prometheus|alertmanager|grafana|.*-exporter"';
const TSDB = [
  'prometheus_tsdb_storage_blocks_bytes',
  'prometheus_tsdb_wal_storage_size_bytes',
  'prometheus_tsdb_head_chunks_storage_size_bytes',
];

/** Use of what can run out. One line a disk: a device that is mounted twice is still one. */
export async function fetchResources(
  prometheus: Prometheus,
  period: Period,
): Promise<readonly ResourceHistory[]> {
  const measured = await measuredPart(prometheus, period);
  const step = Math.max(60, Math.ceil(lengthOf(measured) / POINTS));
  const grouped = async (
    title: (labels: Labels) => string,
    unit: ResourceHistory['unit'],
    used: string,
    limit: string,
    key: (labels: Labels) => string,
  ): Promise<ResourceHistory[]> => {
    const limits = new Map(
      (await prometheus.query(limit, period.to)).map(({ labels, value }) => [key(labels), value]),
    );
    const series = await prometheus.range(used, measured, step);
    return series.map(({ labels, points }) => ({
      title: title(labels),
      unit,
      points,
      limit: limits.get(key(labels)),
    }));
  };
  const disk = (metric: string) => `max by (instance, device) (${metric}{${REAL_DISKS}})`;
  const memory = (metric: string) => `max by (instance) (${metric})`;
  const total = memory('node_memory_MemTotal_bytes');
  const rss = 'sum(process_resident_memory_bytes{job="prometheus"})';
  const head = 'sum(prometheus_tsdb_head_series)';
  return [
    ...(await grouped(
      ({ instance, device }) => `Disk ${device} of ${instance}`,
      'bytes',
      `${disk('node_filesystem_size_bytes')} - ${disk('node_filesystem_avail_bytes')}`,
      disk('node_filesystem_size_bytes'),
      ({ instance, device }) => `${instance} ${device}`,
    )),
    ...(await grouped(
      ({ instance }) => `Memory of ${instance}`,
      'bytes',
      `${total} - min by (instance) (node_memory_MemAvailable_bytes)`,
      total,
      ({ instance }) => instance ?? '',
    )),
    ...(await grouped(
      () => 'Memory of Redis',
      'bytes',
      'max(redis_memory_used_bytes)',
      'max(redis_memory_max_bytes) > 0',
      () => '',
    )),
    ...(await grouped(
      () => 'Storage of Prometheus',
      'bytes',
      TSDB.map((metric) => `sum(${metric})`).join(' + '),
      'max(prometheus_tsdb_retention_limit_bytes) > 0',
      () => '',
    )),
    // A series costs memory: as many as the machine would hold at what one costs today.
    ...(await grouped(
      () => 'Series of Prometheus',
      'count',
      head,
      `max(node_memory_MemTotal_bytes) / (${rss} / ${head})`,
      () => '',
    )),
  ];
}

export async function fetchCost(prometheus: Prometheus, period: Period): Promise<CostHistory> {
  const window = `[${Math.ceil(lengthOf(await measuredPart(prometheus, period)))}s]`;
  const one = async (expr: string) => (await prometheus.query(expr, period.to))[0]?.value;
  const byJob = async (expr: string) =>
    Object.fromEntries(
      (await prometheus.query(expr, period.to)).map(({ labels, value }) => [labels.job ?? '', value]),
    );
  return {
    series: await one('sum(prometheus_tsdb_head_series)'),
    samplesPerSecond: await one(`sum(rate(prometheus_tsdb_head_samples_appended_total${window}))`),
    bytesPerSample: await one(
      'sum(prometheus_tsdb_compaction_chunk_size_bytes_sum) / (sum(prometheus_tsdb_compaction_chunk_samples_sum) > 0)',
    ),
    storageBytes: await one(TSDB.map((metric) => `sum(${metric})`).join(' + ')),
    retentionSeconds: await one('max(prometheus_tsdb_retention_limit_seconds)'),
    retentionBytes: await one('max(prometheus_tsdb_retention_limit_bytes)'),
    memory: await byJob(`sum by (job) (process_resident_memory_bytes{${STACK}})`),
    cpu: await byJob(`sum by (job) (rate(process_cpu_seconds_total{${STACK}}${window}))`),
    rules: await prometheus.rules(),
    cardinality: await prometheus.cardinality(10),
  };
}
