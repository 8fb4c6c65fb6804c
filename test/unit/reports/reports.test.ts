import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { readConfig } from '../../../operations/reports/alertmanager.ts';
import { episodesOf } from '../../../operations/reports/alerts/episodes.ts';
import type { AlertHistory } from '../../../operations/reports/alerts/fetch.ts';
import { levelOf } from '../../../operations/reports/alerts/level.ts';
import { fatigueOf } from '../../../operations/reports/alerts/model.ts';
import { growthOf } from '../../../operations/reports/capacity/model.ts';
import { capacityVerdict } from '../../../operations/reports/capacity/report.ts';
import { resultOf } from '../../../operations/reports/checks/model.ts';
import type { Chart, Report } from '../../../operations/reports/document.ts';
import { bytes, days, duration, percent } from '../../../operations/reports/format.ts';
import { daysOf, readPeriod } from '../../../operations/reports/period.ts';
import { svg } from '../../../operations/reports/render/chart.ts';
import { readFormat, render } from '../../../operations/reports/render/index.ts';
import { complianceOf } from '../../../operations/reports/slo/model.ts';
import { daysToLimit, linearFit, quantile, robustScore } from '../../../operations/reports/statistics.ts';

const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 23, 22) / 1000;

describe('period', () => {
  test('a month runs to its end, or to now', () => {
    expect(readPeriod({ month: '2026-10' }, NOW, '1d')).toEqual({
      from: Date.UTC(2026, 9) / 1000,
      to: Date.UTC(2026, 10) / 1000,
    });
    expect(readPeriod({ month: '2026-11' }, NOW, '1d').to).toBe(NOW);
    expect(readPeriod({}, NOW, 'month')).toEqual(readPeriod({ month: '2026-11' }, NOW, '1d'));
  });
  test('lengths count back from the end', () => {
    expect(readPeriod({}, NOW, '7d')).toEqual({ from: NOW - 7 * DAY, to: NOW });
    expect(readPeriod({ from: '2h', to: '2026-10-02' }, NOW, '7d')).toEqual({
      from: Date.UTC(2026, 9, 1, 22) / 1000,
      to: Date.UTC(2026, 9, 2) / 1000,
    });
  });
  test.each([
    [{ month: '2026-13' }, '--month 2026-13 is not a month'],
    [{ month: '2027-01' }, 'has not begun'],
    [{ month: '2026-10', from: '1d' }, '--month stands alone'],
    [{ from: 'soon' }, '--from soon is not a time'],
    [{ from: '2026-10-02', to: '2026-10-01' }, 'must lie before'],
  ])('%j is refused', (options, message) => {
    expect(() => readPeriod(options, NOW, '1d')).toThrow(message);
  });
  test('days are cut at midnight UTC', () => {
    const from = Date.UTC(2026, 9, 1, 18) / 1000;
    expect(daysOf({ from, to: from + DAY }).map((day) => day.to - day.from)).toEqual([6 * 3600, 18 * 3600]);
  });
});

describe('statistics', () => {
  test('a line is found again, with the day at which it passes a limit', () => {
    const fit = linearFit([0, 1, 2, 3].map((day) => [day * DAY, 100 + 10 * day] as const));
    expect(fit?.slope).toBeCloseTo(10 / DAY, 12);
    expect(fit?.r2).toBeCloseTo(1, 12);
    expect(fit && daysToLimit(fit, 200, 130)).toBeCloseTo(7, 9);
    expect(fit && daysToLimit(fit, 100, 130)).toBe(0);
  });
  test('what does not grow is never full, and one point is no line', () => {
    const flat = linearFit([
      [0, 5],
      [DAY, 5],
    ]);
    expect(flat && daysToLimit(flat, 10, 5)).toBeUndefined();
    expect(linearFit([[0, 5]])).toBeUndefined();
  });
  test('quantiles interpolate, and a score is robust', () => {
    expect(quantile(0.5, [4, 1, 3, 2])).toBe(2.5);
    expect(quantile(1, [4, 1])).toBe(4);
    expect(robustScore(20, [9, 10, 11, 10, 1000])).toBeCloseTo(10 / 1.4826, 6);
  });
});

describe('SLO', () => {
  const slo = { name: 's', service: 'a', kind: 'events', objective: 0.99, minutes: 2880 } as const;
  const period = { from: 0, to: 2 * DAY };
  test('the budget is what the objective allows of the period’s events', () => {
    const found = complianceOf(
      {
        ...slo,
        days: [
          { from: 0, to: DAY, bad: 5, total: 1000 },
          { from: DAY, to: 2 * DAY, bad: 10, total: 1000 },
        ],
      },
      period,
    );
    expect(found.compliance).toBeCloseTo(0.9925, 12);
    expect(found.budgetLeft).toBeCloseTo(0.25, 12);
    expect(found.coverage).toBe(1);
    expect(found.worstDays.map(({ from }) => from)).toEqual([DAY, 0]);
    expect(found.days.map(({ left }) => left).map((left) => Number(left.toFixed(9)))).toEqual([0.75, 0.25]);
  });
  test('overspent is bad, and without data nothing was met', () => {
    const bad = complianceOf({ ...slo, days: [{ from: 0, to: DAY, bad: 50, total: 1000 }] }, period);
    expect([bad.state, bad.budgetLeft]).toEqual(['bad', expect.closeTo(-4, 9)]);
    expect(complianceOf({ ...slo, days: [] }, period)).toMatchObject({
      state: 'none',
      compliance: undefined,
    });
  });
});

describe('alerts', () => {
  const rule = (name: string, query: string) =>
    ({
      type: 'alerting',
      name,
      query,
      group: 'g',
      interval: 15,
      evaluationTime: 0,
      duration: 0,
      labels: {},
    }) as const;
  const every = (from: number, to: number) =>
    Array.from({ length: (to - from) / 15 + 1 }, (_, index) => from + index * 15);
  const labels = { alertname: 'A', severity: 'critical', service: 's' };
  const history: AlertHistory = {
    rules: [rule('A', 'x > 10'), rule('B', 'y > 100')],
    measured: { from: 0, to: 7 * DAY },
    firing: [
      {
        labels,
        instants: [...every(0, 300), ...every(900, 1200), ...every(1500, 1800), ...every(9000, 9015)],
      },
    ],
    levels: [
      { alert: 'A', values: Array.from({ length: 101 }, (_, index) => index / 5) },
      { alert: 'B', values: [10, 11, 12] },
    ],
    changes: [],
    sent: {},
    failed: {},
    alertmanager: undefined,
  };

  test('fired, flapping, never fired and never acted on', () => {
    const found = fatigueOf(history);
    expect(found.fired).toMatchObject([
      { name: 'A', fired: 4, paged: 4, flaps: 2, actedOn: 0, firingSeconds: 975 },
    ]);
    expect(found.routed).toBe(false);
    expect(found.neverFired).toEqual([{ name: 'B', service: '' }]);
    expect(found.flapping).toHaveLength(1);
    expect(found.neverActedOn).toHaveLength(1);
  });
  test('noise is raised past the 99th percentile, what is out of reach is tightened', () => {
    expect(fatigueOf(history).suggestions).toMatchObject([
      { alert: 'A', threshold: 10, suggested: 20 },
      { alert: 'B', threshold: 100, suggested: 56 },
    ]);
    const young = { ...history, measured: { from: 6 * DAY, to: 7 * DAY } };
    expect(fatigueOf(young).suggestions.map(({ alert }) => alert)).toEqual(['A']);
  });
  test('a change or a silence while it lasts is an action, and a silenced alert pages nobody', () => {
    const found = fatigueOf({ ...history, changes: [1000] });
    expect(found.fired[0]?.actedOn).toBe(1);
    expect(found.suggestions.map(({ alert }) => alert)).toEqual(['B']);
    const config = readConfig('{"route": {"receiver": "pager"}, "receivers": [{"name": "pager"}]}');
    const matcher = { name: 'alertname', value: 'A|Z', isRegex: true, isEqual: true };
    const silences = [{ matchers: [matcher], from: 800, to: 2000 }];
    const paged = episodesOf({ ...history, alertmanager: { config, silences } }).map(
      (episode) => episode.paged,
    );
    expect(paged).toEqual([true, false, false, true]);
  });
  test('an inhibited alert pages nobody', () => {
    const config = readConfig(
      '{"route": {"receiver": "pager"}, "receivers": [{"name": "pager"}], "inhibit_rules": [{"source_matchers": ["alertname=\\"C\\""], "target_matchers": ["alertname=\\"A\\""], "equal": ["service"]}]}',
    );
    const louder = { labels: { alertname: 'C', severity: 'critical', service: 's' }, instants: every(0, 15) };
    const found = episodesOf({
      ...history,
      firing: [...history.firing, louder],
      alertmanager: { config, silences: [] },
    });
    expect(found.filter(({ alert }) => alert === 'A').map(({ paged }) => paged)).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
  test('a level is what one comparison compares', () => {
    expect(levelOf('sum(rate(x[5m])) by (a) > 0.15')).toEqual({
      expr: 'sum(rate(x[5m])) by (a)',
      threshold: 0.15,
      direction: 'above',
    });
    expect(levelOf('x < 3')?.direction).toBe('below');
    for (const query of ['x > 1 and y > 2', 'x == 0', 'x > y', 'x > bool 1', '('])
      expect(levelOf(query)).toBeUndefined();
  });
});

describe('capacity and checks', () => {
  const hourly = (days: number, value: (day: number) => number) =>
    Array.from({ length: days * 24 + 1 }, (_, hour) => [hour * 3600, value(hour / 24)] as const);
  test('a resource that grows is full when its line says', () => {
    const growth = growthOf({
      title: 'd',
      unit: 'bytes',
      limit: 200,
      points: hourly(10, (day) => 100 + 5 * day),
    });
    expect(growth).toMatchObject({
      daysLeft: expect.closeTo(10, 6),
      state: 'warn',
      now: expect.closeTo(150, 6),
    });
  });
  test('neither noise nor a few hours make a date', () => {
    const noise = hourly(10, (day) => 100 + 50 * Math.sin(day * 37));
    expect(growthOf({ title: 'd', unit: 'bytes', limit: 200, points: noise })?.daysLeft).toBeUndefined();
    const short = hourly(10, (day) => day).slice(0, 5);
    expect(growthOf({ title: 'd', unit: 'bytes', limit: 200, points: short })?.daysLeft).toBeUndefined();
  });
  test('what is in use is the last point, wherever the line ends', () => {
    const jump = (last: number) =>
      growthOf({
        title: 'Disk',
        unit: 'bytes',
        limit: 100,
        points: hourly(10, (day) => (day < 9.9 ? 20 : last)),
      });
    const almost = jump(97);
    expect(almost).toMatchObject({ now: 97, daysLeft: undefined });
    expect(almost && capacityVerdict([almost]).text).toBe(
      'Nothing is filling up. Disk is the fullest, 97 % in use.',
    );
    expect(jump(100)).toMatchObject({ daysLeft: 0, state: 'bad' });
    // Emptied: the line still ends beyond the limit.
    const emptied = growthOf({
      title: 'Disk',
      unit: 'bytes',
      limit: 100,
      points: hourly(10, (day) => (day < 9.9 ? 10 * day : 10)),
    });
    expect(emptied?.daysLeft).toBeGreaterThan(8);
  });
  test('a check tells how long it was beyond its bound, and what was unusual', () => {
    const check = { title: 'c', expr: 'c', unit: 'ratio', better: 'high', bound: 0.9 } as const;
    const past = hourly(1, (day) => 0.95 + 0.01 * Math.sin(day * 40));
    const now = [
      [0, 0.95],
      [1, 0.5],
      [2, 0.95],
      [3, 0.95],
    ] as const;
    expect(resultOf(check, now, past, 'before')).toMatchObject({
      beyond: 0.25,
      extreme: 0.5,
      state: 'warn',
      anomalies: [{ at: 1, value: 0.5 }],
    });
    expect(resultOf(check, [[0, 0.5]], [], 'before').state).toBe('bad');
    const rising = hourly(2, (day) => 0.9 + day / 100);
    expect(resultOf(check, rising, [], 'before').perDay).toBeCloseTo(0.01, 9);
    expect(resultOf(check, rising.slice(0, 23), [], 'before').perDay).toBeUndefined();
    expect(
      resultOf(
        check,
        hourly(2, () => 0.9),
        [],
        'before',
      ).perDay,
    ).toBeUndefined();
    expect(resultOf(check, [], [], 'before').state).toBe('none');
  });
});

describe('rendering', () => {
  const report: Report = {
    title: 'T <1>',
    period: 'today',
    verdict: { state: 'bad', text: 'a | b' },
    sections: [
      {
        title: 'S',
        table: { head: ['x', 'y'], rows: [['a|b', { text: '<c>', state: 'bad' }]] },
        charts: [
          {
            title: 'C',
            kind: 'line',
            unit: 'ratio',
            lines: [
              {
                name: 'l',
                points: [
                  [0, 0.1],
                  [60, 0.2],
                ],
              },
            ],
          },
        ],
      },
    ],
    data: { n: 1 },
  };
  test('a page is one file that asks for nothing, escapes, and follows the theme', () => {
    const page = render(report, 'html');
    expect(page).toContain('T &lt;1&gt;');
    expect(page).toContain('<td class="bad">&lt;c&gt;</td>');
    expect(page).toContain('<svg');
    expect(page).toContain('var(--muted)');
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).not.toMatch(/<script|src=|url\((?!#)|@import|<link/);
  });
  test('a chart says times as the tables do, in UTC wherever it is drawn', () => {
    const chart: Chart = {
      title: 'C',
      kind: 'line',
      unit: 'count',
      lines: [
        {
          name: 'l',
          points: [
            [0, 1],
            [6 * 3600, 2],
          ],
        },
      ],
    };
    vi.stubEnv('TZ', 'Asia/Kolkata');
    const drawn = svg(chart, 'c', 'alone');
    vi.unstubAllEnvs();
    expect(drawn).toContain('>02:00<');
    expect(drawn).not.toContain(':30<');
  });
  test('Markdown escapes cells, a pipe gets tabs, JSON the data', () => {
    expect(render(report, 'markdown')).toContain('| a\\|b | ✗ <c> |');
    expect(render(report, 'terminal')).toContain('a|b\t<c>');
    expect(JSON.parse(render(report, 'json'))).toMatchObject({ data: { n: 1 }, verdict: { state: 'bad' } });
  });
  test('a terminal gets a table that fits: the widest column wraps, and no word is cut', () => {
    const words = Array.from({ length: 40 }, (_, index) => `Alert${index}`).join(', ');
    const long = 'InferenceAvailabilityBudgetBurnFast';
    const table = {
      head: ['service', 'alerts'],
      rows: [
        ['inference-api', { text: words, state: 'bad' }],
        [long, ''],
      ],
    } as const;
    const note = 'As it should be for most; drills show that they still can, one after the other.';
    const shown = stripVTControlCharacters(
      render({ ...report, sections: [{ title: 'S', table, note }] }, 'terminal', 70),
    );
    const lines = shown.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(70);
    for (const word of [...words.split(' '), long]) expect(shown).toContain(word);
    expect(lines).toContain('the other.');
    // Too narrow for its words, it is as wide as they need.
    expect(stripVTControlCharacters(render(report, 'terminal', 4))).toContain('a|b');
  });
  test('the format is that of the file, unless it is given', () => {
    expect(readFormat(undefined, 'a/b.html')).toBe('html');
    expect(readFormat('json', 'b.html')).toBe('json');
    expect(readFormat(undefined, undefined)).toBe('terminal');
    expect(() => readFormat('pdf', undefined)).toThrow(
      '--format pdf is not one of terminal, markdown, html, json',
    );
  });
  test('numbers read as people write them', () => {
    expect([
      percent(0.99954),
      percent(-11.31731),
      percent(0.38413),
      percent(0.00012345),
      bytes(1536),
      duration(12_000),
      duration(-90),
      days(undefined),
      days(3.21),
    ]).toEqual([
      '99.954 %',
      '-1,132 %',
      '38.4 %',
      '0.0123 %',
      '1.5 KiB',
      '3 h 20 min',
      '-1 min 30 s',
      'none in sight',
      '3.21 days',
    ]);
  });
});
