import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../lib/endpoint.ts';
import type { Dashboard } from '../../preview/model/dashboard.ts';
import type { PreviewState } from '../../preview/model/state.ts';
import { type Preview, startPreview } from '../../preview/server.ts';
import { launch } from '../../preview/shoot/browser.ts';
import { settled, visit } from '../../preview/shoot/capture.ts';
import { shoot } from '../../preview/shoot/index.ts';
import { fromDirectory } from '../../preview/sources.ts';
import { chromiumProblem } from './preview/chromium.ts';
import { freePort, type RunningPrometheus, startPrometheus } from './preview/prometheus.ts';
import { END, START } from './preview/samples.ts';

const FIXTURES = fileURLToPath(new URL('preview/dashboards', import.meta.url));
const RANGE = `from=${START * 1000}&to=${END * 1000}`;

const problem = chromiumProblem();
if (problem) console.warn(`The tests of the preview in a browser are skipped: ${problem}`);

describe.skipIf(problem)('preview in a browser', () => {
  let prometheus: RunningPrometheus;
  let preview: Preview;
  let browser: Browser;
  let page: Page;
  let complaints: string[] = [];
  let foreign: string[] = [];

  beforeAll(async () => {
    prometheus = await startPrometheus();
    preview = await startPreview({
      prometheus: parseEndpoint(prometheus.url),
      dashboards: fromDirectory(FIXTURES),
    });
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, timezoneId: 'UTC' });
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    page.on('request', (request) => {
      if (!request.url().startsWith(preview.url) && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await preview?.close();
    await prometheus?.stop();
  });

  const shown = (): Promise<PreviewState> => settled(page);

  async function open(path: string): Promise<PreviewState> {
    complaints = [];
    foreign = [];
    return await visit(page, `${preview.url}${path}`);
  }

  const panelOf = (state: PreviewState, title: string) => {
    const panel = state.panels.find((candidate) => candidate.title === title);
    if (!panel)
      throw new Error(`There is no panel ${title} among ${state.panels.map((p) => p.title).join(', ')}`);
    return panel;
  };

  /** Compares each drawn series with the answer that Prometheus itself gives to the panel's query. */
  async function expectDrawnAsAnswered(state: PreviewState, title: string): Promise<void> {
    const panel = panelOf(state, title);
    const answers = await Promise.all(
      panel.queries.map(({ expr, start = 0, end, step = 15 }) =>
        prometheus.queryRange(expr, start, end, step),
      ),
    );
    const expected = answers.flat().map(({ values }) => values.map(([t, v]) => [t * 1000, Number(v)]));
    expect(expected.length).toBeGreaterThan(0);
    expect(panel.drawn.map(({ points }) => points)).toEqual(expected);
  }

  it('draws every kind of panel, and says of each whether it has data', async () => {
    const state = await open(`/d/all-kinds?${RANGE}`);
    const odd = state.panels.filter(({ status }) => status !== 'data');
    expect(odd.map(({ title, status }) => [title, status])).toEqual([
      ['Nothing here', 'empty'],
      ['A broken query', 'error'],
    ]);
    expect(odd[1]?.error).toContain('unclosed left parenthesis');
    await expect(page.locator('[data-panel="18"]').innerText()).resolves.toContain('Nothing has failed');
    expect(state.errors).toEqual([]);
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
    await expect(page.locator('.badge').innerText()).resolves.toBe('Preview of what Grafana will show');
  });

  it('draws what Prometheus answers', async () => {
    const state = await open(`/d/all-kinds?${RANGE}`);
    for (const title of ['Latency percentiles', 'Requests by status', 'Consumer lag']) {
      await expectDrawnAsAnswered(state, title);
    }
    expect(panelOf(state, 'Availability').drawn[0]?.text).toMatch(/^9\d\.\d\d%$/);
    expect(
      panelOf(state, 'Service health').drawn.find(({ name }) => name === 'feature-store')?.cells,
    ).toEqual(['Up', 'Down', 'Up']);
    expect(panelOf(state, 'Requests by endpoint').drawn.map(({ name }) => name)).toEqual([
      'Endpoint',
      'Requests',
      'Errors',
    ]);
    expect(
      panelOf(state, 'Latency distribution')
        .drawn.map(({ name }) => name)
        .slice(-2),
    ).toEqual(['1', '+Inf']);
    expect(state.annotations).toBe(2);
  });

  it('switches dashboard by its menu and keeps the time range', async () => {
    await open(`/d/all-kinds?${RANGE}`);
    await page.click('[data-menu="dashboards"]');
    await page.click('[data-uid="second"]');
    const state = await shown();
    expect(state.dashboard).toBe('second');
    expect(state.range).toEqual({ from: START * 1000, to: END * 1000 });
    expect(new URL(page.url()).pathname).toBe('/d/second/second-dashboard');
    await expectDrawnAsAnswered(state, 'Latency at P95');
  });

  it('changes variables, one and several, and puts them in the address', async () => {
    const all = await open(`/d/second?${RANGE}`);
    expect(panelOf(all, 'Requests').queries[0]?.expr).toContain('endpoint=~".*"');
    await page.click('[data-menu="var-quantile"]');
    await page.click('[data-value="0.5"]');
    await expectDrawnAsAnswered(await shown(), 'Latency at Median');

    await page.click('[data-menu="var-endpoint"]');
    await page.click('[data-value="/predict/fraud"]');
    await page.click('.menu .apply');
    const one = await shown();
    expect(one.variables.endpoint).toEqual(['/predict/fraud']);
    expect(new URL(page.url()).searchParams.getAll('var-endpoint')).toEqual(['/predict/fraud']);
    expect(panelOf(one, 'Requests').drawn[0]?.value).toBeLessThan(
      Number(panelOf(all, 'Requests').drawn[0]?.value),
    );
    await expectDrawnAsAnswered(one, 'Latency at Median');

    await page.goBack();
    expect((await shown()).variables.endpoint).toHaveLength(2);
  });

  it('changes the time range by the picker, and asks with a step that fits', async () => {
    await open(`/d/second?${RANGE}`);
    await page.click('[data-menu="time"]');
    await page.fill('input[aria-label="From"]', '2026-01-15 11:00:00');
    await page.fill('input[aria-label="To"]', '2026-01-15 11:30:00');
    await page.click('.time-menu .primary');
    const state = await shown();
    expect(state.range).toEqual({ from: Date.UTC(2026, 0, 15, 11), to: Date.UTC(2026, 0, 15, 11, 30) });
    const [query] = panelOf(state, 'Latency at P95').queries;
    expect(query).toMatchObject({ start: START + 3600, end: START + 5400, step: 15 });
    expect(query?.expr).toContain('[1m]');
    await expectDrawnAsAnswered(state, 'Latency at P95');
  });

  it('folds rows and repeats panels', async () => {
    await open(`/d/all-kinds?${RANGE}`);
    await page.click('[data-row="90"]');
    const unfolded = await shown();
    expect(unfolded.panels.filter(({ repeated }) => repeated).map(({ title }) => title)).toEqual([
      'Requests of /predict/fraud',
      'Requests of /predict/personalization',
    ]);
    await page.click('[data-row="10"]');
    expect((await shown()).panels.map(({ title }) => title)).not.toContain('Consumer lag');
  });

  it('draws light and dark, and a link leads to the other dashboard', async () => {
    expect((await open(`/d/all-kinds?${RANGE}&theme=light`)).theme).toBe('light');
    await expect(page.evaluate('getComputedStyle(document.body).backgroundColor')).resolves.toBe(
      'rgb(244, 245, 245)',
    );
    await page.click('[data-menu="theme"]');
    expect((await shown()).theme).toBe('dark');
    await page.click('[data-panel="13"] td a');
    const state = await shown();
    expect([state.dashboard, state.variables.endpoint]).toEqual(['second', ['/predict/personalization']]);
  });

  it('says what is wrong where no Prometheus answers', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const lost = await startPreview({
      prometheus: parseEndpoint(nowhere),
      dashboards: fromDirectory(FIXTURES),
    });
    try {
      const state = await visit(page, `${lost.url}/d/second?${RANGE}`);
      expect(state.panels.map(({ status }) => status)).toEqual(['error', 'error']);
      expect(state.panels[0]?.error).toContain(
        `No Prometheus answers at ${nowhere}: the connection was refused`,
      );
      expect(state.errors.join()).toContain('Variable endpoint');
    } finally {
      await lost.close();
    }
  });

  it.each(['document', 'script', 'fetch'])(
    'is loaded again where a %s was cut off, and not for ever',
    async (kind) => {
      const torn = await browser.newPage();
      const address = `${preview.url}/d/second?${RANGE}`;
      try {
        let left = 2;
        await torn.route('**/*', (route) => {
          if (route.request().resourceType() !== kind) return route.continue();
          left -= 1;
          return left < 0 ? route.continue() : route.abort('connectionreset');
        });
        const { panels } = await visit(torn, address);
        expect(left).toBeLessThan(0);
        expect(panels.map(({ status }) => status)).toEqual(['data', 'data']);
        left = Number.POSITIVE_INFINITY;
        await expect(visit(torn, address)).rejects.toThrow(
          /was cut off each of the 5 times.*ERR_CONNECTION_RESET/s,
        );
      } finally {
        await torn.close();
      }
    },
  );

  it('answers as a health endpoint, and no other site', async () => {
    const health = await fetch(`${preview.url}/api/health`);
    expect([health.status, await health.json()]).toEqual([200, { database: 'ok', preview: true }]);
    expect(await (await fetch(`${preview.url}/metrics`)).text()).toContain('process_resident_memory_bytes ');
    const write = await fetch(`${preview.url}/prometheus/api/v1/admin/tsdb/delete_series`, {
      method: 'POST',
    });
    expect(write.status).toBe(404);
    const outside = await fetch(`${preview.url}/page/..%2f..%2fserver.ts`);
    expect(outside.status).toBe(404);
  });

  it('shoots each dashboard, and before, after and difference of each changed panel', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preview-shoot-'));
    try {
      await cp(FIXTURES, join(folder, 'after'), { recursive: true });
      const file = join(folder, 'after/Fixtures/second.json');
      const changed = JSON.parse(await readFile(file, 'utf8')) as Dashboard;
      const [latency] = changed.panels ?? [];
      if (latency?.fieldConfig?.defaults) latency.fieldConfig.defaults.unit = 'percentunit';
      await writeFile(file, JSON.stringify(changed));
      const options = {
        prometheus: parseEndpoint(prometheus.url),
        dashboards: fromDirectory(join(folder, 'after')),
        out: join(folder, 'out'),
        now: END * 1000,
      };
      const report = await shoot({
        ...options,
        base: { name: 'main', dashboards: await fromDirectory(FIXTURES).load() },
      });
      expect(report.panels.map(({ uid, change }) => [uid, change.id, change.parts])).toEqual([
        ['second', 1, ['fieldConfig']],
      ]);
      expect(report.panels[0]?.share).toBeGreaterThan(0);
      expect((await readdir(options.out)).sort()).toEqual([
        'all-kinds.png',
        'index.html',
        'second-1-after.png',
        'second-1-before.png',
        'second-1-difference.png',
        'second.png',
      ]);
      expect(PNG.sync.read(await readFile(join(options.out, 'all-kinds.png'))).width).toBe(1600);

      const first = await readFile(join(options.out, 'second.png'));
      await shoot({ ...options, only: 'second' });
      expect(first.equals(await readFile(join(options.out, 'second.png')))).toBe(true);
      await expect(shoot({ ...options, only: 'third' })).rejects.toThrow('There are: all-kinds, second');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
