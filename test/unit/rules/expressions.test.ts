import { describe, expect, test } from 'vitest';
import type { Metric } from '../../../catalogue/metric.ts';
import { parse } from '../../../lib/promql/parse.ts';
import { checkExpression, checkProblems, resultLabels } from '../../../rules/promql-check.ts';

const metric = (type: Metric['type'], labels: string[] = [], native?: Metric['native']): Metric => ({
  type,
  unit: '1',
  labels,
  help: '',
  source: 'any-service',
  ...(native === undefined ? {} : { native }),
});
const words = {
  metrics: {
    queue_depth: metric('gauge', ['queue']),
    build_info: metric('gauge', ['version']),
    orders_total: metric('counter', ['shop']),
    backup_runs_total: metric('counter', ['result']),
    'http.server.errors': metric('gauge', ['service.name']),
    kserve_request_latency_seconds: metric('histogram', ['model'], true),
    both_seconds: metric('histogram', [], 'both'),
    classic_seconds: metric('histogram'),
  },
  recorded: { 'shop:orders:rate5m': { labels: ['shop'] } },
};

const labelsOf = (expr: string) => [...resultLabels(parse(expr), words).labels].sort();

describe('labels of results', () => {
  test.each([
    ['count_values("version", build_info)', ['version']],
    ['count_values by (job) ("depth", queue_depth)', ['depth', 'job']],
    ['count_values without (instance) ("depth", queue_depth)', ['depth', 'job', 'queue']],
    ['label_replace(sum by (queue) (queue_depth), "name", "$1", "queue", "(.*)")', ['name', 'queue']],
    ['label_join(sum(queue_depth), "both", "-", "a", "b")', ['both']],
    ['absent(queue_depth{queue="a", job=~"b.*"})', ['queue']],
    ['absent_over_time((queue_depth{queue="a"} offset 1h)[1h:5m])', ['queue']],
    ['absent(sum(queue_depth))', []],
    [
      'sum by (queue) (queue_depth) * on (queue) group_left (version) (build_info + on () queue_depth)',
      ['queue', 'version'],
    ],
    [
      'sum by (job) (queue_depth) * on (job) group_right (version) sum by (job, queue) (queue_depth)',
      ['job', 'queue', 'version'],
    ],
    ['sum by (job, queue) (queue_depth) > on (job) sum by (job) (build_info)', ['job']],
    ['sum by (job, queue) (queue_depth) / ignoring (queue) sum by (job) (build_info)', ['job']],
    ['sum by (job) (queue_depth) or sum by (version) (build_info)', ['job', 'version']],
    ['sum by (job) (queue_depth) unless sum by (version) (build_info)', ['job']],
    ['topk(3, sum by (queue) (queue_depth))', ['queue']],
    ['limit_ratio(0.5, sum by (queue) (queue_depth))', ['queue']],
    ['histogram_quantile(0.9, sum by (le, job) (rate(classic_seconds_bucket[5m])))', ['job']],
    ['histogram_fraction(0, 0.2, sum by (job) (rate(kserve_request_latency_seconds[5m])))', ['job']],
    ['quantile_over_time(0.5, queue_depth[5m])', ['instance', 'job', 'queue']],
    ['clamp_max(sum by (queue) (queue_depth), 5)', ['queue']],
    ['info(sum by (job) (queue_depth), {k8s_cluster_name=~".+"})', ['job', 'k8s_cluster_name']],
    ['sum by ("service.name") ({"http.server.errors"})', ['service.name']],
    ['hour()', []],
    ['days_in_month(sum by (job) (queue_depth))', ['job']],
    ['vector(1)', []],
    ['-sum by (job) (queue_depth)', ['job']],
  ])('%s', (expr, labels) => {
    expect(labelsOf(expr)).toEqual(labels.sort());
  });

  test('info without a selector may add any label', () => {
    expect(resultLabels(parse('info(queue_depth)'), words).any).toBe(true);
  });
});

describe('what is written on purpose is taken', () => {
  test.each([
    'histogram_quantile(0.95, sum(rate(kserve_request_latency_seconds[5m]))) > 1',
    'histogram_quantile(0.95, sum by (model) (rate(kserve_request_latency_seconds[5m]))) > 1',
    'histogram_count(rate(kserve_request_latency_seconds[5m])) > 1',
    'histogram_sum(rate(kserve_request_latency_seconds[5m])) / (histogram_count(rate(kserve_request_latency_seconds[5m])) > 0)',
    'histogram_avg(rate(kserve_request_latency_seconds[5m])) > 1',
    'histogram_fraction(0, 0.2, rate(kserve_request_latency_seconds[5m])) < 0.9',
    'histogram_quantile(0.9, rate(both_seconds[5m])) > histogram_quantile(0.9, sum by (le) (rate(both_seconds_bucket[5m])))',
    'orders_total - orders_total offset 1h > 10',
    '(orders_total - orders_total offset 10m) >= 1',
    'orders_total unless orders_total offset 1h > 100',
    'backup_runs_total{result="success"} == 0',
    'sum(backup_runs_total{result="success"}) == 0',
    'backup_runs_total > 0',
    '0 == backup_runs_total',
    'sum without (instance) (queue_depth) > 1',
    'sum by (job, queue) (queue_depth) / ignoring (queue) group_left () sum by (job) (queue_depth) > 1',
    'sum by (__name__) (queue_depth) > 1',
    'count({__name__=~"queue_.*"}) > 5',
    '{"http.server.errors", "service.name"="a"} > 5',
    '{__name__="http.server.errors"} > 5',
  ])('%s', (expr) => {
    expect(checkExpression(expr, words)).toEqual([]);
  });
});

describe('advice and errors', () => {
  test.each([
    ['orders_total > 5', 'advice', 'counter-without-rate', '“orders_total” is a counter'],
    ['sum(orders_total) > 5', 'advice', 'counter-without-rate', '“orders_total” is a counter'],
    ['orders_total - queue_depth > 5', 'advice', 'counter-without-rate', '“orders_total” is a counter'],
    ['rate(queue_depth[5m]) > 5', 'advice', 'rate-of-gauge', 'rate() needs a counter'],
    ['deriv(orders_total[5m]) > 5', 'advice', 'delta-of-counter', 'deriv() needs a gauge'],
    ['sum without (zone) (queue_depth) > 5', 'advice', 'unknown-label', 'unknown label “zone”'],
    ['queue_dept > 5', 'error', 'unknown-metric', 'did you mean “queue_depth”?'],
    [
      'sum by (cluster) (queue_depth) > 5',
      'error',
      'unknown-label',
      'there are queue, job, instance; where targets bring it, declare it once for the stack, in the settings: rules.targetLabels: [cluster]',
    ],
    [
      'classic_seconds > 5',
      'error',
      'unknown-metric',
      'declare it so: metrics: {classic_seconds: {type: histogram, native: true}}',
    ],
    [
      'rate(kserve_request_latency_seconds_bucket[5m]) > 5',
      'error',
      'unknown-metric',
      '“kserve_request_latency_seconds” is a native histogram without the series',
    ],
    [
      'histogram_quantile(0.9, sum(rate(classic_seconds_bucket[5m])))',
      'error',
      'quantile-without-le',
      'needs the label “le”',
    ],
    [
      'double_exponential_smoothing(queue_depth[1h], 0.3, 0.1)',
      'error',
      'experimental-function',
      'is experimental',
    ],
    [
      'holt_winters(queue_depth[1h], 0.3, 0.1) > 1',
      'error',
      'syntax',
      'Prometheus 3 has no function holt_winters; its place takes double_exponential_smoothing',
    ],
    ['{job="x"} > 1', 'error', 'any-series', 'without a metric name'],
  ])('%s', (expr, level, check, message) => {
    const problems = checkProblems(expr, words);
    expect(problems).toMatchObject([{ level, check }]);
    expect(problems[0]?.message).toContain(message);
  });

  test('a label that targets bring is known once it is declared', () => {
    const brought = { ...words, targetLabels: ['cluster'] };
    expect(checkExpression('sum by (cluster) (queue_depth) > 5', brought)).toEqual([]);
  });
});

describe('modifiers belong to the operand before them, as Prometheus has it', () => {
  test.each([
    ['a - b offset 1h', 'a - (b offset 1h)'],
    ['a + b * c offset 5m', 'a + (b * (c offset 5m))'],
    ['a unless b offset 1h > 5', 'a unless ((b offset 1h) > 5)'],
    ['a or b offset 1h + c > 5 and d', 'a or ((((b offset 1h) + c) > 5) and d)'],
    ['a - b @ end() offset 5m - c', '(a - ((b @ end()) offset 5m)) - c'],
    ['a - sum(b)[5m:1m]', 'a - (sum(b)[5m:1m])'],
    ['-b offset 1h', '-(b offset 1h)'],
    ['a * -b offset 1h ^ 2', 'a * (-((b offset 1h) ^ 2))'],
    ['a ^ b ^ c offset 5m', 'a ^ (b ^ (c offset 5m))'],
    ['(a - b) - c offset 5m', '(a - b) - (c offset 5m)'],
  ])('%s', (expr, grouped) => {
    const plain = (tree: unknown): unknown =>
      JSON.parse(
        JSON.stringify(tree, (key, value) => (key === 'from' || key === 'to' ? undefined : value)),
        (_, value) => (value?.kind === 'paren' ? value.expr : value),
      );
    expect(plain(parse(expr))).toEqual(plain(parse(grouped)));
  });
});
