import {
  LegendDisplayMode,
  LegendPlacement,
  type VizLegendOptions,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel as GrafanaPanel,
  RowBuilder,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelDefinition, Row } from './panel.ts';

/** Columns of Grafana's grid. */
export const GRID_COLUMNS = 24;

export interface PlacedPanel {
  readonly panel: GrafanaPanel & { readonly id: number };
  readonly definition: PanelDefinition;
}

export interface Layout {
  /** Rows and panels in reading order, as Grafana stores them. */
  readonly panels: (GrafanaPanel | RowPanel)[];
  readonly placed: readonly PlacedPanel[];
}

/** Gives every panel its id and its place: line under line, each from the left edge to the right one. */
export function layOut(intro: PanelDefinition, introHeight: number, rows: readonly Row[]): Layout {
  const panels: (GrafanaPanel | RowPanel)[] = [];
  const placed: PlacedPanel[] = [];
  let y = 0;
  const place = (definition: PanelDefinition, x: number, w: number, h: number): void => {
    const panel = {
      ...withLegendThatFits(definition.panel, w),
      id: panelId(withoutPromise(definition.panel.title ?? '')),
      gridPos: { h, w, x, y },
    };
    panels.push(panel);
    placed.push({ panel, definition });
  };
  place(intro, 0, GRID_COLUMNS, introHeight);
  y += introHeight;
  for (const row of rows) {
    const gridPos = { h: 1, w: GRID_COLUMNS, x: 0, y };
    panels.push(
      new RowBuilder(row.title)
        .id(panelId(`row: ${row.title}`))
        .gridPos(gridPos)
        .build(),
    );
    y += 1;
    for (const line of row.lines) {
      let x = 0;
      for (const [index, width] of widths(line.panels).entries()) {
        place(line.panels[index] as PanelDefinition, x, width, line.height);
        x += width;
      }
      y += line.height;
    }
  }
  return { panels, placed };
}

/** From half of the grid on there is room for a legend beside the graph. */
const ROOM_BESIDE = GRID_COLUMNS / 2;

/**
 * Below a graph Grafana gives a legend about a third of the height: three lines of a table. A wide graph has its
 * table beside it instead; a narrow one has names and last values one after another.
 */
function withLegendThatFits(panel: GrafanaPanel, width: number): GrafanaPanel {
  const options = panel.options as { legend?: VizLegendOptions } | undefined;
  const legend = options?.legend;
  if (panel.type !== 'timeseries' || legend?.displayMode !== LegendDisplayMode.Table) return panel;
  const fitting: VizLegendOptions =
    width >= ROOM_BESIDE
      ? { ...legend, placement: LegendPlacement.Right }
      : { ...legend, displayMode: LegendDisplayMode.List, calcs: legend.calcs.slice(0, 1) };
  return { ...panel, options: { ...options, legend: fitting } };
}

/** Widths as given; the rest of the grid is shared evenly by those without, the last one taking the remainder. */
function widths(panels: readonly PanelDefinition[]): number[] {
  const open = panels.filter(({ width }) => width === undefined).length;
  let left = GRID_COLUMNS - panels.reduce((sum, { width }) => sum + (width ?? 0), 0);
  let unplaced = open;
  return panels.map(({ width }) => {
    if (width !== undefined) return width;
    const share = Math.floor(left / unplaced);
    left -= share;
    unplaced -= 1;
    return share;
  });
}

/** A title without the promise after it, which changes with a threshold: `P95 latency` of `P95 latency (< 150 ms)`. */
export const withoutPromise = (title: string): string => title.replace(/ \([<>] [^)]*\)$/, '');

/**
 * A number that stays the panel's own for as long as its title stays: links to a panel survive when others come
 * and go. It is the 32-bit FNV-1a hash of the title, cut to 20 bits; a lint finds collisions.
 */
export function panelId(title: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(title)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash % 0xfffff) + 1;
}
