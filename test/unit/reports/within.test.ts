import { describe, expect, test } from 'vitest';
import { episodesOf } from '../../../operations/reports/alerts/episodes.ts';
import { fetchAlerts } from '../../../operations/reports/alerts/fetch.ts';
import { fatigueOf } from '../../../operations/reports/alerts/model.ts';
import { alertsVerdict } from '../../../operations/reports/alerts/report.ts';
import { CHECKS, type CheckDefinition } from '../../../operations/reports/checks/list.ts';
import { resultOf, runCheck } from '../../../operations/reports/checks/model.ts';
import { checksVerdict } from '../../../operations/reports/checks/sections.ts';
import type { Point } from '../../../operations/reports/document.ts';
import type { Period } from '../../../operations/reports/period.ts';
import type { Prometheus, RuleState } from '../../../operations/reports/prometheus.ts';
import { gridOver, within } from '../../../operations/reports/within.ts';

const DAY = 86_400;
const WEEK: Period = { from: 100 * DAY, to: 107 * DAY };
/** Six minutes that no grid of two hours or of half an hour meets. */
const OUTAGE: Period = { from: WEEK.from + 3 * DAY + 2000, to: WEEK.from + 3 * DAY + 2360 };
const isOut = (at: number) => at > OUTAGE.from && at <= OUTAGE.to;

/** A Prometheus that holds one series, every 15 s; undefined is no sample. It knows folds over time, and comparisons. */
function fake(value: (at: number) => number | undefined, rules: readonly RuleState[] = []): Prometheus {
  const evaluate = (query: string, at: number): number | undefined => {
    const fold = /^(avg|max|min|count)_over_time\((.*)\[(\d+)s(?::(\d+)s)?\]\)$/s.exec(query);
    if (fold) {
      const [, how, inner = '', range, resolution = '15'] = fold;
      const values: number[] = [];
      const step = Number(resolution);
      for (let t = Math.floor(at / step) * step; t > at - Number(range); t -= step) {
        const found = evaluate(inner, t);
        if (found !== undefined) values.push(found);
      }
      if (values.length === 0) return undefined;
      if (how === 'count') return values.length;
      if (how === 'avg') return values.reduce((a, b) => a + b) / values.length;
      return values.reduce((a, b) => (how === 'max' ? Math.max(a, b) : Math.min(a, b)));
    }
    const comparison = /^\(+([^()]*)\)+ ([<>]) bool ([\d.]+)\)?$/.exec(query);
    const found = value(at);
    if (comparison && found !== undefined)
      return Number(comparison[2] === '>' ? found > Number(comparison[3]) : found < Number(comparison[3]));
    return found;
  };
  return {
    async query(expr, at) {
      const found = evaluate(expr, at);
      return found === undefined ? [] : [{ labels: {}, value: found }];
    },
    async range(expr, { from, to }, step) {
      if ((to - from) / step > 11_000) throw new Error('exceeded maximum resolution of 11,000 points');
      const inner = /^(?:max|min)\((.*)\)$/s.exec(expr)?.[1] ?? expr;
      const points: Point[] = [];
      for (let at = from; at <= to; at += step) {
        const found = evaluate(inner, at);
        if (found !== undefined) points.push([at, found]);
      }
      return points.length === 0 ? [] : [{ labels: {}, points }];
    },
    samples: async () => [],
    rules: async () => rules,
    cardinality: async () => [],
  };
}

const named = (title: string): CheckDefinition => {
  const check = CHECKS.find((each) => each.title === title);
  if (check === undefined) throw new Error(`no check is named ${title}`);
  return check;
};
const run = (title: string, value: (at: number) => number | undefined, period = WEEK) =>
  runCheck(fake(value), named(title), { period, measured: period }, 'week before');

describe('inside each step', () => {
  test('an expression is folded over the whole step: a selector by its samples, anything else by a subquery', () => {
    expect(within('max', 'a:b{c="d"}', 6300)).toBe('max_over_time(a:b{c="d"}[6300s])');
    expect(within('min', 'max(a)', 6300)).toBe('min_over_time((max(a))[6300s:15s])');
    const { period, step } = gridOver({ from: 7, to: 7 + 1000 }, 5);
    expect([step, period.to, period.from - step <= 7]).toEqual([200, 1007, true]);
  });
  test.each([
    ['Error rate', 0.001, 1, 1],
    ['Health score', 1, 0.4, 0.4],
  ])('a week with six minutes of outage is not green: %s', async (title, well, ill, extreme) => {
    const found = await run(title, (at) => (isOut(at) ? ill : well));
    expect(found).toMatchObject({ extreme, state: 'warn' });
    expect(found.beyond).toBeCloseTo(360 / (7 * DAY), 9);
    expect(found.anomalies.length).toBeGreaterThan(0);
    expect(checksVerdict([found])).toMatchObject({ state: 'warn' });
  });
  test('a week that is well is green, and its worst value is that of the week', async () => {
    const found = await run('Error rate', () => 0.001);
    expect(found).toMatchObject({ extreme: 0.001, beyond: 0, missing: 0, state: 'good', anomalies: [] });
  });
  test('six minutes without requests are an anomaly, whichever way is better', async () => {
    const found = await run('Requests', (at) => (isOut(at) ? 0 : 100));
    expect(found.anomalies).toMatchObject([{ value: 0 }]);
    expect(found.state).toBe('warn');
  });
  test('a level’s extreme counts what lies between half hours', async () => {
    const rule: RuleState = {
      type: 'alerting',
      name: 'High',
      query: 'level > 100',
      group: 'g',
      interval: 15,
      evaluationTime: 0,
      duration: 0,
      labels: { severity: 'warning' },
    };
    const server = fake((at) => (isOut(at) ? 90 : 10), [rule]);
    const prometheus: Prometheus = {
      ...server,
      query: async (expr, at) =>
        expr.includes('lowest_timestamp') ? [{ labels: {}, value: WEEK.from }] : server.query(expr, at),
    };
    const history = await fetchAlerts(prometheus, WEEK, undefined);
    expect(history.levels[0]?.values.reduce((a, b) => Math.max(a, b))).toBe(90);
    // It came near its threshold: nothing says that it could warn earlier.
    expect(fatigueOf(history).suggestions).toEqual([]);
  });
});

describe('no data', () => {
  test('is neither green nor the value of some time ago', async () => {
    const dark = await run('Error rate', () => undefined);
    expect(dark).toMatchObject({ state: 'none', last: undefined, missing: 1 });
    expect(checksVerdict([dark])).toMatchObject({ state: 'warn' });
    expect(checksVerdict([])).toMatchObject({ state: 'warn' });
    const ended = await run('Error rate', (at) => (at < WEEK.from + 3 * DAY ? 0.001 : undefined));
    expect(ended).toMatchObject({ state: 'none', last: undefined });
    expect(checksVerdict([ended]).text).toContain('No data at the end: Error rate.');
  });
  test('in the middle is told with its share', async () => {
    const gap = await run('Error rate', (at) =>
      at > WEEK.from + 2 * DAY && at <= WEEK.from + 3 * DAY ? undefined : 0.001,
    );
    expect(gap.state).toBe('warn');
    expect(gap.missing).toBeCloseTo(1 / 7, 1);
    expect(checksVerdict([gap]).text).toContain('No data for a part of the period: Error rate (');
  });
  test('a stack of an hour ago may take ten minutes to its first value', async () => {
    const measured = { from: WEEK.to - 3600, to: WEEK.to };
    const found = await runCheck(
      fake((at) => (at < measured.from + 300 ? undefined : 0.001)),
      named('Error rate'),
      { period: WEEK, measured },
      'week before',
    );
    expect(found).toMatchObject({ missing: 0, state: 'good' });
  });
  test('makes no week without alerts', () => {
    const history = {
      rules: [],
      measured: WEEK,
      firing: [],
      levels: [],
      changes: [],
      sent: {},
      failed: {},
      alertmanager: undefined,
    };
    const verdict = (coverage: number) => alertsVerdict(fatigueOf({ ...history, coverage }), WEEK);
    expect(verdict(1).state).toBe('good');
    expect(verdict(0)).toEqual({
      state: 'warn',
      text: 'Prometheus stored nothing in this period: whether an alert fired is not known.',
    });
    expect(verdict(0.5)).toMatchObject({ state: 'warn', text: expect.stringContaining('only 50 %') });
  });
  test('coverage is the share of minutes in which anything was scraped', async () => {
    const half = fake((at) => (at <= WEEK.from + 3.5 * DAY ? 1 : undefined));
    const history = await fetchAlerts(half, WEEK, undefined);
    expect(history.coverage).toBeCloseTo(0.5, 2);
  });
});

describe('alerts whose rule is gone, or was another', () => {
  const every = (seconds: number, from: number, to: number) =>
    Array.from({ length: Math.floor((to - from) / seconds) + 1 }, (_, index) => from + index * seconds);
  const labels = { alertname: 'Gone', severity: 'warning', pod: 'a' };
  const rule: RuleState = {
    type: 'alerting',
    name: 'Gone',
    query: 'x > 1',
    group: 'g',
    interval: 15,
    evaluationTime: 0,
    duration: 0,
    labels: {},
  };
  const episodes = (instants: readonly number[][], rules: readonly RuleState[] = []) =>
    episodesOf({
      rules,
      measured: WEEK,
      firing: instants.map((each, index) => ({ labels: { ...labels, pod: `p${index}` }, instants: each })),
      levels: [],
      changes: [],
      sent: {},
      failed: {},
      alertmanager: undefined,
    }).map(({ from, to }) => [from, to]);
  test('are counted by the spacing of their samples', () => {
    expect(episodes([every(60, 0, 600)])).toEqual([[0, 660]]);
    expect(episodes([[...every(60, 0, 600), ...every(60, 3600, 3720)]])).toEqual([
      [0, 660],
      [3600, 3780],
    ]);
    // A pod with two evaluations, beside one that tells the interval.
    expect(episodes([every(60, 0, 600), [10, 130]])).toEqual([
      [0, 660],
      [10, 190],
    ]);
  });
  test('an interval that was another then does not cut an episode to pieces', () => {
    expect(episodes([[...every(60, 0, 600), ...every(15, 615, 900)]], [rule])).toEqual([[0, 915]]);
  });
  test('single evaluations far apart stay single', () => {
    expect(episodes([[0, 3600, 7200]], [rule])).toHaveLength(3);
    expect(episodes([[0, 3600, 7200]])).toHaveLength(3);
  });
});

test('a list of points is a history that knows no more than their values', () => {
  const check = named('Error rate');
  expect(resultOf(check, [[0, 0.5]], [], 'before')).toMatchObject({ beyond: 1, extreme: 0.5, state: 'bad' });
});
