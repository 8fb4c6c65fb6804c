import { asText, type Bounds, boundsOf, display } from '../../model/field.ts';
import { type Field, type Frame, rowCount } from '../../model/frame.ts';
import { alpha, readableOn } from '../../model/palette.ts';
import { calcTitle, reduce } from '../../model/reduce.ts';
import type { Drawn } from '../../model/state.ts';
import { sortRows } from '../../model/transform.ts';
import { h } from '../dom.ts';
import type { Draw, PanelView } from './panel.ts';

interface Column {
  field: Field;
  bounds: Bounds;
  index: number;
}

/** More rows than this are cut, with a note. */
const MOST_ROWS = 500;
/** Width of a column that has none of its own and no room left, in pixels. */
const LEAST_WIDTH = 150;

const titleOf = (field: Field) => field.displayName ?? field.name;

function columnsOf(frame: Frame): Column[] {
  return frame.fields
    .filter(({ config }) => config.custom?.hidden !== true && config.custom?.hideFrom?.viz !== true)
    .map((field, index) => ({ field, index, bounds: boundsOf([field], field.config) }));
}

function cell({ field, bounds, index }: Column, row: number, frame: Frame, view: PanelView): HTMLElement {
  const value = field.values[row] ?? null;
  const shown = display(field, value, index, bounds, view.display);
  const text = value === null && !shown.mapped ? (field.config.noValue ?? '') : asText(shown);
  const { cellOptions = {}, align = 'auto' } = field.config.custom ?? {};
  const right = align === 'right' || (align === 'auto' && field.type === 'number' && !shown.mapped);
  const side = align === 'center' ? 'center' : right ? 'right' : 'left';
  let style = `text-align:${side};`;
  if (value !== null && cellOptions.type === 'color-background') {
    style += `background:${cellOptions.mode === 'gradient' ? `linear-gradient(120deg, ${alpha(shown.color, 0.75)}, ${shown.color})` : shown.color};color:${readableOn(shown.color)};`;
  }
  if (cellOptions.type === 'color-text') style += `color:${shown.color};`;
  const links = view.links(field, row, text, frame);
  const [only] = links;
  const content = only
    ? h(
        'a',
        { href: only.url, title: only.title, ...(only.newTab ? { target: '_blank', rel: 'noopener' } : {}) },
        text,
      )
    : text;
  if (cellOptions.type === 'gauge' && typeof value === 'number') {
    return h(
      'td',
      { style },
      h(
        'div',
        { class: 'cell-gauge' },
        h(
          'div',
          { class: 'bar-track' },
          h('div', {
            class: 'bar-fill',
            style: `width:${shown.share * 100}%;background:${cellOptions.mode === 'basic' ? alpha(shown.color, 0.6) : shown.color}`,
          }),
        ),
        cellOptions.valueDisplayMode !== 'hidden' &&
          h(
            'span',
            { style: cellOptions.valueDisplayMode === 'text' ? '' : `color:${shown.color}` },
            content,
          ),
      ),
    );
  }
  return h('td', { style, title: text }, content);
}

/** Rows and columns, sortable by a click on a heading. */
export const drawTable: Draw = (body, view) => {
  const options = view.panel.options ?? {};
  const frame = view.frames[options.frameIndex ?? 0] ?? view.frames[0];
  if (!frame) return { count: 0, drawn: [] };
  const initial = options.sortBy?.[0];
  let order: { column: string; descending: boolean } | undefined = initial
    ? { column: initial.displayName, descending: initial.desc === true }
    : undefined;
  const scroller = h('div', { class: `table ${options.cellHeight ?? 'sm'}` });
  body.append(scroller);
  let current = frame;

  function paint(): void {
    current = order ? sortRows(frame as Frame, order.column, order.descending) : (frame as Frame);
    const columns = columnsOf(current);
    const rows = Math.min(rowCount(current), MOST_ROWS);
    const head = columns.map(({ field }) => {
      const width = field.config.custom?.width;
      const right =
        field.config.custom?.align === 'right' ||
        ((field.config.custom?.align ?? 'auto') === 'auto' &&
          field.type === 'number' &&
          !field.config.mappings?.length);
      const mark = order?.column === titleOf(field) ? (order.descending ? ' ↓' : ' ↑') : '';
      return h(
        'th',
        {
          style: `${width ? `width:${width}px;` : ''}text-align:${right ? 'right' : 'left'}`,
          onclick: () => {
            const same = order?.column === titleOf(field);
            order = same && order?.descending ? undefined : { column: titleOf(field), descending: same };
            paint();
          },
        },
        titleOf(field) + mark,
      );
    });
    scroller.replaceChildren(
      h(
        'table',
        {
          style: `min-width:${columns.reduce((sum, { field }) => sum + (field.config.custom?.width ?? LEAST_WIDTH), 0)}px`,
        },
        options.showHeader !== false && h('thead', {}, h('tr', {}, head)),
        h(
          'tbody',
          {},
          Array.from({ length: rows }, (_, row) =>
            h(
              'tr',
              {},
              columns.map((column) => cell(column, row, current, view)),
            ),
          ),
        ),
        options.footer?.show &&
          h('tfoot', {}, h('tr', {}, footer(columns, options.footer.reducer?.[0] ?? 'sum', view))),
      ),
      ...(rowCount(current) > rows
        ? [h('p', { class: 'note' }, `${rowCount(current) - rows} more rows`)]
        : []),
    );
  }
  paint();
  return {
    count: rowCount(current),
    drawn: columnsOf(current).map(
      ({ field, bounds, index }): Drawn => ({
        name: titleOf(field),
        cells: field.values.map((value) => asText(display(field, value, index, bounds, view.display))),
      }),
    ),
  };
};

function footer(columns: readonly Column[], calc: string, view: PanelView): HTMLElement[] {
  return columns.map(({ field, bounds, index }, i) => {
    if (field.type !== 'number') return h('td', {}, i === 0 ? calcTitle(calc) : '');
    return h(
      'td',
      { style: 'text-align:right' },
      asText(display(field, reduce(field.values, calc), index, bounds, view.display)),
    );
  });
}
