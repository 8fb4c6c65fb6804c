import { describe, expect, test } from 'vitest';
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
