import type { Browser, Page } from 'playwright-core';
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
  await page.goto(address(url, uid, view));
  return { page, shown: await settled(page) };
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
    await alone.goto(address(url, uid, view, `&viewPanel=${id}`));
    await settled(alone);
    const only = alone.locator(`[data-panel="${id}"]`).first();
    return (await only.count()) > 0 ? await only.screenshot() : undefined;
  } finally {
    await alone.close();
  }
}
