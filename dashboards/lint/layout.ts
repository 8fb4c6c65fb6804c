import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import { GRID_COLUMNS } from '../panels/layout.ts';
import { allPanels, type DashboardLint, reporter } from './finding.ts';

/** Rows of the grid that a screen of 900 lines shows under Grafana's own bars: (900 - 130) / 38 pixels. */
export const FOLD = 20;
/** Queries that a browser sends at once before some wait: twice six a host. */
export const MAX_QUERIES_ABOVE_FOLD = 12;

const place = (panel: { gridPos?: GridPos }): GridPos => panel.gridPos ?? { x: 0, y: 0, w: 0, h: 0 };

/** No panel lies over another. */
export const panelOverlap: DashboardLint = (dashboard) => {
  const report = reporter('panel-overlap', dashboard);
  const panels = dashboard.json.panels ?? [];
  return panels.flatMap((panel, index) => {
    const a = place(panel);
    return panels
      .slice(index + 1)
      .filter((other) => {
        const b = place(other);
        return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
      })
      .map((other) => report(`lies over '${other.title}'`, panel.title));
  });
};

/** Pixels of one column at 1440 × 900, Grafana's menu closed, and of what stands beside a title: borders and two marks. */
const COLUMN_PX = 1424 / GRID_COLUMNS;
const ASIDE_PX = 58;

/** Pixels of a letter of Inter at 14 pixels, as seen. */
function letterPx(letter: string): number {
  if (letter === ' ') return 4;
  if (/[fijlrtI.,:()’]/.test(letter)) return 5;
  if (/[mwMW%]/.test(letter)) return 12;
  return /[A-Z0-9<>]/.test(letter) ? 9 : 7.9;
}

/** Titles are read whole on a screen 1440 pixels wide. */
export const panelTitleFits: DashboardLint = (dashboard) => {
  const report = reporter('panel-title-fits', dashboard);
  return allPanels(dashboard).flatMap((panel) => {
    const room = Math.floor(place(panel).w * COLUMN_PX - ASIDE_PX);
    const width = Math.ceil([...(panel.title ?? '')].reduce((sum, letter) => sum + letterPx(letter), 0));
    return width > room ? [report(`has a title of ${width} pixels where ${room} fit`, panel.title)] : [];
  });
};

/** Lines reach from edge to edge, and panels of one line are of one height. */
export const panelGrid: DashboardLint = (dashboard) => {
  const report = reporter('panel-grid', dashboard);
  const lines = Map.groupBy(dashboard.json.panels ?? [], (panel) => place(panel).y);
  return [...lines].flatMap(([y, panels]) => {
    const width = panels.reduce((sum, panel) => sum + place(panel).w, 0);
    const heights = new Set(panels.map((panel) => place(panel).h));
    return [
      ...(width === GRID_COLUMNS ? [] : [report(`line ${y} is ${width} of ${GRID_COLUMNS} columns wide`)]),
      ...(heights.size === 1
        ? []
        : [report(`line ${y} has panels of different heights: ${[...heights].join(', ')}`)]),
    ];
  });
};

/** What opens with the dashboard asks little; the rest asks once it is scrolled to. */
export const queriesAboveFold: DashboardLint = (dashboard) => {
  const report = reporter('queries-above-fold', dashboard);
  const queries = allPanels(dashboard)
    .filter((panel) => place(panel).y < FOLD)
    .reduce((sum, { targets }) => sum + (targets?.length ?? 0), 0);
  return queries <= MAX_QUERIES_ABOVE_FOLD
    ? []
    : [report(`sends ${queries} queries above the fold; at most ${MAX_QUERIES_ABOVE_FOLD}`)];
};
