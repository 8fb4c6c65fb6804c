import * as echarts from 'echarts';
import { asText } from '../../model/field.ts';
import { alpha, mix, readableOn } from '../../model/palette.ts';
import { reduce } from '../../model/reduce.ts';
import type { Drawn } from '../../model/state.ts';
import { h, textWidth } from '../dom.ts';
import { inks } from './chart.ts';
import { type Draw, type PanelView, pointsOf } from './panel.ts';
import { type Reduced, reduced, tiling } from './reduced.ts';
import { followLinks } from './tooltip.ts';

interface Size {
  width: number;
  height: number;
}

/** Largest font that fits a text on one line. */
const fit = (text: string, { width, height }: Size, most: number, weight: number): number =>
  Math.max(12, Math.min(most, height, (width / Math.max(1, textWidth(text, 100, weight))) * 100));

function showsName(view: PanelView, count: number, name: string): boolean {
  const mode: string = view.panel.options?.textMode ?? 'auto';
  if (mode === 'name' || mode === 'value_and_name') return true;
  return mode === 'auto' && (count > 1 || name !== (view.panel.title ?? '')) && count > 1;
}

function colors(view: PanelView, { shown }: Reduced): { text: string; background: string; line: string } {
  const ink = inks(view.display.theme);
  const mode: string = view.panel.options?.colorMode ?? 'value';
  if (mode === 'background' || mode === 'background_solid') {
    const dark = mix([shown.color, '#000000'], 0.25);
    return {
      text: readableOn(shown.color),
      background: mode === 'background' ? `linear-gradient(120deg, ${dark}, ${shown.color})` : shown.color,
      line: alpha('#FFFFFF', 0.6),
    };
  }
  return { text: mode === 'none' ? ink.text : shown.color, background: 'transparent', line: shown.color };
}

function sparkline(element: HTMLElement, entry: Reduced, line: string): echarts.ECharts {
  const chart = echarts.init(element, undefined, { renderer: 'canvas' });
  const points = pointsOf(entry);
  chart.setOption({
    animation: false,
    grid: { left: 0, right: 0, top: 2, bottom: 0 },
    xAxis: { type: 'value', show: false, min: 'dataMin', max: 'dataMax' },
    yAxis: {
      type: 'value',
      show: false,
      scale: true,
      min: entry.field.config.min ?? undefined,
      max: entry.field.config.max ?? undefined,
    },
    series: [
      {
        type: 'line',
        silent: true,
        data: points,
        showSymbol: false,
        lineStyle: { width: 1, color: line },
        areaStyle: { color: alpha(line, 0.25), origin: 'start' },
      },
    ],
  });
  return chart;
}

function change(view: PanelView, entry: Reduced): HTMLElement | undefined {
  if (view.panel.options?.showPercentChange !== true) return undefined;
  const percent = reduce(entry.field.values, 'diffperc');
  if (typeof percent !== 'number') return undefined;
  const mark = percent > 0 ? '↑' : percent < 0 ? '↓' : '';
  return h('span', { class: 'stat-change' }, `${mark} ${percent.toFixed(1)}%`);
}

/** Big numbers, a tile each, with their course behind them. */
export const drawStat: Draw = (body, view) => {
  const values = reduced(view);
  const options = view.panel.options ?? {};
  const gap = 4;
  const { columns, rows } = tiling(
    values.length,
    body.clientWidth,
    body.clientHeight,
    options.orientation === 'horizontal'
      ? 'vertical'
      : options.orientation === 'vertical'
        ? 'horizontal'
        : 'auto',
  );
  const tile: Size = {
    width: (body.clientWidth - gap * (columns - 1)) / columns,
    height: (body.clientHeight - gap * (rows - 1)) / rows,
  };
  const named = values.some(({ name }) => showsName(view, values.length, name));
  const charts: echarts.ECharts[] = [];
  const wide = options.wideLayout !== false && tile.width / tile.height > 2.5 && named && tile.height < 90;
  const graph = options.graphMode !== 'none';
  const texts = values.map(({ shown }) => (options.textMode === 'name' ? '' : asText(shown)));
  const longest = texts.reduce((a, b) => (a.length >= b.length ? a : b), '');
  const names = values.map(({ name }) => name).reduce((a, b) => (a.length >= b.length ? a : b), '');
  const room = { width: tile.width - 32, height: tile.height - 16 };
  const nameSize = named
    ? (options.text?.titleSize ??
      Math.max(
        12,
        Math.min(
          26,
          fit(names, { width: wide ? room.width * 0.55 : room.width, height: room.height * 0.3 }, 26, 400),
        ),
      ))
    : 0;
  const valueRoom = wide
    ? { width: room.width * 0.42, height: room.height * 0.8 }
    : {
        width: room.width,
        height:
          (room.height - nameSize * 1.3) *
          (graph && values.some(({ field }) => field.values.length > 2) && tile.height > 110 ? 0.55 : 0.82),
      };
  const valueSize: number = options.text?.valueSize ?? fit(longest, valueRoom, 84, 500);
  const grid = h('div', {
    class: 'tiles',
    style: `grid-template-columns:repeat(${columns},1fr);grid-template-rows:repeat(${rows},1fr);gap:${gap}px`,
  });
  body.append(grid);
  values.forEach((entry, i) => {
    const paint = colors(view, entry);
    const drawsGraph = graph && entry.time && entry.field.values.length > 1;
    const spark = drawsGraph ? h('div', { class: 'spark' }) : undefined;
    const links = view.links(entry.field, entry.row, texts[i] ?? '', entry.frame);
    const centered =
      options.justifyMode === 'center' || (options.justifyMode !== 'center' && values.length === 1 && !named);
    const element = h(
      'div',
      {
        class: `tile${wide ? ' wide' : ''}${centered ? ' centered' : ''}${links.length > 0 ? ' linked' : ''}`,
        style: `background:${paint.background};color:${paint.text}`,
        title: entry.name,
        onclick: (event: MouseEvent) => followLinks(links, event.clientX, event.clientY),
      },
      spark,
      named &&
        h(
          'div',
          {
            class: 'tile-name',
            style: `font-size:${nameSize}px;color:${paint.background === 'transparent' ? 'var(--text)' : paint.text}`,
          },
          entry.name,
        ),
      h(
        'div',
        { class: 'tile-value', style: `font-size:${valueSize}px` },
        texts[i] === ''
          ? ''
          : h('span', {}, unitSpan(entry.shown.prefix), entry.shown.text, unitSpan(entry.shown.suffix)),
        change(view, entry),
      ),
    );
    grid.append(element);
    if (spark) charts.push(sparkline(spark, entry, paint.line));
  });
  return {
    count: values.length,
    drawn: values.map(
      ({ name, value, shown, field }): Drawn => ({
        name,
        value,
        text: asText(shown),
        color: shown.color,
        ...(field.labels ? { labels: field.labels } : {}),
      }),
    ),
    dispose: () => {
      for (const chart of charts) chart.dispose();
    },
  };
};

const unitSpan = (text: string | undefined) => (text ? h('small', {}, text) : undefined);
