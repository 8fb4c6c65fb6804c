import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../../preview/shoot/browser.ts';
import { ensureTools } from '../../tools/install.ts';
import { until } from './alertmanager/wait.ts';
import { Servers } from './guard/servers.ts';
import { chromiumProblem } from './preview/chromium.ts';

const problem = chromiumProblem();
if (problem) console.warn(`The tests of the guard in a browser are skipped: ${problem}`);

/** A name of the internet that its owner has lead to this machine. */
const EVIL = 'evil.example';
const TEN_YEARS = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2046-01-01T00:00:00Z' };
const silence = (comment: string) => ({
  matchers: [{ name: 'alertname', value: '.+', isRegex: true, isEqual: true }],
  ...TEN_YEARS,
  createdBy: 'a page',
  comment,
});

let folder: string;
let browser: Browser;
let site: Server;
let port: number;

beforeAll(async () => {
  if (problem) return;
  folder = mkdtempSync(join(tmpdir(), 'guard '));
  browser = await launch([`--host-resolver-rules=MAP ${EVIL} 127.0.0.1`]);
  site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>A page</p>'));
  await once(site.listen(0, '127.0.0.1'), 'listening');
  port = (site.address() as AddressInfo).port;
});

afterAll(async () => {
  await browser?.close();
  site?.closeAllConnections();
  site?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function opened(url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

/** Posts a silence: Alertmanager's CORS lets pages of every origin. */
async function postSilence(origin: string, alertmanager: string, comment: string): Promise<void> {
  const page = await opened(`${origin}:${port}/`);
  await page.evaluate(
    async ([url, body]) => {
      // The second asks for no leave.
      for (const type of ['application/json', 'text/plain'])
        await fetch(url, { method: 'POST', headers: { 'content-type': type }, body }).catch(() => {});
    },
    [`${alertmanager}/api/v2/silences`, JSON.stringify(silence(comment))] as const,
  );
  await page.close();
}

/** Has a page submit a form to Alertmanager. @returns the status of the answer. */
async function submitForm(alertmanager: string): Promise<number | undefined> {
  const page = await opened(`http://${EVIL}:${port}/`);
  await page.setContent(
    `<form method=post enctype=text/plain action="${alertmanager}/-/reload"><button>Win a prize</button></form>`,
  );
  const answer = page.waitForResponse(`${alertmanager}/-/reload`);
  await page.click('button');
  const status = (await answer).status();
  await page.close();
  return status;
}

/** What a page reads at a URL; `nothing` where the browser keeps it from reading. */
async function read(page: Page, url: string): Promise<string> {
  return await page.evaluate(
    async (from) =>
      await fetch(from).then(
        async (answer) => `${answer.status} ${await answer.text()}`,
        () => 'nothing',
      ),
    url,
  );
}

async function readFrom(origin: string, url: string): Promise<string> {
  const page = await opened(origin);
  const text = await read(page, url);
  await page.close();
  return text;
}

const rebound = (url: string) => url.replace('127.0.0.1', EVIL);

describe.skipIf(problem)('without a guard', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await Servers.start(join(folder, 'bare'), { guarded: false });
  });
  afterAll(async () => await servers?.stop());

  test('any page places silences, has files loaded, and reads everything by DNS rebinding', async () => {
    const { alertmanager, prometheus } = servers.urls;
    await postSilence(`http://${EVIL}`, alertmanager, 'elsewhere');
    await postSilence('http://127.0.0.1', alertmanager, 'another port');
    expect(await servers.silences()).toEqual(['another port', 'elsewhere']);
    expect(await submitForm(alertmanager)).toBe(200);
    expect(await readFrom(`http://${EVIL}:${port}/`, `${alertmanager}/api/v2/alerts`)).toContain('200 [');
    expect(await readFrom(`${rebound(alertmanager)}/`, '/api/v2/status')).toContain('receivers');
    expect(await readFrom(`${rebound(prometheus)}/`, '/api/v1/status/config')).toContain('scrape_configs');
  });
});

describe.skipIf(problem)('behind the guard', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await Servers.start(join(folder, 'guarded'), { guarded: true });
  });
  afterAll(async () => await servers?.stop());

  test('no page of another origin places a silence, or has files loaded', async () => {
    const { alertmanager } = servers.urls;
    await postSilence(`http://${EVIL}`, alertmanager, 'elsewhere');
    await postSilence('http://127.0.0.1', alertmanager, 'another port');
    expect(await servers.silences()).toEqual([]);
    expect(await submitForm(alertmanager)).toBe(403);
  });

  test('nor reads anything, nor frames anything', async () => {
    const { alertmanager, prometheus } = servers.urls;
    for (const origin of [`http://${EVIL}:${port}/`, `http://127.0.0.1:${port}/`]) {
      expect(await readFrom(origin, `${alertmanager}/api/v2/alerts`)).toBe('nothing');
      expect(await readFrom(origin, `${prometheus}/api/v1/status/config`)).toBe('nothing');
    }
    const page = await opened(`http://${EVIL}:${port}/`);
    const framed = page.waitForResponse(`${alertmanager}/`);
    await page.setContent(`<iframe src="${alertmanager}/"></iframe>`);
    expect((await framed).status()).toBe(403);
    await page.close();
  });

  test('a name that is made to lead here is refused', async () => {
    for (const url of Object.values(servers.urls)) {
      const page = await browser.newPage();
      const answer = await page.goto(`${rebound(url)}/`);
      expect([answer?.status(), await page.innerText('body')]).toEqual([
        403,
        expect.stringContaining(`not known as ${EVIL}`),
      ]);
      expect(await read(page, '/api/v2/status')).toContain('403 ');
      await page.close();
    }
  });

  test('a server itself answers only its guard', async () => {
    for (const name of ['prometheus', 'alertmanager'] as const) {
      const inner = servers.inner(name);
      expect(inner).not.toBe(servers.urls[name]);
      expect([
        await servers.status(`${inner}/-/ready`),
        await servers.status(`${inner}/api/v2/silences`, { method: 'POST' }),
      ]).toEqual([401, 401]);
    }
  });

  test('its own pages, links to them, programs and the servers themselves notice nothing', async () => {
    const { alertmanager, prometheus } = servers.urls;
    await until('Prometheus has told its alert', async () =>
      (await (await fetch(`${alertmanager}/api/v2/alerts`)).text()).includes('Always'),
    );
    const page = await opened(`http://${EVIL}:${port}/`);
    await page.setContent(`<a href="${alertmanager}/#/alerts">a link in a message</a>`);
    await page.click('a');
    await page.getByText('Always').first().waitFor();
    const placed = await page.evaluate(
      async (body) =>
        (
          await fetch('/api/v2/silences', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          })
        ).status,
      JSON.stringify(silence('its own page')),
    );
    expect(placed).toBe(200);
    await page.goto(`${prometheus}/-/healthy`);
    expect(await read(page, '/api/v1/query?query=up')).toContain('200 {"status":"success"');
    await page.close();

    const { amtool, promtool } = await ensureTools(['amtool', 'promtool']);
    const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { encoding: 'utf8' });
    run(
      amtool,
      `--alertmanager.url=${alertmanager}`,
      'silence',
      'add',
      'a=b',
      '--author=x',
      '--comment=amtool',
    );
    expect(await servers.silences()).toEqual(['amtool', 'its own page']);
    await until('both are scraped through their guards', () =>
      /=> 2 @/.test(run(promtool, 'query', 'instant', prometheus, 'sum(up)')),
    );
  });

  // Last: it ends them.
  test('a guard that is killed takes its server along', async () => {
    const inner = servers.inner('prometheus');
    servers.kill('prometheus');
    await until('the server has ended', async () => (await servers.status(inner)) === undefined);
  });
});
