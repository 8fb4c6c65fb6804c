import type { GridPos, Panel } from './dashboard.ts';
import type { Variable } from './variables.ts';

/** Grafana's grid: columns, the height of one row and the gap between panels in pixels. */
export const GRID = { columns: 24, rowHeight: 30, gap: 8 } as const;

export interface PlacedPanel {
  panel: Panel;
  pos: GridPos;
  /** Values of the variable that this copy of a repeated panel stands for. */
  scope?: Variable;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const posOf = ({ gridPos = {} }: Panel): GridPos => ({
  x: gridPos.x ?? 0,
  y: gridPos.y ?? 0,
  w: gridPos.w ?? GRID.columns,
  h: gridPos.h ?? 8,
});

/** Copies of a repeated panel, a value each, and by how much they push what is below. */
function repeat(panel: Panel, variable: Variable): { copies: PlacedPanel[]; pushed: number } {
  const pos = posOf(panel);
  const copies = variable.values.map((value, i): PlacedPanel => {
    const scope: Variable = { ...variable, values: [value], all: false };
    if (panel.repeatDirection === 'v') return { panel, scope, pos: { ...pos, y: pos.y + i * pos.h } };
    const perRow = Math.max(1, Math.min(variable.values.length, panel.maxPerRow ?? 4));
    const w = Math.floor(GRID.columns / perRow);
    return {
      panel,
      scope,
      pos: { ...pos, w, x: (i % perRow) * w, y: pos.y + Math.floor(i / perRow) * pos.h },
    };
  });
  const bottom = Math.max(pos.y + pos.h, ...copies.map((copy) => copy.pos.y + copy.pos.h));
  return { copies, pushed: bottom - pos.y - pos.h };
}

interface Section {
  row?: Panel;
  panels: Panel[];
}

function sections(panels: readonly Panel[]): Section[] {
  const sorted = [...panels].sort((a, b) => posOf(a).y - posOf(b).y || posOf(a).x - posOf(b).x);
  const result: Section[] = [{ panels: [] }];
  for (const panel of sorted) {
    if (panel.type === 'row') result.push({ row: panel, panels: [...(panel.panels ?? [])] });
    else result.at(-1)?.panels.push(panel);
  }
  return result;
}

/**
 * Where every visible panel stands, in grid units: rows fold and unfold, repeated panels are copied, and panels rise
 * into free space above them, as in Grafana. `folded` overrides what the dashboard says of a row, by its id.
 */
export function place(
  panels: readonly Panel[],
  variables: readonly Variable[] = [],
  folded: ReadonlyMap<number, boolean> = new Map(),
): PlacedPanel[] {
  const placed: PlacedPanel[] = [];
  let top = 0;
  for (const section of sections(panels)) {
    if (section.row) {
      placed.push({ panel: section.row, pos: { x: 0, y: top, w: GRID.columns, h: 1 } });
      top += 1;
      if (isFolded(section.row, folded)) continue;
    }
    const start = top;
    const origin = Math.min(...section.panels.map((panel) => posOf(panel).y));
    let pushed = 0;
    for (const panel of section.panels) {
      const variable = panel.repeat ? variables.find(({ name }) => name === panel.repeat) : undefined;
      const group = variable
        ? repeat(panel, variable)
        : { copies: [{ panel, pos: posOf(panel) } as PlacedPanel], pushed: 0 };
      for (const copy of group.copies) {
        const pos = { ...copy.pos, y: start + copy.pos.y - origin + pushed };
        placed.push({ ...copy, pos });
        top = Math.max(top, pos.y + pos.h);
      }
      pushed += group.pushed;
    }
  }
  return compact(placed);
}

export const isFolded = (row: Panel, folded: ReadonlyMap<number, boolean>): boolean =>
  folded.get(row.id ?? -1) ?? row.collapsed === true;

const overlap = (a: GridPos, b: GridPos): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** Moves each panel up as far as nothing is in its way. */
function compact(panels: readonly PlacedPanel[]): PlacedPanel[] {
  const done: PlacedPanel[] = [];
  for (const placed of panels) {
    const pos = { ...placed.pos };
    while (done.some((other) => overlap(other.pos, pos))) pos.y += 1;
    while (pos.y > 0 && !done.some((other) => overlap(other.pos, { ...pos, y: pos.y - 1 }))) pos.y -= 1;
    done.push({ ...placed, pos });
  }
  return done;
}

/** The pixels of a grid position on a page of a width. */
export function toPixels(pos: GridPos, width: number): Box {
  const column = (width - GRID.gap * (GRID.columns - 1)) / GRID.columns;
  const left = Math.round(pos.x * (column + GRID.gap));
  const right = Math.round((pos.x + pos.w) * (column + GRID.gap) - GRID.gap);
  return {
    left,
    top: pos.y * (GRID.rowHeight + GRID.gap),
    width: right - left,
    height: pos.h * (GRID.rowHeight + GRID.gap) - GRID.gap,
  };
}
