import { describe, expect, it } from 'vitest';
import type { Panel } from '../../../preview/model/dashboard.ts';
import { place, toPixels } from '../../../preview/model/layout.ts';
import type { Variable } from '../../../preview/model/variables.ts';

const panel = (id: number, x: number, y: number, w: number, h: number, more: Partial<Panel> = {}): Panel => ({
  id,
  type: 'stat',
  gridPos: { x, y, w, h },
  ...more,
});
const row = (id: number, y: number, more: Partial<Panel> = {}): Panel =>
  panel(id, 0, y, 24, 1, { type: 'row', ...more });
const positions = (placed: ReturnType<typeof place>) =>
  placed.map(({ panel: { id }, pos }) => [id, pos.x, pos.y, pos.w, pos.h]);

const variable: Variable = {
  name: 'topic',
  type: 'query',
  label: 'Topic',
  hidden: false,
  multi: true,
  includeAll: true,
  options: [],
  all: true,
  values: ['a', 'b', 'c'],
};

describe('layout', () => {
  it('leaves panels where they are and lifts them into free space', () => {
    expect(positions(place([panel(1, 0, 0, 12, 4), panel(2, 12, 0, 12, 8), panel(3, 0, 9, 12, 4)]))).toEqual([
      [1, 0, 0, 12, 4],
      [2, 12, 0, 12, 8],
      [3, 0, 4, 12, 4],
    ]);
  });

  it('folds a row away, and everything below rises', () => {
    const panels = [row(1, 0), panel(2, 0, 1, 24, 8), row(3, 9), panel(4, 0, 10, 24, 8)];
    expect(positions(place(panels, [], new Map([[1, true]])))).toEqual([
      [1, 0, 0, 24, 1],
      [3, 0, 1, 24, 1],
      [4, 0, 2, 24, 8],
    ]);
  });

  it('unfolds the panels that a folded row holds', () => {
    const panels = [row(1, 0, { collapsed: true, panels: [panel(2, 0, 1, 12, 4)] }), row(3, 1)];
    expect(positions(place(panels)).map(([id]) => id)).toEqual([1, 3]);
    expect(positions(place(panels, [], new Map([[1, false]])))).toEqual([
      [1, 0, 0, 24, 1],
      [2, 0, 1, 12, 4],
      [3, 0, 5, 24, 1],
    ]);
  });

  it('repeats a panel for each value and pushes what is below', () => {
    const panels = [panel(1, 0, 0, 24, 4, { repeat: 'topic', maxPerRow: 2 }), panel(2, 0, 4, 24, 4)];
    const placed = place(panels, [variable]);
    expect(positions(placed)).toEqual([
      [1, 0, 0, 12, 4],
      [1, 12, 0, 12, 4],
      [1, 0, 4, 12, 4],
      [2, 0, 8, 24, 4],
    ]);
    expect(placed.map(({ scope }) => scope?.values)).toEqual([['a'], ['b'], ['c'], undefined]);
  });

  it('measures in pixels as Grafana does: rows of 30 with gaps of 8', () => {
    expect(toPixels({ x: 0, y: 1, w: 24, h: 8 }, 1568)).toEqual({
      left: 0,
      top: 38,
      width: 1568,
      height: 296,
    });
    const [left, right] = [
      toPixels({ x: 0, y: 0, w: 12, h: 1 }, 1568),
      toPixels({ x: 12, y: 0, w: 12, h: 1 }, 1568),
    ];
    expect(right.left - (left.left + left.width)).toBe(8);
  });
});
