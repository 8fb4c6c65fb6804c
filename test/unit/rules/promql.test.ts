import { describe, expect, test } from 'vitest';
import { METRICS } from '../../../catalogue/index.ts';
import { duration, parse, seconds } from '../../../lib/promql/parse.ts';
import { checkExpression } from '../../../rules/promql-check.ts';
import { RECORDED } from '../../../rules/recorded.ts';

const words = { metrics: METRICS, recorded: RECORDED };

describe('expressions', () => {
  test.each([
    [
      'sum(rate(inference_request_total[5m]))',
      'unknown metric “inference_request_total”: did you mean “inference_requests_total”?',
    ],
    [
      'inference_requests_total{statu="5"} > 1',
      'unknown label “statu” in inference_requests_total: did you mean “status”?',
    ],
    ['sum by (endpont) (rate(inference_requests_total[5m]))', 'did you mean “endpoint”?'],
    ['rate(inference_active_requests[5m])', 'rate() needs a counter'],
    ['inference_requests_total > 5', 'read it through rate() or increase()'],
    ['deriv(inference_requests_total[5m])', 'deriv() needs a gauge'],
    [
      'histogram_quantile(0.9, sum(rate(inference_request_duration_seconds_bucket[5m])))',
      'needs the label “le”',
    ],
    ['sum(up', 'syntax error at character 7'],
    ['', 'syntax error'],
    ['{job="x"}', 'without a metric name'],
  ])('%s is refused', (expr, message) => {
    expect(checkExpression(expr, words).join('\n')).toContain(message);
  });

  test.each([
    'histogram_quantile(0.95, sum(rate(inference_request_duration_seconds_bucket[5m])) by (le, endpoint)) > 0.15',
    'absent(inference_requests_total)',
    'slo:burn_rate:ratio{window="1h"} > 14.4',
    'rate(inference_request_duration_seconds_count[5m])',
  ])('%s is sound', (expr) => {
    expect(checkExpression(expr, words)).toEqual([]);
  });

  test('matching, grouping, subqueries and offsets are read', () => {
    expect(parse('up * on (job) group_left (team) sum by (job, team) (x)')).toMatchObject({
      op: '*',
      matching: { kind: 'on', labels: ['job'], group: 'left', include: ['team'] },
      right: { kind: 'aggregate', grouping: { kind: 'by', labels: ['job', 'team'] } },
    });
    expect(parse('avg_over_time(x[1h:5m] offset 5m)')).toMatchObject({
      args: [{ kind: 'offset', offset: '5m', expr: { kind: 'subquery', range: '1h', step: '5m' } }],
    });
    expect(parse('a > bool on (job) b')).toMatchObject({
      bool: true,
      matching: { kind: 'on', labels: ['job'] },
    });
  });

  test('durations', () => {
    expect(seconds('1h30m')).toBe(5400);
    expect(duration(5400)).toBe('1h30m');
    expect(seconds('soon')).toBeNaN();
  });
});
