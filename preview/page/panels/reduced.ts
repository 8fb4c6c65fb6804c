import { type Bounds, boundsOf, type Display, display } from '../../model/field.ts';
import type { Cell } from '../../model/frame.ts';
import { reduce } from '../../model/reduce.ts';
import { type NumberField, numberFields, type PanelView } from './panel.ts';

/** One value of a stat, gauge, bar gauge or pie. */
export interface Reduced extends NumberField {
  name: string;
  value: Cell;
  row: number;
  bounds: Bounds;
  shown: Display;
}

/** The values that a panel's `reduceOptions` ask for: a calculation a field, or every row. */
export function reduced(view: PanelView): Reduced[] {
  const { reduceOptions = {} } = view.panel.options ?? {};
  const calc: string = reduceOptions.calcs?.[0] ?? 'lastNotNull';
  const wanted: string = reduceOptions.fields ?? '';
  const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(wanted) ?? [];
  const fits = (name: string) =>
    body ? new RegExp(body, flags).test(name) : wanted === '' || name === wanted;
  const every = body && view.frames.flatMap((frame) => frame.fields.map((field) => ({ field, frame })));
  const fields: NumberField[] = (every || numberFields(view.frames)).filter(
    ({ field }) => field.type !== 'time' && fits(field.displayName ?? field.name),
  );
  // Without bounds of its own a field is measured against all of them, as bars side by side need.
  const shared = boundsOf(
    fields.map(({ field }) => field),
    {},
  );
  return fields.flatMap((entry, index): Reduced[] => {
    const { field, frame } = entry;
    const bounds = { min: field.config.min ?? Math.min(0, shared.min), max: field.config.max ?? shared.max };
    const name = field.displayName ?? field.name;
    const of = (value: Cell, row: number, title: string): Reduced => ({
      ...entry,
      name: title,
      value,
      row,
      bounds,
      shown: display(field, value, index, bounds, view.display),
    });
    if (reduceOptions.values !== true) {
      return [of(reduce(field.values, calc), Math.max(0, field.values.length - 1), name)];
    }
    const label = frame.fields.find(({ type }) => type === 'string');
    const limit: number = reduceOptions.limit ?? 25;
    return field.values
      .slice(0, limit)
      .map((value, row) => of(value, row, String(label?.values[row] ?? name)));
  });
}

/** Rows and columns for `count` tiles, so that each is as close to `ratio` (width / height) as it can be. */
export function tiling(
  count: number,
  width: number,
  height: number,
  orientation = 'auto',
  ratio = 2.2,
): { columns: number; rows: number } {
  if (orientation === 'vertical') return { columns: 1, rows: count };
  if (orientation === 'horizontal') return { columns: count, rows: 1 };
  let best = { columns: count, rows: 1, score: Number.POSITIVE_INFINITY };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const shape = width / columns / (height / rows);
    const score = Math.abs(Math.log(shape / ratio)) + (columns * rows - count) * 0.2;
    if (score < best.score) best = { columns, rows, score };
  }
  return best;
}
