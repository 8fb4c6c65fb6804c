import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, Unit } from '../document.ts';
import { inUnit } from '../format.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

/** In pixels: of a chart by itself, and of one beside others, whose text would be too small if it was drawn larger. */
const WIDTH = { alone: 760, beside: 470 };
const HEIGHT = 260;
const LEGEND_ROW = 24;
const HALF_A_DAY = 43_200;

export type ChartPlace = keyof typeof WIDTH;

/**
 * Colours are tokens that the page turns into CSS variables, so that one drawing follows the reader's light or
 * dark theme. The hues keep a contrast of 3 on both.
 */
const COLOURS = ['#2a78d6', '#1baf7a', '#eb6834', '#8f5bd9', '#c2410c', '#0e7490', '#be185d', '#65720f'];
const TEXT = '#010203';
const GRID = '#040506';
const LIMIT = '#d03b3b';

/**
 * A chart as an SVG string, drawn without a browser.
 * @param id unique in the page: clip paths are referred to by it.
 * @param place whether it stands beside others.
 */
export function svg({ kind, unit, lines, limit }: Chart, id: string, place: ChartPlace): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH[place], height: HEIGHT });
  const values = lines.flatMap(({ points }) =>
    points.flatMap(([, value]) => (value === null ? [] : [value])),
  );
  chart.setOption({
    animation: false,
    // As the tables say it, whatever the machine's zone.
    useUTC: true,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: TEXT },
    grid: {
      left: 12,
      right: 20,
      top: 16 + LEGEND_ROW * legendRows(lines, WIDTH[place]),
      bottom: 8,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    ...(lines.length > 1 && {
      legend: {
        top: 0,
        left: 0,
        type: 'plain',
        itemGap: 28,
        icon: 'roundRect',
        itemWidth: 14,
        itemHeight: 4,
        textStyle: { color: TEXT },
        data: lines.map(({ name }) => name),
      },
    }),
    xAxis: {
      type: 'time',
      ...(kind === 'bar' && barExtent(lines)),
      axisLine: { lineStyle: { color: GRID } },
      axisLabel: { color: TEXT, hideOverlap: true },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      min: kind === 'bar' ? 0 : extreme('min', unit, values, limit?.value),
      ...(unit === 'count' && { minInterval: 1 }),
      max: kind === 'bar' ? undefined : extreme('max', unit, values, limit?.value),
      axisLabel: {
        color: TEXT,
        showMinLabel: kind === 'bar',
        showMaxLabel: kind === 'bar',
        formatter: (value: number) => inUnit(value, unit),
      },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: lines.map(({ name, points, dashed }, index) => ({
      name,
      type: kind,
      ...(kind === 'bar' && { stack: 'all' }),
      color: COLOURS[index % COLOURS.length],
      // A line needs two points to be seen.
      symbol: points.filter(([, value]) => value !== null).length === 1 ? 'circle' : 'none',
      symbolSize: 8,
      barMaxWidth: 24,
      lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' },
      data: points.map(([seconds, value]) => [seconds * 1000, value]),
      ...(index === 0 &&
        limit && {
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: LIMIT, type: 'dashed', width: 1.5 },
            label: { formatter: limit.name, color: LIMIT, position: 'insideEndTop' },
            data: [{ yAxis: limit.value }],
          },
        }),
    })),
  });
  const drawn = chart.renderToSVGString();
  chart.dispose();
  return drawn
    .replace(/<style\b[\s\S]*?<\/style>/, '')
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll(TEXT, 'var(--muted)')
    .replaceAll(GRID, 'var(--line)');
}

/** A bar stands for a day, half of it on either side of its instant. */
function barExtent(lines: Chart['lines']): { readonly min?: number; readonly max?: number } {
  const times = lines.flatMap(({ points }) => points.map(([seconds]) => seconds));
  if (times.length === 0) return {};
  return {
    min: (times.reduce((a, b) => Math.min(a, b)) - HALF_A_DAY) * 1000,
    max: (times.reduce((a, b) => Math.max(a, b)) + HALF_A_DAY) * 1000,
  };
}

/** Rows of the legend, by what a letter and an entry's mark and gap take; one line needs no legend. */
function legendRows(lines: Chart['lines'], width: number): number {
  if (lines.length < 2) return 0;
  let [rows, used] = [1, 0];
  for (const { name } of lines) {
    const entry = name.length * 6.5 + 48;
    if (used + entry > width) [rows, used] = [rows + 1, 0];
    used += entry;
  }
  return rows;
}

/** The axis takes in the limit and some air; left to itself it would cut off both. */
function extreme(
  side: 'min' | 'max',
  unit: Unit,
  values: readonly number[],
  limit?: number,
): number | undefined {
  const all = limit === undefined ? values : [...values, limit];
  if (all.length === 0) return undefined;
  const low = all.reduce((a, b) => Math.min(a, b));
  const high = all.reduce((a, b) => Math.max(a, b));
  const share = unit === 'ratio' && high <= 1;
  const air = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  if (side === 'max') return share ? Math.min(1, high + air) : high + air;
  return low >= 0 ? Math.max(0, low - air) : low - air;
}
