import { asText, boundsOf, display, seriesColor } from '../../model/field.ts';
import type { Cell, Field } from '../../model/frame.ts';
import { alpha } from '../../model/palette.ts';
import { reduce } from '../../model/reduce.ts';
import { scaleOf } from '../../model/scale.ts';
import type { Drawn } from '../../model/state.ts';
import { formatValue } from '../../model/units.ts';
import { valueAxis } from './axis.ts';
import { chartIn, FONT, inks, tooltipStyle } from './chart.ts';
import { type LegendEntry, legendOf, withLegend } from './legend.ts';
import { type Draw, type Drawing, numberFields, type PanelView } from './panel.ts';
import { tooltipHtml } from './tooltip.ts';

interface Group {
  name: string;
  color: string;
  field: Field;
  values: Cell[];
}

/** Bars side by side (or stacked) over named categories; both bar charts and histograms end here. */
function drawBars(
  body: HTMLElement,
  view: PanelView,
  categories: string[],
  groups: Group[],
  entries: LegendEntry[],
): Drawing {
  const options = view.panel.options ?? {};
  const ink = inks(view.display.theme);
  const plot = withLegend(body, view.panel, legendOf(view, entries, { toggle() {}, highlight() {} }));
  const { chart, element, settled } = chartIn(plot);
  const flat = options.orientation === 'horizontal';
  const numbers = groups.flatMap(({ values }) => values.filter((v): v is number => typeof v === 'number'));
  const stacked = options.stacking === 'normal' || options.stacking === 'percent';
  const tops = stacked
    ? categories.map((_c, i) => groups.reduce((sum, { values }) => sum + Number(values[i] ?? 0), 0))
    : numbers;
  const extremes = { min: Math.min(0, ...numbers), max: Math.max(0, ...tops) };
  const scale = scaleOf(
    groups.map(({ field }) => field),
    extremes,
    flat ? element.clientWidth / 2 : element.clientHeight - 36,
  );
  const axis = valueAxis(
    view,
    groups.map(({ field }) => field),
    scale,
    false,
  );
  const category = {
    type: 'category',
    data: categories,
    inverse: flat,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      color: ink.faint,
      fontFamily: FONT,
      fontSize: 12,
      hideOverlap: true,
      rotate: options.xTickLabelRotation ?? 0,
    },
  };
  const longest = Math.max(0, ...categories.map((text) => text.length)) * 7 + 14;
  chart.setOption({
    animation: false,
    grid: flat
      ? { left: Math.min(longest, element.clientWidth * 0.4), right: 24, top: 8, bottom: 28 }
      : { left: axis.width, right: 14, top: 10, bottom: 28 },
    xAxis: flat ? { ...axis.option, position: 'bottom' } : category,
    yAxis: flat ? category : axis.option,
    tooltip: {
      ...tooltipStyle(view.display.theme),
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: { dataIndex: number }[]) => {
        const i = items[0]?.dataIndex ?? 0;
        const rows = groups.map(({ name, color, field, values }, index) => ({
          name,
          color,
          text: asText(
            display(field, values[i] ?? null, index, boundsOf([field], field.config), view.display),
          ),
        }));
        return tooltipHtml(categories[i] ?? '', rows);
      },
    },
    series: groups.map(({ name, color, values, field }) => {
      const fill = (field.config.custom?.fillOpacity ?? 80) / 100;
      return {
        type: 'bar',
        name,
        data: values,
        ...(stacked ? { stack: 'all' } : {}),
        barCategoryGap:
          view.panel.type === 'histogram' ? '2%' : `${(1 - (options.groupWidth ?? 0.7)) * 100}%`,
        itemStyle: {
          color: alpha(color, fill),
          borderColor: color,
          borderWidth: field.config.custom?.lineWidth ?? 1,
        },
      };
    }),
  });
  return {
    count: groups.length,
    drawn: groups.map(
      ({ name, color, values }): Drawn => ({
        name,
        color,
        cells: values.map(String),
        value: reduce(values, 'sum'),
      }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
}

function entriesOf(view: PanelView): LegendEntry[] {
  return numberFields(view.frames).map((entry, index) => {
    const bounds = boundsOf([entry.field], entry.field.config);
    return {
      ...entry,
      index,
      bounds,
      name: entry.field.displayName ?? entry.field.name,
      color: seriesColor(entry.field, index, bounds, view.display),
    };
  });
}

/** A bar chart: the first text (or time) column names the categories. */
export const drawBarChart: Draw = (body, view) => {
  const frame = view.frames[0];
  const entries = entriesOf(view).filter(({ frame: own }) => own === frame);
  const named = frame?.fields.find(({ displayName, type }) =>
    view.panel.options?.xField ? displayName === view.panel.options.xField : type === 'string',
  );
  const axis = named ?? frame?.fields.find(({ type }) => type === 'time');
  const categories = (axis?.values ?? []).map((value) =>
    axis?.type === 'time'
      ? formatValue(Number(value), 'dateTimeAsIso', null, view.display.time)
      : String(value ?? ''),
  );
  const groups = entries.map(({ name, color, field }) => ({ name, color, field, values: field.values }));
  return drawBars(body, view, categories, groups, entries);
};

/** A histogram of all values, in buckets of one size. */
export const drawHistogram: Draw = (body, view) => {
  const entries = entriesOf(view);
  const all = entries.flatMap(({ field }) =>
    field.values.filter((v): v is number => typeof v === 'number' && Number.isFinite(v)),
  );
  const low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const size: number =
    view.panel.options?.bucketSize ?? roundUp((high - low) / (view.panel.options?.bucketCount ?? 30) || 1);
  const first = Math.floor(low / size) * size;
  const count = all.length > 0 ? Math.floor((high - first) / size) + 1 : 0;
  const config = entries[0]?.field.config ?? {};
  const categories = Array.from({ length: count }, (_, i) =>
    formatValue(Number((first + i * size).toPrecision(12)), config.unit, config.decimals),
  );
  const groups = (view.panel.options?.combine ? entries.slice(0, 1) : entries).map(
    ({ name, color, field }) => {
      const values = Array<number>(count).fill(0);
      for (const value of view.panel.options?.combine ? all : field.values) {
        const at = typeof value === 'number' ? Math.floor((value - first) / size) : -1;
        if (at >= 0) values[at] = (values[at] ?? 0) + 1;
      }
      return {
        name,
        color,
        values,
        field: { ...field, config: { ...field.config, unit: 'short', decimals: 0 } },
      };
    },
  );
  return drawBars(body, view, categories, groups, entries);
};

function roundUp(raw: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5].find((m) => m * magnitude >= raw) ?? 10) * magnitude;
}
