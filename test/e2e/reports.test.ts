import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEndpoint } from '../../lib/endpoint.ts';
import { fetchAlerts } from '../../operations/reports/alerts/fetch.ts';
import { fatigueOf } from '../../operations/reports/alerts/model.ts';
import { alertsReport } from '../../operations/reports/alerts/report.ts';
import { capacityReport, growthIn } from '../../operations/reports/capacity/report.ts';
import { dailyReport } from '../../operations/reports/checks/daily.ts';
import { weeklyReport } from '../../operations/reports/checks/weekly.ts';
import { readPeriod } from '../../operations/reports/period.ts';
import { prometheusAt } from '../../operations/reports/prometheus.ts';
import { render } from '../../operations/reports/render/index.ts';
import { fetchSlos } from '../../operations/reports/slo/fetch.ts';
import { complianceOf } from '../../operations/reports/slo/model.ts';
import { sloReport } from '../../operations/reports/slo/report.ts';
import { launch } from '../../preview/shoot/browser.ts';
import { ensureTools } from '../../tools/install.ts';
import { chromiumProblem } from './preview/chromium.ts';

/**
 * A month with known answers, in a real Prometheus: 30 days of June 2026.
 * - availability (99.9 %): 10 requests a second; on the 10th, 2 % of them fail for the whole day.
 *   Bad 17,280 of 25,920,000 events: compliance 0.99933…, and 2/3 of the budget of 25,920 is gone.
 * - cache (99 %): minutes; 12 hours of the 20th are bad, 720 of 43,200. The budget is 432: overspent by 2/3.
 * - a disk of 1,000 units that grows by 10 a day from 100: full 60 days after the month.
 * - six minutes of outage on the 27th, which no grid of two hours meets: every request fails.
 * - an alert that fires for 10 minutes (41 samples of 15 s) at noon of the 5th, 6th and 7th.
 */
const PORT = 24_711;
const START = Date.UTC(2026, 5) / 1000;
const DAY = 86_400;
const END = START + 30 * DAY;
const folder = mkdtempSync(join(tmpdir(), 'reports-'));
const url = `http://127.0.0.1:${PORT}`;
/** No Alertmanager: reports do without it. */
const NOWHERE = parseEndpoint('http://127.0.0.1:1');
const period = readPeriod({ month: '2026-06' }, END + DAY, 'month');
let server: ChildProcess;
const problem = chromiumProblem();
if (problem !== undefined) console.log(`no page is opened: ${problem}`);

function family(
  name: string,
  labels: string,
  step: number,
  value: (at: number) => number | undefined,
): string {
  const lines = [`# TYPE ${name} gauge`];
  for (let at = START; at <= END; at += step) {
    const found = value(at);
    if (found !== undefined) lines.push(`${name}{${labels}} ${found} ${at}`);
  }
  return lines.join('\n');
}

/** Samples at midnight belong to the day that ends then, as ranges are open on the left. */
const during = (at: number, day: number, hours = 24) =>
  at > START + (day - 1) * DAY && at <= START + (day - 1) * DAY + hours * 3600;

function openMetrics(): string {
  const availability = 'slo="inference-availability",service="inference-api",team="t"';
  const cache = 'slo="cache-hit-rate",service="feature-store",team="t"';
  const noon = (at: number) =>
    [5, 6, 7].some((day) => at >= START + (day - 0.5) * DAY && at <= START + (day - 0.5) * DAY + 600);
  return [
    '# TYPE slo:objective:ratio gauge',
    `slo:objective:ratio{${availability}} 0.999 ${END - 60}`,
    `slo:objective:ratio{${cache}} 0.99 ${END - 60}`,
    family('slo:bad:rate1m', availability, 60, (at) => (during(at, 10) ? 0.2 : 0)),
    family('slo:total:rate1m', availability, 60, () => 10),
    family('slo:slice_bad:bool', cache, 60, (at) => (during(at, 20, 12) ? 1 : 0)),
    family(
      'node_filesystem_size_bytes',
      'instance="n",device="d",fstype="ext4",mountpoint="/"',
      300,
      () => 1000,
    ),
    family(
      'node_filesystem_avail_bytes',
      'instance="n",device="d",fstype="ext4",mountpoint="/"',
      300,
      (at) => 900 - (10 * (at - START)) / DAY,
    ),
    family('ALERTS', 'alertname="Noon",alertstate="firing",severity="critical",service="s"', 15, (at) =>
      noon(at) ? 1 : undefined,
    ),
    family('feature_store:cache_hits:ratio_rate5m', '', 60, (at) => (during(at, 30, 6) ? 0.5 : 0.95)),
    family('inference_api:errors:ratio_rate5m', '', 60, (at) =>
      at > START + 26 * DAY + 2000 && at <= START + 26 * DAY + 2360 ? 1 : 0.001,
    ),
    '# EOF',
    '',
  ].join('\n');
}

beforeAll(async () => {
  const { prometheus, promtool } = await ensureTools(['prometheus', 'promtool']);
  writeFileSync(join(folder, 'samples.om'), openMetrics());
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
  const data = join(folder, 'data');
  await promisify(execFile)(promtool, [
    'tsdb',
    'create-blocks-from',
    '--max-block-duration=30d',
    'openmetrics',
    join(folder, 'samples.om'),
    data,
  ]);
  server = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${PORT}`,
    ],
    { stdio: 'ignore' },
  );
  const deadline = Date.now() + 60_000;
  while (!(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error('Prometheus did not become ready');
    await pause(100);
  }
});

afterAll(async () => {
  if (server?.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('compliance, budgets and worst days are those of the month', async () => {
  const found = (await fetchSlos(prometheusAt(parseEndpoint(url)), period)).map((slo) =>
    complianceOf(slo, period),
  );
  const of = (name: string) => found.find((slo) => slo.name === name);
  const availability = of('inference-availability');
  expect(availability).toMatchObject({ kind: 'events', objective: 0.999, state: 'good', coverage: 1 });
  expect(availability?.bad).toBeCloseTo(17_280, 3);
  // Each day is open on the left: the very first sample of the month belongs to the month before.
  expect(availability?.total).toBeCloseTo(25_920_000, 3);
  expect(availability?.compliance).toBeCloseTo(1 - 17_280 / 25_920_000, 9);
  expect(availability?.budgetLeft).toBeCloseTo(1 / 3, 6);
  expect(availability?.worstDays.map(({ from }) => from)).toEqual([START + 9 * DAY]);
  const cache = of('cache-hit-rate');
  expect(cache).toMatchObject({ kind: 'slices', bad: 720, total: 43_200, state: 'bad' });
  expect(cache?.budgetLeft).toBeCloseTo(1 - 720 / 432, 9);
  expect(cache?.worstDays[0]?.compliance).toBeCloseTo(0.5, 9);
});

test('the disk is full on the day that was worked out', async () => {
  const [disk] = await growthIn(prometheusAt(parseEndpoint(url)), period);
  expect(disk?.now).toBeCloseTo(400, 3);
  expect(disk?.perDay).toBeCloseTo(10, 6);
  expect(disk?.daysLeft).toBeCloseTo(60, 3);
});

test('each time that the alert fired is counted, to the second', async () => {
  const { fired, pages } = fatigueOf(await fetchAlerts(prometheusAt(parseEndpoint(url)), period, undefined));
  expect(fired).toMatchObject([
    { name: 'Noon', fired: 3, paged: 3, flaps: 0, actedOn: 0, firingSeconds: 3 * 615 },
  ]);
  expect(pages).toBe(3);
});

test('the daily check sees the quarter of a day under its bound', async () => {
  const day = { from: END - DAY, to: END };
  const { data } = await dailyReport(prometheusAt(parseEndpoint(url)), day);
  const cache = (data as { title: string; beyond: number; anomalies: unknown[] }[]).find(
    ({ title }) => title === 'Cache hit rate',
  );
  expect(cache?.beyond).toBeCloseTo(0.25, 1);
  expect(cache?.anomalies.length).toBeGreaterThan(0);
});

test('a week with six minutes of outage is not green, and one without data is not either', async () => {
  const week = { from: END - 7 * DAY, to: END };
  const errors = async (at: typeof week) => {
    const { data } = await dailyReport(prometheusAt(parseEndpoint(url)), at);
    return (data as { title: string }[]).find(({ title }) => title === 'Error rate');
  };
  expect(await errors(week)).toMatchObject({ extreme: 1, state: 'warn', missing: 0 });
  expect((await errors(week)) as unknown as { beyond: number }).toMatchObject({
    beyond: expect.closeTo(360 / (7 * DAY), 5),
  });
  expect(await errors({ from: END - 20 * DAY, to: END - 13 * DAY })).toMatchObject({ state: 'good' });
  const dark = { from: START - 30 * DAY, to: START - 23 * DAY };
  expect(await errors(dark)).toMatchObject({ state: 'none', missing: 1 });
  expect((await alertsReport(prometheusAt(parseEndpoint(url)), NOWHERE, dark)).verdict.state).toBe('warn');
});

test.skipIf(problem !== undefined)(
  'a page shows its charts in a browser, in light and dark, and asks for nothing',
  async () => {
    const reports = {
      slo: await sloReport(prometheusAt(parseEndpoint(url)), period),
      capacity: await capacityReport(prometheusAt(parseEndpoint(url)), period),
      alerts: await alertsReport(prometheusAt(parseEndpoint(url)), NOWHERE, period),
      daily: await dailyReport(prometheusAt(parseEndpoint(url)), { from: END - DAY, to: END }),
      weekly: await weeklyReport(prometheusAt(parseEndpoint(url)), NOWHERE, { from: END - 7 * DAY, to: END }),
    };
    const browser = await launch();
    try {
      for (const [name, report] of Object.entries(reports)) {
        const file = join(folder, `${name}.html`);
        writeFileSync(file, render(report, 'html'));
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await browser.newPage({ colorScheme, viewport: { width: 1120, height: 900 } });
          const asked: string[] = [];
          page.on('request', (request) => asked.push(request.url()));
          await page.goto(`file://${file}`);
          expect(await page.locator('svg').count()).toBeGreaterThan(0);
          expect(await page.locator('svg path').count()).toBeGreaterThan(3);
          expect(asked).toEqual([`file://${file}`]);
          // No wider than the window: tables scroll by themselves.
          expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
          const shots = process.env.REPORT_SHOTS;
          if (shots)
            await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`), fullPage: true });
          await page.close();
        }
      }
    } finally {
      await browser.close();
    }
  },
);
