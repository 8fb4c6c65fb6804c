import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint } from '../../../../lib/endpoint.ts';
import { render } from '../../../../operations/reports/render/index.ts';
import {
  type AlertBacktest,
  type BacktestResult,
  backtest,
} from '../../../../operations/review/backtest/backtest.ts';
import { firingOf, SLICES } from '../../../../operations/review/backtest/firing.ts';
import { backtestReport } from '../../../../operations/review/backtest/report.ts';
import { rulesIn } from '../../../../operations/review/backtest/rules.ts';
import { backtestParts } from '../../../../operations/review/report/backtest.ts';

const HOUR = 3600;
const FROM = Date.UTC(2026, 5) / 1000;
const period = { from: FROM, to: FROM + 24 * HOUR };

/** A Prometheus in which `x` is 10 from noon to one o'clock, and nothing was ever recorded. */
let server: Server;
let url: Endpoint;
const queries: string[] = [];

function answer(path: string, asked: URLSearchParams): unknown {
  if (path === '/api/v1/rules') return { groups: [] };
  if (path === '/api/v1/series') return [];
  const query = asked.get('query') ?? '';
  queries.push(query);
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(asked.get(name)));
  if (start === undefined || end === undefined || step === undefined || !query.startsWith('x >'))
    return { result: [] };
  const points = Math.floor((end - start) / step) + 1;
  if (points > 11_000) throw new Error('exceeded maximum resolution of 11,000 points');
  const values = Array.from({ length: points }, (_, n) => start + n * step)
    .filter((at) => at >= FROM + 12 * HOUR && at < FROM + 13 * HOUR)
    .filter(() => Number(query.split('>')[1]) < 10)
    .map((at) => [at, '10']);
  const stats = {
    samples: { totalQueryableSamples: points, peakSamples: 1 },
    timings: { evalTotalTime: 0.01 },
  };
  return { result: values.length > 0 ? [{ metric: { __name__: 'x', pod: 'p' }, values }] : [], stats };
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    try {
      const data = answer(pathname, new URLSearchParams(body || search));
      response.end(JSON.stringify({ status: 'success', data }));
    } catch (error) {
      response.writeHead(422).end(JSON.stringify({ status: 'error', error: (error as Error).message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = { scheme: 'http', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const rules = (threshold: number, wait: string) =>
  rulesIn({
    'prometheus/prometheus.yml': 'global: {evaluation_interval: 15s}',
    'prometheus/rules/a.yaml': `
groups:
  - name: g
    rules:
      - {alert: High, expr: x > ${threshold}, for: ${wait}, labels: {severity: critical}}
      - {alert: Other, expr: y > 1, labels: {severity: info}}
`,
  });

const run = (options: Partial<Parameters<typeof backtest>[3]> = {}): Promise<BacktestResult> =>
  backtest(rules(5, '10m'), rules(5, '5m'), url, { period, ...options });

test('a shorter `for` fires longer; what is unchanged is not asked for; what is shared is asked once', async () => {
  queries.length = 0;
  const result = await run();
  expect(result).toMatchObject({
    unchanged: 1,
    compared: true,
    alerts: [{ name: 'High', change: 'changed' }],
  });
  const [{ before, after } = {}] = result.alerts;
  expect(before).toMatchObject({ firing: { times: 1, seconds: 50 * 60 } });
  expect(after).toMatchObject({ firing: { times: 1, seconds: 55 * 60 } });
  // A day and ten minutes of 15 s in pieces of 4,000 evaluations.
  expect(queries.filter((query) => query === 'x > 5')).toHaveLength(2);
  expect(result.asked.samples).toBe((24 * HOUR) / 15 + 40 + 2);
});

test('smaller pieces and longer steps change what is asked, not what is found', async () => {
  queries.length = 0;
  const small = await run({ points: 1000, concurrency: 1 });
  expect(queries.filter((query) => query === 'x > 5')).toHaveLength(6);
  expect(small.alerts).toMatchObject([{ after: { firing: { times: 1, seconds: 55 * 60 } } }]);
  const coarse = await run({ step: 60 });
  expect(coarse.asked.samples).toBeLessThan(small.asked.samples / 3);
  expect(coarse.alerts).toMatchObject([{ step: 60, after: { firing: { times: 1, seconds: 55 * 60 } } }]);
});

test('what a server refuses is told of that alert alone', async () => {
  const result = await run({ points: 12_000, step: 1 });
  expect(result.alerts).toMatchObject([{ after: { problem: expect.stringContaining('11,000 points') } }]);
  expect(backtestReport(result).verdict).toEqual({
    state: 'bad',
    text: 'Whether High would have fired otherwise is not known. 2 parts of it could not be asked.',
  });
});

test('as often and as long is not the same: it counts when, and for which series', async () => {
  const [alert] = (await run()).alerts;
  const fired = (from: number, pod = 'p'): AlertBacktest['before'] => ({
    question: { expr: 'x', recorded: [], inlined: [] },
    refused: 0,
    firing: {
      times: 1,
      seconds: 60,
      longestSeconds: 60,
      pendingOnly: 0,
      fired: [{ labels: { pod }, from, to: from + 60 }],
      timeline: [],
    },
  });
  const verdict = async (before: AlertBacktest['before'], after: AlertBacktest['after']) => {
    if (alert === undefined || before === undefined || after === undefined) throw new Error('no alert');
    return backtestReport({ ...(await run()), alerts: [{ ...alert, before, after }] }).verdict.text;
  };
  expect(await verdict(fired(0), fired(0))).toBe('1 changed alert would have fired exactly as before.');
  expect(await verdict(fired(0), fired(600))).toContain(
    'High 1 time (1 min) before and after, at other times.',
  );
  expect(await verdict(fired(0), fired(0, 'q'))).toContain('before and after, with other labels.');
  expect(await verdict({ problem: 'no' }, { problem: 'no' })).not.toContain('as before');
});

test('silence without data is not “as before”', async () => {
  const silent = (bound: number) =>
    rulesIn({
      'prometheus/prometheus.yml': 'global: {evaluation_interval: 15s}',
      'prometheus/rules/a.yaml': `
groups:
  - name: g
    rules:
      - {alert: High, expr: 'rate(unheard[5m]) > ${bound}'}
      - {alert: Gone, expr: 'absent(unheard) > ${bound}'}
`,
    });
  const result = await backtest(silent(5), silent(6), url, { period, name: 'High' });
  expect(result.alerts).toMatchObject([
    { before: { problem: 'the server stored no unheard in this period, and without data nothing is known' } },
  ]);
  const { state, text } = backtestReport(result).verdict;
  expect(state).toBe('bad');
  expect(text).not.toContain('as before');
  // What asks for absence says something of a server without data.
  const [gone] = (await backtest(silent(5), silent(6), url, { period, name: 'Gone' })).alerts;
  expect(gone?.after).toMatchObject({ firing: { times: 0 } });
});

test('a limit of samples ends the asking', async () => {
  const { alerts } = await run({ samples: 4000, points: 1000, concurrency: 1 });
  expect(alerts).toMatchObject([{ before: { problem: expect.stringContaining('raise --samples') } }]);
});

test('the report says it in a line, and draws it for a terminal, a pipe and a pull request', async () => {
  const result = await backtest(rules(20, '5m'), rules(5, '5m'), url, { period });
  const report = backtestReport(result);
  expect(report.verdict).toEqual({
    state: 'warn',
    text: '1 of 1 changed alert would have fired otherwise: High 0 times before, 1 time (55 min) after.',
  });
  const markdown = render(report, 'markdown');
  const bar = `${'·'.repeat(24)}▇█${'·'.repeat(22)}`;
  expect(markdown).toContain('| High | changed | critical | after | 1 | 55 min | 55 min | 0 |');
  expect(markdown).toContain(`| High | after | ${bar} |`);
  const plain = render(backtestReport(result, 'plain'), 'terminal');
  expect(plain).toContain(`High\tafter\t${'.'.repeat(24)}89${'.'.repeat(22)}`);
  expect(plain).not.toMatch(/[▁-█·]/);
  expect(JSON.parse(render(report, 'json')).data.alerts[0].after.firing.times).toBe(1);
  expect(render(report, 'html')).toContain(bar);
});

test('a pull request’s report has it as a part of its own, where an alert changed', async () => {
  const [part, support] = backtestParts(await run());
  expect(part).toMatchObject({
    title: 'Backtest',
    open: true,
    summary: expect.stringContaining('High 1 time'),
  });
  expect(part?.sections[0]?.note).toContain('2026-06-01 00:00 to 2026-06-02 00:00 UTC');
  expect(part?.sections.map(({ title }) => title)).toContain('Timeline');
  expect(support?.open).toBe(false);
  expect(support?.sections.map(({ title }) => title)).toContain('What the server was asked');
  expect(backtestParts(await backtest(rules(5, '5m'), rules(5, '5m'), url, { period }))).toEqual([]);
});

test('an unchanged program needs no server', async () => {
  const result = await backtest(rules(5, '5m'), rules(5, '5m'), { ...url, port: 9 }, { period });
  expect(backtestReport(result).verdict).toEqual({
    state: 'good',
    text: 'No alert changed; 2 alerts as before.',
  });
});

test('a server that does not answer is told at once, not for every alert', async () => {
  const asked = backtest(rules(20, '5m'), rules(5, '5m'), { ...url, port: 9 }, { period });
  await expect(asked).rejects.toThrow(/does not answer at http:\/\/127.0.0.1:9/);
});

test('a name that no alert has is refused with the nearest', async () => {
  await expect(run({ name: 'Hihg' })).rejects.toThrow(/Did you mean High\?/);
});

test('time that several label sets share counts once, and what lies outside does not count', () => {
  const span = { from: 0, to: SLICES * 1000 };
  const series = (n: string, activeAt: number, lastAt: number) => ({
    labels: { n },
    episodes: [{ activeAt, firingAt: activeAt, lastAt }],
  });
  expect(
    firingOf([series('a', -5000, 1000), series('b', 1000, 2000), series('c', 99_000, 99_000)], 1000, span),
  ).toMatchObject({ times: 2, seconds: 3, longestSeconds: 2, pendingOnly: 0 });
});
