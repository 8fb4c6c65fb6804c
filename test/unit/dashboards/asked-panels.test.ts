import { describe, expect, test } from 'vitest';
import type { DashboardUid } from '../../../catalogue/dashboards.ts';
import { buildDashboards } from '../../../dashboards/index.ts';
import { ASKED_PANELS } from '../../../dashboards/mission.ts';

/** The table of dashboards as it was asked for, a line a dashboard. */
const ASKED = `
system-overview: service health matrix; request rate and error distribution; latency P50/P95/P99; throughput; resource use
inference-api: fraud against personalization latency; model inference time by model; feature fetch latency and cache; prediction score distribution; errors by endpoint and status
feature-store: feature freshness; cache hits and misses; Redis performance; feature computation latency; data quality
stream-processing: Kafka consumer lag by topic; event throughput; processing latency; dead letter queue; watermark progress
ml-pipeline: training success and failure; model drift; MLflow experiments; model registry; A/B tests
business-metrics: fraud detection rate and trend; transaction volume and patterns; confidence distribution; feature importance; revenue impact
`;

const dashboards = buildDashboards();
const lines = ASKED.trim()
  .split('\n')
  .map((line) => line.split(': ') as [keyof typeof ASKED_PANELS, string]);

describe.each(lines)('%s', (uid, list) => {
  test.each(list.split('; '))('shows %s', (asked) => {
    const titles = (ASKED_PANELS[uid] as Record<string, readonly string[]>)[asked] ?? [];
    const there = dashboards.find((dashboard) => dashboard.uid === uid)?.panels.map(({ title }) => title);
    expect(titles).not.toHaveLength(0);
    expect(there).toEqual(expect.arrayContaining([...titles]));
  });

  test('has nothing in the table that was not asked for', () => {
    expect(Object.keys(ASKED_PANELS[uid]).sort()).toEqual(list.split('; ').sort());
  });
});

/** What somebody on call looks for besides, and the dashboard on which it stands. */
const LOOKED_FOR = {
  'system-overview': [
    'node_network_receive_bytes_total',
    'node_network_transmit_bytes_total',
    'node_disk_io_time_seconds_total',
    'node_pressure_cpu_waiting_seconds_total',
    'node_pressure_io_waiting_seconds_total',
    'node_pressure_memory_waiting_seconds_total',
  ],
  monitoring: [
    'probe_success',
    'probe_duration_seconds',
    'probe_http_status_code',
    'probe_ssl_earliest_cert_expiry',
  ],
  'feature-store': [
    'redis_memory_max_bytes',
    'redis_mem_fragmentation_ratio',
    'redis_keyspace_hits_total',
    'redis_keyspace_misses_total',
    'redis_db_keys',
    'redis_evicted_keys_total',
    'redis_rejected_connections_total',
    'redis_slowlog_length',
    'redis_blocked_clients',
    'redis_connected_slaves',
  ],
  'business-metrics': [
    'business_transactions_total{channel=~"$channel"}[1h] offset 1w',
    'business_fraud_detected_total{channel=~"$channel"}[1h] offset 1w',
    'business_revenue_usd_total{channel=~"$channel"}[1h] offset 1w',
  ],
} satisfies Partial<Record<DashboardUid, readonly string[]>>;

describe.each(Object.entries(LOOKED_FOR))('%s', (uid, metrics) => {
  test.each(metrics)('reads %s', (metric) => {
    const queries = dashboards
      .filter((dashboard) => dashboard.uid === uid)
      .flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ expr }) => expr)));
    expect(queries.filter((expr) => expr.includes(metric))).not.toHaveLength(0);
  });
});

test.each(['Consumer lag in seconds by topic', 'Events produced against consumed'])(
  'the stream’s dashboard shows %s',
  (title) => {
    expect(dashboards.flatMap(({ panels }) => panels.map((panel) => panel.title))).toContain(title);
  },
);
