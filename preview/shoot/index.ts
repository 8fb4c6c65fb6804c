import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type Endpoint, urlOf } from '../../lib/endpoint.ts';
import { PreviewError } from '../errors.ts';
import type { DashboardEntry } from '../model/dashboard.ts';
import type { Theme } from '../model/palette.ts';
import { parseTime, zoneOf } from '../model/time.ts';
import { startPreview } from '../server.ts';
import type { DashboardSource } from '../sources.ts';
import { launch } from './browser.ts';
import { capturePanel, openDashboard, type View } from './capture.ts';
import { changesBetween, type PanelChange } from './changes.ts';
import { difference } from './difference.ts';
import { type DashboardPicture, type PanelPictures, reportHtml, type ShootReport } from './report.ts';

export interface ShootOptions {
  prometheus: Endpoint;
  dashboards: DashboardSource;
  /** Dashboards to compare with, and what to call them. Default: no comparison. */
  base?: { name: string; dashboards: readonly DashboardEntry[] };
  /** Folder to write into. */
  out: string;
  /** Default: dark. */
  theme?: Theme;
  /** Grafana's date math. Default: each dashboard's own range. */
  from?: string;
  to?: string;
  /** What `now` is, in ms, so that two runs show the same. Default: the last full minute. */
  now?: number;
  /** The one dashboard to shoot. Default: all. */
  only?: string;
  /** Shoot what differs from the base and nothing else: changed panels, and new dashboards whole. Default: false. */
  changedOnly?: boolean;
  /** Width of the page in pixels. Default: 1600. */
  width?: number;
  /** Told of each picture written. */
  log?: (line: string) => void;
}

function viewOf({ json }: DashboardEntry, options: ShootOptions): View {
  const now = options.now ?? Math.floor(Date.now() / 60_000) * 60_000;
  const from = options.from ?? json.time?.from ?? 'now-1h';
  const to = options.to ?? json.time?.to ?? 'now';
  // Pictures are taken by a browser in UTC.
  const zone = zoneOf(json.timezone, 'UTC');
  const [start, end] = [parseTime(from, now, false, zone), parseTime(to, now, true, zone)];
  if (start === undefined)
    throw new PreviewError(`--from ${from} is not a time, such as now-6h or 2026-01-31T12:00:00Z.`);
  if (end === undefined)
    throw new PreviewError(`--to ${to} is not a time, such as now or 2026-01-31T12:00:00Z.`);
  if (start >= end) throw new PreviewError(`--from ${from} must be before --to ${to}.`);
  return { theme: options.theme ?? 'dark', from: start, to: end, width: options.width ?? 1600 };
}

/** Pictures of a dashboard as a whole, and of some of its panels, by panel id. */
async function shootOne(
  browser: Browser,
  url: string,
  entry: DashboardEntry,
  view: View,
  panels: readonly number[],
  file?: string,
): Promise<{ picture: DashboardPicture; panels: Map<number, Buffer> }> {
  const { page, shown } = await openDashboard(browser, url, entry.uid, view);
  try {
    if (file) await page.screenshot({ path: file, fullPage: true });
    const images = new Map<number, Buffer>();
    for (const id of panels) {
      const image = await capturePanel(page, url, entry.uid, id, view);
      if (image) images.set(id, image);
    }
    const of = (status: string) => shown.panels.filter((panel) => panel.status === status);
    return {
      picture: {
        uid: entry.uid,
        title: entry.title,
        file: `${entry.uid}.png`,
        errors: shown.errors,
        empty: of('empty').map(({ title }) => title),
        failed: of('error').map(({ title, error }) => `${title} (${error})`),
      },
      panels: images,
    };
  } finally {
    await page.close();
  }
}

const drawn = (change: PanelChange): change is PanelChange & { id: number } =>
  change.kind !== 'moved' && change.id !== undefined;

/** Writes before, after and difference of each changed panel. */
async function writePanels(
  out: string,
  uid: string,
  changes: readonly PanelChange[],
  before: ReadonlyMap<number, Buffer>,
  after: ReadonlyMap<number, Buffer>,
): Promise<PanelPictures[]> {
  const pictures: PanelPictures[] = [];
  for (const change of changes.filter(drawn)) {
    const [a, b] = [before.get(change.id), after.get(change.id)];
    const name = (what: string) => `${uid}-${change.id}-${what}.png`;
    const write = async (what: string, image: Buffer) => {
      await writeFile(join(out, name(what)), image);
      return name(what);
    };
    const compared = a && b ? difference(a, b) : undefined;
    pictures.push({
      uid,
      change,
      ...(a ? { before: await write('before', a) } : {}),
      ...(b ? { after: await write('after', b) } : {}),
      ...(compared ? { difference: await write('difference', compared.png), share: compared.share } : {}),
    });
  }
  return pictures;
}

/**
 * Writes a PNG a dashboard, and with a base three of each changed panel, and `index.html` that shows them all.
 * @throws PreviewError for a dashboard or a time that is not there, and where no Chromium is.
 */
export async function shoot(options: ShootOptions): Promise<ShootReport> {
  const { out, only, base, prometheus, log = () => {} } = options;
  const all = await options.dashboards.load();
  const chosen = only ? all.filter(({ uid }) => uid === only) : all;
  if (only && chosen.length === 0) {
    throw new PreviewError(
      `--only names no dashboard: there is none with the uid ${only}. There are: ${all.map(({ uid }) => uid).join(', ')}.`,
    );
  }
  const changes = base ? changesBetween(base.dashboards, all).filter(({ uid }) => !only || uid === only) : [];
  const kindOf = new Map(changes.map(({ uid, kind }) => [uid, kind]));
  const shot = options.changedOnly ? chosen.filter(({ uid }) => kindOf.has(uid)) : chosen;
  const views = new Map(shot.map((entry) => [entry.uid, viewOf(entry, options)]));
  await mkdir(out, { recursive: true });
  const fixed = (dashboards: readonly DashboardEntry[]): DashboardSource => ({
    name: 'fixed',
    load: async () => [...dashboards],
  });
  const server = await startPreview({ prometheus, dashboards: fixed(all) });
  const baseServer = base && (await startPreview({ prometheus, dashboards: fixed(base.dashboards) }));
  const browser = await launch().catch(async (error) => {
    await Promise.all([server.close(), baseServer?.close()]);
    throw error;
  });
  const dashboards: DashboardPicture[] = [];
  const panels: PanelPictures[] = [];
  try {
    for (const entry of shot) {
      const view = views.get(entry.uid) as View;
      const changed = changes.find(({ uid }) => uid === entry.uid)?.panels ?? [];
      const ids = changed.filter(drawn).map(({ id }) => id);
      const whole = options.changedOnly !== true || kindOf.get(entry.uid) === 'added';
      const file = whole ? join(out, `${entry.uid}.png`) : undefined;
      const after = await shootOne(browser, server.url, entry, view, ids, file);
      if (file) {
        dashboards.push(after.picture);
        log(file);
      }
      const old = base?.dashboards.find(({ uid }) => uid === entry.uid);
      if (!old || !baseServer || ids.length === 0) continue;
      const before = await shootOne(browser, baseServer.url, old, view, ids);
      const written = await writePanels(out, entry.uid, changed, before.panels, after.panels);
      panels.push(...written);
      for (const { before: b, after: a, difference: d } of written)
        for (const name of [b, a, d]) if (name) log(join(out, name));
    }
  } finally {
    await browser.close();
    await Promise.all([server.close(), baseServer?.close()]);
  }
  const ranges = [...views.values()];
  const report: ShootReport = {
    prometheus: urlOf(prometheus),
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
    ...(base ? { base: base.name } : {}),
    dashboards,
    changes,
    panels,
  };
  await writeFile(join(out, 'index.html'), reportHtml(report));
  log(join(out, 'index.html'));
  return report;
}
