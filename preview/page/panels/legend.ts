import type { Panel } from '../../model/dashboard.ts';
import { asText, type Bounds, display } from '../../model/field.ts';
import { calcTitle, reduce } from '../../model/reduce.ts';
import { h } from '../dom.ts';
import type { NumberField, PanelView } from './panel.ts';

export interface LegendEntry extends NumberField {
  name: string;
  color: string;
  index: number;
  bounds: Bounds;
}

export interface LegendActions {
  /** A click: this series alone, or all again; with Ctrl, this series on or off. */
  toggle(name: string, additive: boolean): void;
  highlight(name: string | undefined): void;
}

const calculation = (view: PanelView, entry: LegendEntry, calc: string): string => {
  const { field, index, bounds } = entry;
  const value = reduce(field.values, calc);
  const countable = /^(count|distinctCount|changeCount)$/.test(calc);
  return countable ? String(value) : asText(display(field, value, index, bounds, view.display));
};

/** A panel's legend as its options say: list or table, below or at the right, with calculations. */
export function legendOf(
  view: PanelView,
  entries: readonly LegendEntry[],
  actions: LegendActions,
): HTMLElement | undefined {
  const { legend = {} } = view.panel.options ?? {};
  const shown = entries.filter(({ field }) => field.config.custom?.hideFrom?.legend !== true);
  if (legend.showLegend === false || legend.displayMode === 'hidden' || shown.length === 0) return undefined;
  const calcs: string[] = legend.calcs ?? [];
  const item = (entry: LegendEntry) =>
    h(
      'span',
      { class: 'legend-name', title: entry.name },
      h('i', { style: `background:${entry.color}` }),
      h('span', {}, entry.name),
    );
  const events = (entry: LegendEntry) => ({
    'data-series': entry.name,
    onclick: (event: MouseEvent) => actions.toggle(entry.name, event.ctrlKey || event.metaKey),
    onpointerenter: () => actions.highlight(entry.name),
    onpointerleave: () => actions.highlight(undefined),
  });
  if (legend.displayMode === 'table') {
    const sorted = sortEntries(shown, legend.sortBy, legend.sortDesc);
    return h(
      'div',
      { class: 'legend legend-table' },
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', {}, 'Name'),
            calcs.map((calc) => h('th', {}, calcTitle(calc))),
          ),
        ),
        h(
          'tbody',
          {},
          sorted.map((entry) =>
            h(
              'tr',
              events(entry),
              h('td', {}, item(entry)),
              calcs.map((calc) => h('td', {}, calculation(view, entry, calc))),
            ),
          ),
        ),
      ),
    );
  }
  return h(
    'div',
    { class: 'legend legend-list' },
    shown.map((entry) =>
      h(
        'span',
        { class: 'legend-entry', ...events(entry) },
        item(entry),
        calcs.map((calc) =>
          h('span', { class: 'legend-calc' }, `${calcTitle(calc)}: ${calculation(view, entry, calc)}`),
        ),
      ),
    ),
  );
}

function sortEntries(entries: readonly LegendEntry[], sortBy?: string, descending = false): LegendEntry[] {
  if (!sortBy) return [...entries];
  const sorted = [...entries];
  const calc = Object.keys({
    lastNotNull: 0,
    last: 0,
    min: 0,
    max: 0,
    mean: 0,
    sum: 0,
    first: 0,
    firstNotNull: 0,
  }).find((key) => calcTitle(key) === sortBy);
  sorted.sort((a, b) =>
    calc
      ? Number(reduce(a.field.values, calc) ?? 0) - Number(reduce(b.field.values, calc) ?? 0)
      : a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
  return descending ? sorted.reverse() : sorted;
}

/** Body and legend side by side or one above the other; returns the element for the plot. */
export function withLegend(body: HTMLElement, panel: Panel, legend: HTMLElement | undefined): HTMLElement {
  const plot = h('div', { class: 'plot' });
  const right = panel.options?.legend?.placement === 'right';
  body.classList.add(right ? 'beside' : 'stacked');
  body.append(plot);
  if (legend) {
    const width = panel.options?.legend?.width;
    if (right && width) legend.style.width = `${width}px`;
    body.append(legend);
  }
  return plot;
}
