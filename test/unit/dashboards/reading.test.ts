import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, test } from 'vitest';
import { buildDashboards, type Dashboard, type DashboardsOptions } from '../../../dashboards/index.ts';
import { buildRules } from '../../../rules/index.ts';

type Fields = NonNullable<Panel['fieldConfig']>;
const with_ = (settings: object) => buildDashboards({ rules: buildRules({ settings }) });

function panelsOf(dashboards: readonly Dashboard[], uid: string): readonly Panel[] {
  const panels = dashboards.find((dashboard) => dashboard.uid === uid)?.json.panels ?? [];
  return panels.filter((panel) => panel.type !== 'row') as Panel[];
}
const panelOf = (dashboards: readonly Dashboard[], uid: string, title: string): Panel =>
  panelsOf(dashboards, uid).find((panel) => panel.title === title) as Panel;
const columnOf = (panel: Panel, title: string) =>
  (panel.fieldConfig as Fields).overrides.find(({ matcher }) => matcher.options === title);
const propertyOf = (panel: Panel, column: string, id: string) =>
  columnOf(panel, column)?.properties.find((property) => property.id === id)?.value;
const exprs = (panel: Panel) =>
  (panel.targets ?? []).map((target) => (target as unknown as { expr: string }).expr);

describe('the overview', () => {
  const tiles = (options?: DashboardsOptions['rules']) =>
    panelsOf(buildDashboards(options ? { rules: options } : {}), 'system-overview')
      .filter(({ type, title }) => type === 'stat' && title?.includes('('))
      .map(({ title }) => title);

  test('says in each tile what was promised', () => {
    expect(tiles()).toEqual([
      'P95 latency (< 150 ms)',
      'Failed requests (< 1 %)',
      'Cache hit rate (> 90 %)',
      'Stalest features (< 5 min)',
      'Consumer lag (< 1,000)',
      'Confidence (> 80 %)',
      'Dead letters (< 1 %)',
      'Model drift (< 0.25)',
    ]);
  });

  test('promises what the stack has set, and nothing where the alert is off', () => {
    const rules = buildRules({
      settings: { alerts: { FeaturesStale: { threshold: 90 }, InferenceAPIHighErrorRate: { off: true } } },
    });
    expect(tiles(rules)).toContain('Stalest features (< 90 s)');
    expect(tiles(rules).join()).not.toContain('Failed requests');
  });

  test('shows state, tiles, changes and alerts at 1440 × 900 without scrolling', () => {
    const seen = panelsOf(buildDashboards(), 'system-overview').filter(
      ({ gridPos }) => gridPos && (gridPos.y + gridPos.h) * 38 + 130 <= 900,
    );
    expect(seen.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'Verdict',
        'Not well, worst first',
        'What changed',
        'Confidence (> 80 %)',
        'Health of every service, dependency and machine',
        'Alerts that fire or are about to',
      ]),
    );
  });

  test('says once how healthy the parts are', () => {
    expect(panelsOf(buildDashboards(), 'system-overview').map(({ title }) => title)).not.toContain(
      'The four weakest parts',
    );
  });

  test('draws the percentiles of one endpoint', () => {
    for (const expr of exprs(
      panelOf(buildDashboards(), 'system-overview', 'Latency of the slowest endpoint, P50 P95 P99'),
    ))
      expect(expr).toContain('and on (endpoint) topk(1, endpoint:inference_request_duration_seconds:p95_5m)');
  });

  test('leads from an alert to its runbook', () => {
    const table = panelOf(
      with_({ runbookBaseUrl: 'https://wiki.example.com/run' }),
      'system-overview',
      'Alerts that fire or are about to',
    );
    expect(propertyOf(table, 'Runbook', 'links')).toMatchObject([
      { url: `https://wiki.example.com/run/\${__value.text}` },
    ]);
    expect(propertyOf(table, 'Runbook', 'mappings')).toMatchObject([
      {
        options: {
          InferenceAPIHighLatency: { text: 'api-latency' },
          ConsumerLagHigh: { text: 'consumer-lag' },
        },
      },
    ]);
  });

  test('leaves out the one whose page is elsewhere, and keeps the others', () => {
    const [first] = buildRules().alerts.filter(({ labels: { severity } }) => severity === 'critical');
    const runbook_url = `https://wiki.example.com/${first?.runbook}`;
    const table = panelOf(
      with_({ alerts: { [first?.name ?? '']: { annotations: { runbook_url } } } }),
      'system-overview',
      'Alerts that fire or are about to',
    );
    const [{ options }] = propertyOf(table, 'Runbook', 'mappings') as [{ options: object }];
    expect(Object.keys(options)).not.toContain(first?.name);
    expect(Object.keys(options).length).toBeGreaterThan(20);
  });
});

test.each([
  ['system-overview', 'Requests by HTTP status'],
  ['inference-api', 'Responses by HTTP status'],
])('%s: a few errors show beside many successes in “%s”', (uid, title) => {
  expect(panelOf(buildDashboards(), uid, title).fieldConfig?.defaults.custom).toMatchObject({
    scaleDistribution: { type: 'log' },
    stacking: { mode: 'none' },
  });
});

describe('objectives', () => {
  const TABLE = 'Every objective with its budget and when that runs out';
  const slos = (settings = {}) => panelOf(with_(settings), 'slos', TABLE);

  test('are counted, not shared', () => {
    expect(panelOf(buildDashboards(), 'slos', 'Objectives kept so far').fieldConfig?.defaults.unit).toBe(
      'suffix:of 6 objectives',
    );
  });

  test('say how much of their window was measured', () => {
    expect(columnOf(slos(), 'Measured of 30 d')).toBeDefined();
    expect(exprs(slos()).join()).toContain('slo:history:ratio{window="30d"');
  });

  test('say which window, where they differ', () => {
    const differing = slos({ slos: { 'cache-hit-rate': { windowDays: 7 } } });
    expect(columnOf(differing, 'Of window')).toBeDefined();
    const [measured = ''] = exprs(differing).filter(
      (expr) => expr.includes('slo:history:ratio') && expr.includes('* 604800'),
    );
    expect(measured).toContain('window="7d", slo=~"$slo", slo=~"cache-hit-rate"');
  });

  test('are grey while the window is not measured, green after, and red once the budget is spent', () => {
    expect(propertyOf(slos(), 'State', 'mappings')).toMatchObject([
      {
        options: {
          '0': { text: 'Broken', color: 'red' },
          '1': { text: 'Kept', color: 'green' },
          '2': { text: 'Kept so far', color: '#8e8e8e' },
        },
      },
    ]);
  });

  test('judge by the budget alone, so that no two panels differ', () => {
    for (const panel of panelsOf(buildDashboards(), 'slos'))
      for (const expr of exprs(panel)) expect(expr).not.toMatch(/compliance:ratio.*>= bool/);
  });
});

test('a panel keeps its id when its promise changes', () => {
  const idOf = (dashboards: readonly Dashboard[]) =>
    panelsOf(dashboards, 'system-overview').find(({ title }) => title?.startsWith('P95 latency'))?.id;
  const changed = with_({ alerts: { InferenceAPIHighLatency: { threshold: 0.2 } } });
  expect(idOf(changed)).toBe(idOf(buildDashboards()));
});
