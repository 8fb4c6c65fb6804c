import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page, Request } from 'playwright-core';
import type { Theme } from '../model/palette.ts';
import type { PreviewState } from '../model/state.ts';

/** Longest that a dashboard may take to answer and draw. */
const READY_MS = 120_000;

export interface View {
  theme: Theme;
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  /** Width of the page in pixels; its height follows from the dashboard. */
  width: number;
}

const address = (url: string, uid: string, view: View, more = ''): string =>
  `${url}/d/${encodeURIComponent(uid)}?from=${view.from}&to=${view.to}&theme=${view.theme}&refresh=0&kiosk=true${more}`;

type Global = { preview?: PreviewState };

/** What the page shows once every panel is drawn. */
export async function settled(page: Page): Promise<PreviewState> {
  await page.waitForFunction(() => (globalThis as Global).preview?.ready === true, undefined, {
    timeout: READY_MS,
  });
  return (await page.evaluate(() => (globalThis as Global).preview)) as PreviewState;
}

/** How often a page is loaded whose connections are cut, after ever longer pauses. */
const LOADS = 5;
const PAUSE_MS = 500;
/**
 * How Chromium says that a connection was cut, not refused. It cuts all of them when the machine's network changes,
 * for which a container that starts is enough (net::ERR_NETWORK_CHANGED).
 */
const CUT = /ERR_(NETWORK_CHANGED|INTERNET_DISCONNECTED|CONNECTION_(RESET|ABORTED|CLOSED))/;
/** A load that failed ends in a page about the error, and on its way there comes across the next. */
const INTERRUPTED = /interrupted by another navigation/;

/**
 * Opens an address and gives what it shows once every panel is drawn. Where a part of it was cut off on its way it is
 * loaded again: without its script a page would never be drawn, and without an answer a panel would show an error.
 * @throws where that does not end.
 */
export async function visit(page: Page, url: string): Promise<PreviewState> {
  let cut: string | undefined;
  for (let load = 0; load < LOADS; load += 1) {
    await pause(load * PAUSE_MS);
    const watch = watchCuts(page);
    try {
      await page.goto(url);
      const shown = await Promise.race([settled(page), watch.first]);
      if (typeof shown !== 'string') return shown;
      cut = shown;
    } catch (error) {
      const { message } = error as Error;
      if (CUT.test(message)) cut = message;
      else if (!INTERRUPTED.test(message)) throw error;
    } finally {
      watch.end();
    }
  }
  throw new Error(`${url} was cut off each of the ${LOADS} times that it was loaded: ${cut}`);
}

/** The first request of a page that is cut. */
function watchCuts(page: Page): { first: Promise<string>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const failed = (request: Request) => {
    const { errorText = '' } = request.failure() ?? {};
    if (CUT.test(errorText)) resolve(`${request.url()}: ${errorText}`);
  };
  page.on('requestfailed', failed);
  return { first: promise, end: () => page.off('requestfailed', failed) };
}

/** A dashboard open in a page of its own. The caller closes the page. */
export async function openDashboard(
  browser: Browser,
  url: string,
  uid: string,
  view: View,
): Promise<{ page: Page; shown: PreviewState }> {
  const page = await browser.newPage({
    viewport: { width: view.width, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  return { page, shown: await visit(page, address(url, uid, view)) };
}

/** One panel as the dashboard shows it; one in a folded row is opened alone. Undefined where there is no such panel. */
export async function capturePanel(
  page: Page,
  url: string,
  uid: string,
  id: number,
  view: View,
): Promise<Buffer | undefined> {
  const panel = page.locator(`[data-panel="${id}"]`).first();
  if ((await panel.count()) > 0) return await panel.screenshot();
  const alone = await page.context().newPage();
  try {
    await visit(alone, address(url, uid, view, `&viewPanel=${id}`));
    const only = alone.locator(`[data-panel="${id}"]`).first();
    return (await only.count()) > 0 ? await only.screenshot() : undefined;
  } finally {
    await alone.close();
  }
}
