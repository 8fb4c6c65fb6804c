import type { Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, test } from 'vitest';
import { buildDashboards, type Dashboard } from '../../../dashboards/index.ts';
import { DEFAULT_CONTEXT, LINTS, lintDashboards } from '../../../dashboards/lint/index.ts';

const dashboards = buildDashboards();

/** What a test changes: the deep copies of one dashboard's model and facts, with everything writable. */
interface Draft {
  json: {
    panels: (Panel & {
      fieldConfig: { defaults: Record<string, unknown>; overrides: { properties: { id: string }[] }[] };
    })[];
    templating: { list: VariableModel[] };
    [key: string]: unknown;
  };
  panels: { title: string; emptyWhenHealthy?: { says: string }; queries: Record<string, unknown>[] }[];
  uid: string;
}

/** Findings, exclusions aside, once a dashboard was changed. */
function findingsAfter(uid: string, change: (draft: Draft) => void): { rule: string; message: string }[] {
  const changed = dashboards.map((dashboard) => {
    if (dashboard.uid !== uid) return dashboard;
    const draft = structuredClone(dashboard) as unknown as Draft;
    change(draft);
    return draft as unknown as Dashboard;
  });
  return lintDashboards(changed).findings;
}

const variable = (draft: Draft, name: string) =>
  draft.json.templating.list.find((candidate) => candidate.name === name) as VariableModel;
const graph = (draft: Draft) =>
  draft.json.panels.find(({ type }) => type === 'timeseries') as Draft['json']['panels'][number];
const firstQuery = (draft: Draft) => draft.panels[0]?.queries[0] as Record<string, unknown>;
const setExpr = (draft: Draft, expr: string) => {
  firstQuery(draft).expr = expr;
  delete firstQuery(draft).zeroReason;
};

test('the dashboards have no findings, and every exclusion is needed', () => {
  expect(lintDashboards(dashboards)).toEqual({ findings: [], unused: [] });
});

test('annotations have their query where Grafana before 12.1 reads it, and where later ones do', () => {
  for (const { json } of dashboards) {
    const annotations = (json.annotations.list ?? []) as unknown as Record<string, unknown>[];
    expect(annotations).toHaveLength(2);
    for (const { expr, step, target } of annotations) {
      expect(target).toMatchObject({ expr, interval: step });
      expect(expr).toContain('(');
    }
  }
});

test('every exclusion gives a reason', async () => {
  const { EXCLUSIONS } = await import('../../../dashboards/lint/exclusions.ts');
  for (const { rule, reason } of EXCLUSIONS) expect(reason.length, rule).toBeGreaterThan(20);
});

const violations: [rule: string, message: string, uid: string, change: (draft: Draft) => void][] = [
  ['template-datasource', 'no variable', 'slos', (d) => d.json.templating.list.shift()],
  [
    'template-datasource',
    'of type prometheus',
    'slos',
    (d) => Object.assign(variable(d, 'datasource'), { query: 'loki' }),
  ],
  [
    'template-datasource',
    'labelled',
    'slos',
    (d) => Object.assign(variable(d, 'datasource'), { label: 'DS' }),
  ],
  [
    'template-label-promql',
    'did you mean',
    'slos',
    (d) => Object.assign(variable(d, 'slo'), { query: { query: 'label_values(slo:objectives:ratio, slo)' } }),
  ],
  [
    'template-label-promql',
    'expected label_values',
    'slos',
    (d) => Object.assign(variable(d, 'slo'), { query: 'metrics(up)' }),
  ],
  [
    'template-on-time-change-reload',
    'ask again',
    'slos',
    (d) => Object.assign(variable(d, 'slo'), { refresh: 1 }),
  ],
  [
    'template-used',
    "no panel uses variable 'topic'",
    'slos',
    (d) => Object.assign(variable(d, 'slo'), { name: 'topic' }),
  ],
  [
    'panel-datasource',
    "data source 'abc'",
    'slos',
    (d) => Object.assign(graph(d), { datasource: { uid: 'abc' } }),
  ],
  ['panel-title-description', 'no title', 'slos', (d) => Object.assign(graph(d), { title: '' })],
  ['panel-title-description', 'no description', 'slos', (d) => Object.assign(graph(d), { description: '' })],
  ['panel-units', 'no unit', 'slos', (d) => delete graph(d).fieldConfig.defaults.unit],
  [
    'panel-units',
    'units',
    'slos',
    (d) => {
      const table = d.json.panels.find(({ type }) => type === 'table');
      for (const override of table?.fieldConfig.overrides ?? []) override.properties = [];
    },
  ],
  ['panel-no-targets', 'asks nothing', 'slos', (d) => Object.assign(graph(d), { targets: [] })],
  [
    'panel-unique',
    'two panels have the title',
    'slos',
    (d) => Object.assign(graph(d), { title: 'Objectives kept so far' }),
  ],
  [
    'panel-unique',
    'two panels have the id',
    'slos',
    (d) => Object.assign(graph(d), { id: d.json.panels[0]?.id }),
  ],
  [
    'panel-bounds',
    'without an end',
    'slos',
    (d) => {
      delete graph(d).fieldConfig.defaults.max;
      delete graph(d).fieldConfig.defaults.min;
    },
  ],
  [
    'panel-axis-decimals',
    'forces decimals',
    'slos',
    (d) => Object.assign(graph(d).fieldConfig.defaults, { decimals: 1 }),
  ],
  [
    'panel-title-fits',
    'pixels where',
    'slos',
    (d) =>
      Object.assign(graph(d), { title: 'A title that says very much about what a panel shows '.repeat(3) }),
  ],
  [
    'panel-bounds',
    'no lower end',
    'business-metrics',
    (d) => {
      delete d.json.panels.find(({ type }) => type === 'bargauge')?.fieldConfig.defaults.min;
    },
  ],
  [
    'panel-empty',
    'does not say so',
    'system-overview',
    (d) => {
      for (const { emptyWhenHealthy } of d.panels) if (emptyWhenHealthy) emptyWhenHealthy.says = '';
    },
  ],
  [
    'target-promql',
    'did you mean',
    'slos',
    (d) => setExpr(d, 'sum(rate(inference_request_total[$__rate_interval]))'),
  ],
  ['target-promql', '', 'slos', (d) => setExpr(d, 'sum(')],
  [
    'target-legend',
    "label 'endpoint'",
    'slos',
    (d) => {
      setExpr(d, 'sum(up)');
      firstQuery(d).legend = '{{endpoint}}';
    },
  ],
  ['target-rate-interval', 'no reason', 'slos', (d) => setExpr(d, 'sum(rate(inference_requests_total[5m]))')],
  [
    'target-rate-interval',
    'has none',
    'slos',
    (d) => Object.assign(firstQuery(d), { windowReason: 'because' }),
  ],
  [
    'target-counter-agg',
    'rate of a sum',
    'slos',
    (d) => setExpr(d, 'rate(sum(inference_requests_total)[$__rate_interval:])'),
  ],
  ['target-zero', 'without a reason', 'slos', (d) => setExpr(d, 'sum(up) or vector(0)')],
  ['target-zero', 'does not show', 'slos', (d) => Object.assign(firstQuery(d), { zeroReason: 'because' })],
  ['uneditable-dashboard', 'can be edited', 'slos', (d) => Object.assign(d.json, { editable: true })],
  [
    'panel-overlap',
    'lies over',
    'slos',
    (d) => Object.assign(graph(d), { gridPos: { x: 0, y: 0, w: 12, h: 8 } }),
  ],
  ['panel-grid', 'columns wide', 'slos', (d) => Object.assign(graph(d).gridPos ?? {}, { w: 3 })],
  ['panel-grid', 'different heights', 'slos', (d) => Object.assign(graph(d).gridPos ?? {}, { h: 3 })],
  [
    'queries-above-fold',
    'at most 12',
    'slos',
    (d) => {
      for (const panel of d.json.panels) Object.assign(panel.gridPos ?? {}, { y: 1 });
    },
  ],
  ['dashboard-unique', "uid 'monitoring' is taken", 'slos', (d) => Object.assign(d, { uid: 'monitoring' })],
  ['dashboard-unique', 'title', 'slos', (d) => Object.assign(d, { title: 'Monitoring' })],
  [
    'dashboard-size',
    'bytes',
    'slos',
    (d) => Object.assign(d.json, { description: `${'x'.repeat(1_048_576)}?` }),
  ],
  ['dashboard-question', 'question', 'slos', (d) => Object.assign(d.json, { description: 'SLOs.' })],
  ['dashboard-frame', 'differs', 'slos', (d) => Object.assign(d.json, { refresh: '5s' })],
  [
    'sdk-default',
    'link \'Feature store dashboards\' has placement "inControlsMenu", which only the SDK asked for',
    'slos',
    (d) => Object.assign((d.json.links as object[])[0] ?? {}, { placement: 'inControlsMenu' }),
  ],
  [
    'sdk-default',
    "annotation 'Alerts' has placement",
    'slos',
    (d) =>
      Object.assign((d.json.annotations as { list: object[] }).list[1] ?? {}, {
        placement: 'inControlsMenu',
      }),
  ],
  [
    'sdk-default',
    "variable 'slo' has auto_count 30",
    'slos',
    (d) => Object.assign(variable(d, 'slo'), { auto_count: 30 }),
  ],
  [
    'sdk-default',
    'has repeatDirection "h"',
    'slos',
    (d) => Object.assign(graph(d), { repeatDirection: 'h' }),
  ],
  [
    'links-resolve',
    'no dashboard',
    'system-overview',
    (d) => Object.assign(graph(d).fieldConfig.defaults, { links: [{ url: '/d/nowhere?x' }] }),
  ],
  [
    'links-resolve',
    "variable 'topic'",
    'system-overview',
    (d) => Object.assign(graph(d).fieldConfig.defaults, { links: [{ url: '/d/slos?var-topic=a' }] }),
  ],
];

describe('each rule finds what it is about', () => {
  test.each(violations)('%s: %s', (rule, message, uid, change) => {
    const found = findingsAfter(uid, change).filter((finding) => finding.rule === rule);
    expect(found).not.toHaveLength(0);
    expect(found.map((finding) => finding.message).join('\n')).toContain(message);
  });

  test.each(['template-job', 'template-instance', 'target-job', 'target-instance'])(
    '%s, which is excluded',
    (rule) => {
      const { findings } = lintDashboards(dashboards, DEFAULT_CONTEXT, []);
      expect(findings.filter((finding) => finding.rule === rule)).not.toHaveLength(0);
    },
  );

  test('every rule has a violation here', () => {
    const tested = new Set([
      ...violations.map(([rule]) => rule),
      'template-job',
      'template-instance',
      'target-job',
      'target-instance',
    ]);
    expect(tested.size).toBe(LINTS.length);
  });
});

test('an exclusion that excludes nothing is told', () => {
  const needless = { rule: 'panel-units', reason: 'none at all' };
  expect(lintDashboards(dashboards, DEFAULT_CONTEXT, [needless]).unused).toEqual([needless]);
});
