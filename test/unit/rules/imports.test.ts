import { describe, expect, test } from 'vitest';
import {
  buildRules,
  RulesError,
  type RulesOptions,
  renderOpenSlo,
  renderRules,
} from '../../../rules/index.ts';
import { renderOwnTests } from '../../../rules/tests.ts';

const build = (files: Readonly<Record<string, string>>, settings: RulesOptions['settings'] = {}) =>
  buildRules({ userFiles: files, settings });

function problems(files: Readonly<Record<string, string>>): string {
  try {
    build(files);
  } catch (error) {
    if (error instanceof RulesError) return error.message;
    throw error;
  }
  return '';
}

const GROUPS = `
groups:
  - name: orders
    interval: 30s
    limit: 10
    query_offset: 1m
    labels: {tier: "1"}
    rules:
      - record: job:orders:rate5m
        expr: sum by (job) (rate(orders_total[5m]))
      - alert: OrdersFew
        expr: job:orders:rate5m < 1
        for: 10m
        keep_firing_for: 5m
        labels: {severity: warning}
        annotations: {summary: "few orders"}
`;
const RULE = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: orders, labels: {release: kube-prometheus-stack}}
spec:
  groups:
    - name: orders
      rules:
        - alert: OrdersFew
          expr: rate(orders_total[5m]) < 1
        - alert: OrdersFew
          expr: rate(orders_total[5m]) < 0.1
          labels: {severity: page, service: orders, signal: traffic}
`;
const SLOTH = `
version: prometheus/v1
service: orders
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(orders_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(orders_total[{{.window}}]))
    alerting: {name: OrdersErrors, page_alert: {disable: true}}
`;
const OPENSLO = `
apiVersion: openslo/v1
kind: SLI
metadata: {name: orders-good}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'orders_total{code!~"5.."}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'sum(orders_total)'}}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: orders, displayName: Orders, labels: {team: shop}}
spec:
  service: orders
  description: Orders are taken.
  indicatorRef: orders-good
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.995}]
`;

describe('files of other forms are taken as they stand', () => {
  test('a rule file of Prometheus', () => {
    const set = build({ 'rules.d/orders.yaml': GROUPS });
    expect(renderRules(set)['own-orders.yaml']).toBe(
      [
        'groups:',
        '  - name: own-orders',
        '    interval: 30s',
        '    limit: 10',
        '    query_offset: 1m',
        '    rules:',
        '      - record: job:orders:rate5m',
        '        expr: sum by (job) (rate(orders_total[5m]))',
        '        labels:',
        "          tier: '1'",
        '      - alert: OrdersFew',
        '        expr: job:orders:rate5m < 1',
        '        for: 10m',
        '        keep_firing_for: 5m',
        '        labels:',
        '          severity: warning',
        '          service: platform',
        '          team: platform',
        '          signal: monitoring',
        "          tier: '1'",
        '        annotations:',
        '          summary: few orders',
        '          description: few orders',
        '          runbook_url: https://runbook.company.com/orders-few',
        '',
      ].join('\n'),
    );
    const advice = set.advice.join('\n');
    expect(advice).toContain('OrdersFew lacks service, signal, description, runbook_url;');
    expect(advice).toContain('metrics:\n  orders_total: {type: counter, labels: []}');
    expect(advice).toContain('proofs:\n  alerts:\n    "OrdersFew":\n      over: [{series:');
  });

  test('a PrometheusRule, in which one name stands for two severities', () => {
    const set = build({ 'rules.d/rule.yaml': RULE });
    const own = set.alerts.filter(({ name }) => name === 'OrdersFew');
    expect(own.map(({ labels }) => labels)).toEqual([
      { severity: 'warning', service: 'platform', team: 'platform', signal: 'monitoring' },
      { severity: 'critical', service: 'orders', team: 'platform', signal: 'traffic' },
    ]);
    expect(set.advice.join('\n')).toContain(
      'its severity “page” is none of critical, warning, info: it is taken as critical',
    );
  });

  test('a file of Sloth', () => {
    const set = build({ 'rules.d/sloth.yaml': SLOTH });
    expect(set.slos.at(-1)).toMatchObject({
      name: 'orders-availability',
      kind: 'events',
      objective: 0.999,
      pages: false,
      bad: 'sum(rate(orders_total{code=~"5.."}[$window]))',
      total: 'sum(rate(orders_total[$window]))',
    });
    expect(set.alerts.map(({ name }) => name)).toContain('OrdersAvailabilityBudgetBurnFast');
    expect(set.advice.join('\n')).toContain('slos:\n    orders-availability:\n      - {series:');
  });

  test('documents of OpenSLO, with the indicator beside the objective', () => {
    expect(build({ 'rules.d/slo.yaml': OPENSLO }).slos.at(-1)).toMatchObject({
      name: 'orders',
      title: 'Orders',
      team: 'shop',
      objective: 0.995,
      windowDays: 28,
      bad: '(sum(rate(orders_total[$window]))) - ((sum(rate(orders_total{code!~"5.."}[$window]))) or vector(0))',
      total: 'sum(rate(orders_total[$window]))',
    });
  });

  test('the OpenSLO documents that are rendered here come back as what they were', () => {
    const shipped = buildRules();
    for (const [file, content] of Object.entries(renderOpenSlo(shipped))) {
      const name = file.replace('.yaml', '');
      const slo = shipped.slos.find((each) => each.name === name);
      const set = build({ 'rules.d/slo.yaml': content.replace(`name: ${name}`, 'name: copy') });
      const copy = set.slos.at(-1);
      expect(copy).toMatchObject({ name: 'copy', kind: slo?.kind, objective: slo?.objective });
      if (slo?.kind === 'events') expect(copy).toMatchObject({ bad: slo.bad, total: slo.total });
      if (slo?.kind === 'slices')
        expect(copy).toMatchObject({ level: slo.level, bound: { op: slo.bound.op, value: slo.bound.value } });
    }
  });

  test('what was asked for can be given: then nothing is asked', () => {
    const set = build({
      'rules.d/orders.yaml': GROUPS.replace(
        'labels: {severity: warning}\n        annotations: {summary: "few orders"}',
        'labels: {severity: warning, service: orders, signal: traffic}\n        annotations: {summary: few, description: "{{ $value }}", runbook_url: "https://r/orders"}',
      ),
      'rules.d/orders-more.yaml': `
metrics:
  orders_total: {type: counter, labels: []}
proofs:
  alerts:
    OrdersFew:
      over: [{series: 'orders_total{job="a"}', kind: counter, value: 0.9}]
      under: [{series: 'orders_total{job="a"}', kind: counter, value: 1.1}]
      settles: 30s
      labels: [{job: a, tier: "1"}]
`,
    });
    expect(set.advice).toEqual([]);
    expect(Object.keys(renderOwnTests(set))).toContain('OrdersFew.test.yaml');
  });

  test('a stack overrides an imported alert like any other, its limit too', () => {
    const set = build(
      { 'rules.d/orders.yaml': GROUPS },
      { alerts: { OrdersFew: { threshold: 5, severity: 'critical' } } },
    );
    expect(set.alerts.find(({ name }) => name === 'OrdersFew')).toMatchObject({
      expr: 'job:orders:rate5m < 5',
      labels: { severity: 'critical' },
    });
  });
});

describe('messages', () => {
  test.each([
    [
      'kind: ServiceMonitor\napiVersion: monitoring.coreos.com/v1',
      'it has the keys kind, apiVersion and is of kind ServiceMonitor',
    ],
    ['alert: X', 'did you mean “alerts”?'],
    ['- a', 'this is in no form that is known here: it is a list'],
    ['just text', 'in no form that is known here'],
    ['alerts: [', 'it is not YAML at line 1, column 10'],
    ['alerts: [{nam: X}]', 'alerts.0: there is no key “nam”; did you mean “name”?; known are name, service'],
    ['alerts: {a: b}', 'alerts: a list is wanted (Your own alerts)'],
    ['metrics: {a: {type: gauge, label: [x]}}', 'metrics.a: there is no key “label”; did you mean “labels”?'],
    [
      'metrics: {a: gauge}',
      'metrics.a: a group with the keys type, native, unit, labels, help, source is wanted',
    ],
    ['groups: {}', 'groups: a list of groups is wanted'],
    ['groups: [{name: a, rules: [{alert: X}]}]', 'groups[0].rules[0] (X).expr is missing'],
    [
      'groups: [{name: a, rules: [{alert: X, expr: up, For: 5m}]}]',
      'there is no key “For”; did you mean “for”?',
    ],
    [
      'groups: [{name: a, rules: [{alert: X, expr: up == 0, for: 30m1h}]}]',
      'for is “30m1h”, but must be a Prometheus duration',
    ],
    ['groups: [{name: a, rules: [{alert: X, expr: "up =="}]}]', 'alert X: syntax error'],
    [
      'groups: [{name: a, rules: [{alert: CPUHigh, expr: up == 0}]}]',
      'the name is taken by an alert in machines.yaml (built-in)',
    ],
    [
      'groups: [{name: a, rules: [{record: "job:up:ratio", expr: up}]}]',
      'the name is taken by a series that ships',
    ],
    ['version: prometheus/v1\nslos: []', 'service is missing: whose SLOs they are'],
    [
      SLOTH.replace(/events:[\s\S]*alerting/, 'raw: {error_ratio_query: x}\n    alerting'),
      'of raw nothing says how many events there were. Write, for example:\nsli:\n  events:',
    ],
    [SLOTH.replace('99.9', '0'), 'objective is “0”, but must be in percent'],
    [
      OPENSLO.replaceAll('openslo/v1', 'openslo/v1alpha'),
      'its apiVersion is openslo/v1alpha, but must be openslo/v1',
    ],
    [OPENSLO.replace('4w', '5d'), 'SLOs are held over 7, 28, 30, 90 days here'],
    [
      OPENSLO.replace('indicatorRef: orders-good', 'indicatorRef: other'),
      'no document of kind SLI under that name',
    ],
    [
      'proofs: {alerts: {Nope: {over: [{series: a, kind: gauge, value: 1}], under: []}}}',
      'no file imports one under that name',
    ],
  ])('%j', (content, message) => {
    expect(problems({ 'rules.d/x.yaml': content })).toContain(message);
    expect(problems({ 'rules.d/x.yaml': content })).toContain('rules.d/x.yaml: ');
  });
});

const metric = (labels: string) => `metrics: {queue_depth: {type: gauge, labels: [${labels}]}}`;

describe('two declarations of a metric', () => {
  test.each([
    ['a.yaml', 'b.yaml'],
    ['z.yaml', 'b.yaml'],
  ])('that do not agree are refused, both files named, in either order: %s and %s', (one, other) => {
    const said = problems({ [one]: metric('queue'), [other]: metric('queue, region') });
    expect(said).toContain('metrics.queue_depth has type gauge, labels queue');
    for (const file of [one, other]) expect(said).toContain(file);
    expect(said.split('\n')).toHaveLength(1);
  });

  test('that agree are one', () => {
    expect(problems({ 'a.yaml': metric('queue, region'), 'b.yaml': metric('region, queue') })).toBe('');
  });

  test('a metric that ships is not declared anew', () => {
    const content = 'metrics: {inference_requests_total: {type: counter, labels: [endpoint, tenant]}}';
    expect(problems({ 'a.yaml': content })).toBe(
      'a.yaml: metrics.inference_requests_total has type counter, labels endpoint, tenant, and in the catalogue it has type counter, labels endpoint, status. A metric that ships is not declared anew: leave it out; labels that your targets bring go into the settings, rules.targetLabels.',
    );
  });
});

const own = (expr: string, more = '') => `
metrics: {orders_total: {type: counter, labels: [shop]}}
alerts:
  - name: OrdersMany
    service: checkout
    severity: warning
    signal: traffic
    expr: ${expr} > $threshold
    threshold: {value: 100, unit: count, direction: above}
    summary: Many
    description: Many.
    runbook: own
${more}
    proof:
      over: [{series: 'orders_total{shop="a"}', kind: counter, value: 150}]
      under: [{series: 'orders_total{shop="a"}', kind: counter, value: 50}]
`;

describe('advice', () => {
  test('is told, and refuses nothing', () => {
    expect(build({ 'a.yaml': own('sum(orders_total)') }).advice).toEqual([
      'a.yaml: alert OrdersMany: “orders_total” is a counter, read it through rate() or increase()',
    ]);
  });

  test.each([
    '    allow: [{check: counter-without-rate, reason: It is a total of the day.}]',
    '    allow: [counter-without-rate]',
  ])('is not, where a rule says that it means it: %s', (allow) => {
    expect(build({ 'a.yaml': own('sum(orders_total)', allow) }).advice).toEqual([]);
  });

  test('a stack says so of an imported rule', () => {
    const file = 'groups: [{name: a, rules: [{alert: X, expr: process_cpu_seconds_total > 5}]}]';
    const told = (settings: RulesOptions['settings']) =>
      build({ 'a.yaml': file }, settings).advice.filter((line) => line.includes('is a counter'));
    expect(told({})).toHaveLength(1);
    expect(
      told({ alerts: { X: { allow: [{ check: 'counter-without-rate', reason: 'On purpose.' }] } } }),
    ).toEqual([]);
  });

  test('an error can be meant too, but nothing that Prometheus refuses', () => {
    const meant = own('sum(other_total)', '    allow: [unknown-metric]');
    expect(build({ 'a.yaml': meant }).advice).toEqual([]);
    expect(problems({ 'a.yaml': own('sum(other_total', '    allow: [unknown-metric]') })).toContain(
      'syntax error',
    );
  });

  test('labels that targets bring are declared once for the stack', () => {
    const file = own('max by (cluster) (rate(orders_total[5m]))');
    expect(problems({ 'a.yaml': file })).toContain('in the settings: rules.targetLabels: [cluster]');
    expect(build({ 'a.yaml': file }, { targetLabels: ['cluster'] }).advice).toEqual([]);
    expect(buildRules({ userFiles: { 'a.yaml': file }, targetLabels: ['cluster'] }).advice).toEqual([]);
  });
});
