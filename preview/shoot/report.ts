import type { DashboardChange, PanelChange } from './changes.ts';

export interface DashboardPicture {
  uid: string;
  title: string;
  /** File names beside the page. */
  file: string;
  /** Panels without data and with errors. */
  empty: string[];
  failed: string[];
  errors: string[];
}

export interface PanelPictures {
  uid: string;
  change: PanelChange;
  before?: string;
  after?: string;
  difference?: string;
  /** Share of pixels that differ, from 0 to 1. */
  share?: number;
}

export interface ShootReport {
  prometheus: string;
  from: number;
  to: number;
  base?: string;
  dashboards: DashboardPicture[];
  changes: DashboardChange[];
  panels: PanelPictures[];
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const picture = (file: string | undefined, caption: string): string =>
  file
    ? `<figure><a href="${escapeHtml(file)}"><img src="${escapeHtml(file)}" alt="${escapeHtml(caption)}" loading="lazy"></a><figcaption>${escapeHtml(caption)}</figcaption></figure>`
    : `<figure class="none"><figcaption>${escapeHtml(caption)}: not there</figcaption></figure>`;

function panelSection({ change, before, after, difference, share }: PanelPictures): string {
  const what = change.parts.length > 0 ? `: ${change.parts.join(', ')}` : '';
  const pixels = share === undefined ? '' : ` – ${(share * 100).toFixed(2)}% of its pixels differ`;
  return `<h3>${escapeHtml(change.title || `Panel ${change.id}`)} <small>${change.kind}${escapeHtml(what)}${pixels}</small></h3>
<div class="row">${picture(before, 'before')}${picture(after, 'after')}${difference ? picture(difference, 'difference') : ''}</div>`;
}

function changeSection(change: DashboardChange, report: ShootReport): string {
  const panels = report.panels.filter(({ uid }) => uid === change.uid);
  const moved = change.panels.filter(({ kind }) => kind === 'moved');
  return `<section><h2>${escapeHtml(change.title)} <small>${change.kind}</small></h2>
${change.settings.length > 0 ? `<p>Settings that differ: ${escapeHtml(change.settings.join(', '))}.</p>` : ''}
${moved.length > 0 ? `<p>Moved: ${escapeHtml(moved.map(({ title }) => title).join(', '))}.</p>` : ''}
${panels.map(panelSection).join('\n')}</section>`;
}

function dashboardSection({ title, file, empty, failed, errors }: DashboardPicture): string {
  const notes = [
    ...errors,
    ...(failed.length > 0 ? [`Failed: ${failed.join('; ')}`] : []),
    ...(empty.length > 0 ? [`Without data: ${empty.join(', ')}`] : []),
  ];
  return `<section><h2>${escapeHtml(title)}</h2>${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('')}${picture(file, title)}</section>`;
}

/** A page that shows every picture. */
export function reportHtml(report: ShootReport): string {
  const time = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
  const compared = report.base
    ? `<h1>What changes against ${escapeHtml(report.base)}</h1>${
        report.changes.length > 0
          ? report.changes.map((change) => changeSection(change, report)).join('\n')
          : '<p>No dashboard changes.</p>'
      }`
    : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dashboards</title><style>
body { font: 14px/1.5 Inter, system-ui, sans-serif; margin: 24px; background: #111217; color: #ccccdc; }
h1, h2, h3 { font-weight: 500; } small { color: #8e8e9c; font-weight: 400; }
.row { display: flex; flex-wrap: wrap; gap: 16px; } figure { margin: 0 0 16px; flex: 1 1 360px; } .none { flex: 0 0 auto; }
img { max-width: 100%; border: 1px solid #34363c; } figcaption { color: #8e8e9c; }
</style></head><body>
<p>Drawn by the preview, with data of ${escapeHtml(report.prometheus)} from ${time(report.from)} to ${time(report.to)} UTC. Grafana may differ in detail.</p>
${compared}
<h1>Dashboards</h1>
${report.dashboards.map(dashboardSection).join('\n')}
</body></html>
`;
}
