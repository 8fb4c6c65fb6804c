import { expect, test } from 'vitest';
import { buildDashboards, type Dashboard } from '../../../dashboards/index.ts';
import { buildRules } from '../../../rules/index.ts';

const linksOf = (dashboards: readonly Dashboard[], uid: string, title: string) =>
  (dashboards.find((dashboard) => dashboard.uid === uid)?.json.panels ?? [])
    .filter((panel) => panel.title === title)
    .flatMap((panel) => ('links' in panel ? (panel.links ?? []) : []))
    .map((link) => `${link.title}: ${link.url}`);

test.each([
  ['system-overview', 'P95 latency (< 150 ms)', 'InferenceAPIHighLatency', 'api-latency'],
  ['feature-store', 'Cache hit rate by feature group', 'CacheHitRateLow', 'cache-hit-rate'],
  ['system-overview', 'Health score', 'HealthScoreLow', 'health-score'],
  ['monitoring', 'Share of the storage limit in use', 'PrometheusStorageNearLimit', 'prometheus-storage'],
])('%s: “%s” leads to the runbook of %s alone', (uid, title, alert, page) => {
  expect(linksOf(buildDashboards(), uid, title)).toEqual([
    `Runbook of ${alert}: https://runbook.company.com/${page}`,
  ]);
});

test('the address is that of the settings, and an alert that is off has no runbook', () => {
  const with_ = (settings: object) => buildDashboards({ rules: buildRules({ settings }) });
  const links = (settings: object) => linksOf(with_(settings), 'stream-processing', 'Consumer lag by topic');
  expect(links({ runbookBaseUrl: 'https://wiki.example.com/run' })).toEqual([
    'Runbook of ConsumerLagHigh: https://wiki.example.com/run/consumer-lag',
  ]);
  expect(links({ alerts: { ConsumerLagHigh: { off: true } } })).toEqual([]);
});

test('a panel without levels leads to none', () => {
  const without = buildDashboards().flatMap(({ json }) =>
    (json.panels ?? []).filter(
      (panel) =>
        'links' in panel &&
        panel.links !== undefined &&
        'fieldConfig' in panel &&
        (panel.fieldConfig?.defaults.thresholds?.steps ?? []).length < 2,
    ),
  );
  expect(without).toEqual([]);
});
