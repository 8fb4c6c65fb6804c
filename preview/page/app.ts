import type { DashboardEntry } from '../model/dashboard.ts';
import { isFolded, type PlacedPanel, place, toPixels } from '../model/layout.ts';
import type { Theme } from '../model/palette.ts';
import { parseInterval, parseTime, zoneOf } from '../model/time.ts';
import { interpolate } from '../model/variables.ts';
import { loadAnnotations } from './annotations.ts';
import { h } from './dom.ts';
import { PanelFrame } from './panel-frame.ts';
import type { Session } from './session.ts';
import './state.ts';
import { toolbar } from './toolbar.ts';
import { type Address, readAddress, writeAddress } from './url.ts';
import { resolveVariables } from './variables.ts';

interface Listing {
  dashboards: DashboardEntry[];
  source: string;
  prometheus: string;
  scrapeInterval: string;
  error?: string;
}

const head = h('div', { class: 'head' });
const problems = h('div', { class: 'problems' });
const grid = h('main', { class: 'grid' });

let listing: Listing;
let entry: DashboardEntry | undefined;
let session: Session | undefined;
let frames: PanelFrame[] = [];
let rows: { element: HTMLElement; placed: PlacedPanel }[] = [];
let folded = new Map<number, boolean>();
let refresh = '';
let timer: number | undefined;
let current = new AbortController();
const annotationsOff = new Set<string>();

const preview = window.preview;

function report(errors: readonly string[]): void {
  preview.errors = [...errors];
  problems.replaceChildren(...errors.map((text) => h('pre', { class: 'failure' }, text)));
}

const storedTheme = (): Theme => (localStorage.getItem('theme') === 'light' ? 'light' : 'dark');

/** Opens what the address names. */
async function open(): Promise<void> {
  const address = readAddress(location);
  entry =
    listing.dashboards.find(({ uid }) => uid === address.uid) ??
    (address.uid ? undefined : listing.dashboards[0]);
  if (!entry) {
    report([
      `There is no dashboard with the uid ${address.uid}. There are: ${listing.dashboards.map(({ uid }) => uid).join(', ')}.`,
    ]);
    preview.ready = true;
    return;
  }
  const { json } = entry;
  refresh = address.refresh ?? (typeof json.refresh === 'string' ? json.refresh : '');
  if (entry.uid !== preview.dashboard) folded = new Map();
  preview.dashboard = entry.uid;
  session = {
    dashboard: { ...json, uid: entry.uid },
    variables: [],
    range: { from: 0, to: 0 },
    raw: { from: address.from ?? json.time?.from ?? 'now-1h', to: address.to ?? json.time?.to ?? 'now' },
    theme: address.theme ?? storedTheme(),
    zone: zoneOf(json.timezone, new Intl.DateTimeFormat().resolvedOptions().timeZone),
    marks: [],
    scrapeInterval: listing.scrapeInterval,
    zoom: (range) => go({ from: String(range.from), to: String(range.to) }),
  };
  document.title = `${json.title} – preview`;
  document.documentElement.dataset.theme = session.theme;
  document.documentElement.classList.toggle('kiosk', address.kiosk);
  await reload(address, true);
}

/** Puts a change into the address and follows it. */
function go(
  change: Partial<{
    uid: string;
    from: string;
    to: string;
    refresh: string;
    theme: Theme;
    variables: Session['variables'];
  }>,
): void {
  if (!session || !entry) return;
  const target = listing.dashboards.find(({ uid }) => uid === change.uid) ?? entry;
  const address = readAddress(location);
  const url = writeAddress({
    uid: target.uid,
    title: target.title,
    variables: target === entry ? (change.variables ?? session.variables) : [],
    from: change.from ?? session.raw.from,
    to: change.to ?? session.raw.to,
    refresh: change.refresh ?? refresh,
    theme: change.theme ?? session.theme,
    ...(target === entry && address.viewPanel ? { viewPanel: address.viewPanel } : {}),
    kiosk: address.kiosk,
  });
  history.pushState(null, '', url);
  void open();
}

/** Reads time, variables, annotations and every panel anew. */
async function reload(address: Address = readAddress(location), rebuild = false): Promise<void> {
  if (!session) return;
  const own = session;
  current.abort();
  current = new AbortController();
  const { signal } = current;
  preview.ready = false;
  clearTimeout(timer);
  const now = Date.now();
  own.range = {
    from: parseTime(own.raw.from, now, false, own.zone) ?? now - 3_600_000,
    to: parseTime(own.raw.to, now, true, own.zone) ?? now,
  };
  const { variables, errors } = await resolveVariables(own.dashboard, own.range, address.variables);
  if (signal.aborted) return;
  own.variables = variables;
  const marks = await loadAnnotations(own.dashboard, own.range, variables, own.theme, annotationsOff);
  if (signal.aborted) return;
  own.marks = marks.marks;
  Object.assign(preview, {
    theme: own.theme,
    range: own.range,
    variables: Object.fromEntries(variables.map(({ name, values }) => [name, values])),
    annotations: own.marks.length,
  });
  report([...errors, ...marks.errors]);
  if (rebuild || frames.length === 0) layOut(own, address);
  paintHead(own);
  await Promise.all(frames.map((frame) => frame.load(own, signal)));
  if (signal.aborted) return;
  preview.ready = true;
  const wait = parseInterval(refresh);
  if (wait) timer = window.setTimeout(() => void reload(), Math.max(1000, wait));
}

function paintHead(own: Session): void {
  head.replaceChildren(
    toolbar({
      session: own,
      entries: listing.dashboards,
      refresh,
      prometheus: listing.prometheus,
      annotationsOff,
      actions: {
        open: (uid) => go({ uid }),
        setRange: (from, to) => go({ from: absolute(from, own.zone), to: absolute(to, own.zone) }),
        setVariable: (name, values) =>
          go({
            variables: own.variables.map((variable) =>
              variable.name === name
                ? {
                    ...variable,
                    all: values.includes('$__all'),
                    values: values.filter((v) => v !== '$__all'),
                  }
                : variable,
            ),
          }),
        setRefresh: (interval) => {
          refresh = interval;
          go({ refresh: interval });
        },
        setTheme: () => {
          const theme = own.theme === 'dark' ? 'light' : 'dark';
          localStorage.setItem('theme', theme);
          go({ theme });
        },
        setAnnotation: (name, on) => {
          if (on) annotationsOff.delete(name);
          else annotationsOff.add(name);
          void reload();
        },
        reload: () => void refetch(),
      },
    }),
  );
}

/** The address holds dates as milliseconds, as Grafana's does. */
const absolute = (text: string, zone: string): string =>
  text.startsWith('now') ? text : String(parseTime(text, Date.now(), false, zone) ?? text);

/** Places rows and panels on the page. */
function layOut(own: Session, address: Address): void {
  for (const frame of frames) frame.dispose();
  frames = [];
  rows = [];
  grid.replaceChildren();
  const panels = own.dashboard.panels ?? [];
  let placed = place(panels, own.variables, folded);
  if (address.viewPanel) {
    const only = [...panels, ...panels.flatMap((panel) => panel.panels ?? [])].find(
      ({ id }) => id === address.viewPanel,
    );
    placed = only ? [{ panel: only, pos: { x: 0, y: 0, w: 24, h: 18 } }] : placed;
  }
  const width = grid.clientWidth;
  for (const item of placed) {
    if (item.panel.type === 'row') rows.push({ placed: item, element: row(item, own) });
    else frames.push(new PanelFrame(item, width, own));
  }
  grid.append(...rows.map(({ element }) => element), ...frames.map(({ element }) => element));
  const bottom = Math.max(0, ...placed.map(({ pos }) => pos.y + pos.h));
  grid.style.height = `${bottom * 38}px`;
  positionRows(width);
  preview.panels = frames.map(({ state }) => state);
}

function positionRows(width: number): void {
  for (const { element, placed } of rows) {
    const box = toPixels(placed.pos, width);
    element.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
  }
}

function row({ panel }: PlacedPanel, own: Session): HTMLElement {
  const shut = isFolded(panel, folded);
  const inside = panel.panels?.length ?? 0;
  return h(
    'button',
    {
      type: 'button',
      class: shut ? 'row shut' : 'row',
      'data-row': panel.id ?? 0,
      'aria-expanded': String(!shut),
      onclick: () => {
        folded.set(panel.id ?? -1, !shut);
        void reload(undefined, true);
      },
    },
    h('span', { class: 'caret' }),
    interpolate(panel.title ?? '', own.variables, {}, 'text'),
    shut && inside > 0 && h('small', {}, `(${inside} panels)`),
  );
}

/** Dashboards as they are now, then everything of the open one. */
async function refetch(): Promise<void> {
  preview.ready = false;
  listing = (await (await fetch('/preview/dashboards')).json()) as Listing;
  if (listing.error) {
    report([listing.error]);
    preview.ready = true;
    return;
  }
  await open();
}

function redraw(): void {
  if (!session) return;
  const width = grid.clientWidth;
  positionRows(width);
  for (const frame of frames) {
    frame.place(width);
    if (frame.state.status === 'data') void frame.draw(session);
  }
}

let width = 0;
let pending: number | undefined;
new ResizeObserver(() => {
  if (grid.clientWidth === width) return;
  const first = width === 0;
  width = grid.clientWidth;
  clearTimeout(pending);
  if (!first) pending = window.setTimeout(redraw, 150);
}).observe(grid);

/** Links to dashboards stay on the page; everything else is the browser's. */
document.addEventListener('click', (event) => {
  const link = (event.target as HTMLElement).closest?.('a');
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (!link || !plain || link.target || link.origin !== location.origin || !link.pathname.startsWith('/d/'))
    return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  void open();
});
window.addEventListener('popstate', () => void open());

document.body.append(head, problems, grid);
await document.fonts.load('14px "Inter Variable"').catch(() => []);
await refetch();
