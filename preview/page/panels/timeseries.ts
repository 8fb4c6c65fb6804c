import * as echarts from 'echarts';
import { asText, type Bounds, boundsOf, display, seriesColor, thresholdSteps } from '../../model/field.ts';
import { alpha, color } from '../../model/palette.ts';
import { scaleOf } from '../../model/scale.ts';
import type { Drawn } from '../../model/state.ts';
import { h } from '../dom.ts';
import { valueAxis } from './axis.ts';
import { type Chart, chartIn, dragToZoom, type Option, timeAxis, tooltipStyle } from './chart.ts';
import { type LegendEntry, legendOf, withLegend } from './legend.ts';
import { drawMarks } from './marks.ts';
import { type Draw, numberFields, type PanelView, pointsOf } from './panel.ts';
import { followLinks, fullTime, type TooltipRow, tooltipHtml } from './tooltip.ts';

interface Line extends LegendEntry {
  points: [number, number | null][];
  /** As drawn: stacked and negated. */
  plotted: [number, number | null][];
  /** Where it begins in a stack, by time. Undefined for one that is not stacked. */
  bottoms?: ReadonlyMap<number, number>;
  right: boolean;
}

function linesOf(view: PanelView): Line[] {
  const fields = numberFields(view.frames);
  const names = new Map<string, number>();
  return fields.map((entry, index): Line => {
    const { field } = entry;
    const bounds: Bounds = boundsOf([field], field.config);
    const base = field.displayName ?? field.name;
    const seen = names.get(base) ?? 0;
    names.set(base, seen + 1);
    const points = pointsOf(entry);
    const negative = field.config.custom?.transform === 'negative-Y';
    return {
      ...entry,
      index,
      bounds,
      name: seen > 0 ? `${base} ${seen + 1}` : base,
      color: seriesColor(field, index, bounds, view.display),
      points,
      plotted: negative ? points.map(([t, v]) => [t, v === null ? null : -v]) : points,
      right: field.config.custom?.axisPlacement === 'right',
    };
  });
}

/** Adds each series of a stack to those below it, at the same times. */
function stack(lines: Line[]): void {
  const sums = new Map<string, Map<number, number>>();
  const stacked = lines.filter(({ field }) =>
    ['normal', 'percent'].includes(field.config.custom?.stacking?.mode),
  );
  const groupOf = ({ field, right }: Line) => `${right}:${field.config.custom?.stacking?.group ?? 'A'}`;
  const totals = new Map<string, number>();
  for (const line of stacked) {
    for (const [t, v] of line.plotted)
      totals.set(`${groupOf(line)}:${t}`, (totals.get(`${groupOf(line)}:${t}`) ?? 0) + (v ?? 0));
  }
  for (const line of stacked) {
    const below = sums.get(groupOf(line)) ?? new Map<number, number>();
    sums.set(groupOf(line), below);
    const bottoms = new Map<number, number>();
    line.bottoms = bottoms;
    const percent = line.field.config.custom?.stacking?.mode === 'percent';
    line.plotted = line.plotted.map(([t, v]) => {
      if (v === null) return [t, null];
      const part = percent ? v / (totals.get(`${groupOf(line)}:${t}`) || 1) : v;
      bottoms.set(t, below.get(t) ?? 0);
      const top = (below.get(t) ?? 0) + part;
      below.set(t, top);
      return [t, top];
    });
  }
}

/** Holes longer than the step break the line, unless nulls are spanned. */
function withGaps(
  points: [number, number | null][],
  step: number,
  span: boolean | number,
): [number, number | null][] {
  if (span === true) return points.filter(([, v]) => v !== null);
  const longest = Math.max(typeof span === 'number' ? span : 0, step * 1.5);
  return points.flatMap((point, i): [number, number | null][] => {
    const before = points[i - 1];
    return before && point[0] - before[0] > longest ? [[before[0] + 1, null], point] : [point];
  });
}

function seriesOption(line: Line, view: PanelView): Option {
  const custom = line.field.config.custom ?? {};
  const base = {
    id: `${line.index}`,
    name: line.name,
    yAxisIndex: line.right ? 1 : 0,
    color: line.color,
    animation: false,
    cursor: line.field.config.links?.length ? 'pointer' : 'default',
    z: 3 + line.index,
  };
  const data = withGaps(line.plotted, view.step, custom.spanNulls ?? false);
  if (custom.drawStyle === 'bars') return { ...base, ...barOption(line, view) };
  const fill = (custom.fillOpacity ?? 0) / 100;
  const dash =
    custom.lineStyle?.fill === 'dash'
      ? (custom.lineStyle.dash ?? [10, 10])
      : custom.lineStyle?.fill === 'dot'
        ? [0, 6]
        : 'solid';
  const points =
    custom.drawStyle === 'points' ||
    custom.showPoints === 'always' ||
    (custom.showPoints !== 'never' && data.length < 3);
  const lonely = data.filter(
    ([, v], i) => v !== null && (data[i - 1]?.[1] ?? null) === null && (data[i + 1]?.[1] ?? null) === null,
  );
  return {
    ...base,
    type: 'line',
    data,
    showSymbol: points || lonely.length > 0,
    symbol: points
      ? 'circle'
      : (value: [number, number]) => (lonely.some(([t]) => t === value[0]) ? 'circle' : 'none'),
    symbolSize: custom.pointSize ?? 5,
    smooth: custom.lineInterpolation === 'smooth' ? 0.4 : false,
    smoothMonotone: 'x',
    step:
      custom.lineInterpolation === 'stepAfter'
        ? 'end'
        : custom.lineInterpolation === 'stepBefore'
          ? 'start'
          : false,
    connectNulls: custom.spanNulls === true,
    lineStyle: {
      width: custom.drawStyle === 'points' ? 0 : (custom.lineWidth ?? 1),
      type: dash,
      cap: 'round',
    },
    emphasis: { disabled: true },
    ...(fill > 0 && !line.bottoms ? { areaStyle: areaOption(line, fill, custom.gradientMode) } : {}),
  };
}

/** The fill of a stacked line: between it and what is below, so that fills never lie over each other. */
function bandOption(line: Line, step: number): Option[] {
  const custom = line.field.config.custom ?? {};
  if (custom.drawStyle === 'bars' || !custom.fillOpacity) return [];
  const { bottoms } = line;
  if (!bottoms) return [];
  const tops = line.plotted.filter((point): point is [number, number] => point[1] !== null);
  const runs = tops.reduce<[number, number][][]>((found, point) => {
    const run = found.at(-1);
    if (run && point[0] - (run.at(-1)?.[0] ?? 0) <= step * 1.5) run.push(point);
    else found.push([point]);
    return found;
  }, []);
  return [
    {
      id: `band-${line.index}`,
      type: 'custom',
      silent: true,
      tooltip: { show: false },
      yAxisIndex: line.right ? 1 : 0,
      z: 2,
      data: tops.slice(0, 1),
      clip: true,
      renderItem: (_parameters: unknown, api: { coord(p: number[]): number[] }) => ({
        type: 'group',
        children: runs.map((run) => ({
          type: 'polygon',
          shape: {
            points: [
              ...run.map((p) => api.coord(p)),
              ...run.toReversed().map(([t]) => api.coord([t, bottoms.get(t) ?? 0])),
            ],
          },
          style: { fill: alpha(line.color, custom.fillOpacity / 100) },
        })),
      }),
    },
  ];
}

function areaOption(line: Line, fill: number, gradient: string | undefined): Option {
  const paint =
    gradient === 'opacity'
      ? new echarts.graphic.LinearGradient(0, 0, 0, 1, [
          { offset: 0, color: alpha(line.color, fill) },
          { offset: 1, color: alpha(line.color, 0) },
        ])
      : alpha(line.color, fill);
  return { color: paint, origin: 'auto' };
}

function barOption(line: Line, view: PanelView): Option {
  const custom = line.field.config.custom ?? {};
  const fill = (custom.fillOpacity ?? 0) / 100;
  const half = (view.step * (custom.barWidthFactor ?? 0.6)) / 2;
  return {
    type: 'custom',
    data: line.plotted.filter(([, v]) => v !== null),
    encode: { x: 0, y: 1 },
    renderItem: (_parameters: unknown, api: { value(i: number): number; coord(p: number[]): number[] }) => {
      const [t, v] = [api.value(0), api.value(1)];
      const [left = 0, top = 0] = api.coord([t - half, v]);
      const [right = 0, bottom = 0] = api.coord([t + half, line.bottoms?.get(t) ?? 0]);
      return {
        type: 'rect',
        shape: {
          x: left,
          y: Math.min(top, bottom),
          width: Math.max(1, right - left),
          height: Math.abs(bottom - top),
        },
        style: {
          fill: alpha(line.color, Math.max(fill, 0.05)),
          stroke: line.color,
          lineWidth: custom.lineWidth ?? 1,
        },
      };
    },
    clip: true,
  };
}

/** Thresholds as lines, dashes or areas behind the series. */
function thresholdOption(
  lines: readonly Line[],
  view: PanelView,
  scale: { min: number; max: number },
): Option {
  const config = lines[0]?.field.config ?? {};
  const mode: string = config.custom?.thresholdsStyle?.mode ?? 'off';
  if (mode === 'off') return {};
  const steps = thresholdSteps(config, scale);
  const dashed = mode.startsWith('dashed');
  const result: Option = {};
  if (mode.includes('line') || dashed) {
    result.markLine = {
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      data: steps
        .filter(({ value }) => value !== null && value !== undefined)
        .map((step) => ({
          yAxis: step.value,
          lineStyle: {
            color: alpha(color(step.color, view.display.theme), 0.9),
            type: dashed ? [10, 10] : 'solid',
            width: 2,
          },
        })),
    };
  }
  if (mode.includes('area')) {
    result.markArea = {
      silent: true,
      animation: false,
      data: steps.map((step, i) => [
        {
          yAxis: step.value ?? scale.min,
          itemStyle: { color: alpha(color(step.color, view.display.theme), 0.1) },
        },
        { yAxis: steps[i + 1]?.value ?? scale.max },
      ]),
    };
  }
  return result;
}

function tooltip(view: PanelView, lines: readonly Line[], visible: (name: string) => boolean): Option {
  const options = view.panel.options?.tooltip ?? {};
  if (options.mode === 'none') return { show: false };
  const nearest = (line: Line, at: number) => {
    const best = line.points.reduce<[number, number | null] | undefined>(
      (found, point) => (found && Math.abs(found[0] - at) <= Math.abs(point[0] - at) ? found : point),
      undefined,
    );
    return best && Math.abs(best[0] - at) <= Math.max(view.step, 1000) ? best : undefined;
  };
  return {
    ...tooltipStyle(view.display.theme),
    trigger: 'axis',
    formatter: (items: { axisValue: number }[]) => {
      const at = Number(items[0]?.axisValue);
      const found = lines
        .filter(({ name }) => visible(name))
        .flatMap((line) => {
          const point = nearest(line, at);
          return point ? [{ line, point }] : [];
        });
      if (options.sort === 'desc') found.sort((a, b) => (b.point[1] ?? 0) - (a.point[1] ?? 0));
      if (options.sort === 'asc') found.sort((a, b) => (a.point[1] ?? 0) - (b.point[1] ?? 0));
      const rows = found.map(
        ({ line, point }): TooltipRow => ({
          name: line.name,
          color: line.color,
          text: asText(display(line.field, point[1], line.index, line.bounds, view.display)),
        }),
      );
      const head = fullTime(found[0]?.point[0] ?? at, view);
      const linked = found.some(({ line }) => line.field.config.links?.length);
      return tooltipHtml(head, rows.slice(0, 20), linked ? 'Click a series to follow its links' : '');
    },
  };
}

/** Opens the links of the series nearest to a click. */
function linkClicks(chart: Chart, lines: readonly Line[], view: PanelView): void {
  if (!lines.some(({ field }) => field.config.links?.length)) return;
  chart.getZr().on('click', (event) => {
    const at = chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX) as unknown as number;
    let best: { line: Line; row: number; distance: number } | undefined;
    for (const line of lines) {
      const row = line.plotted.findIndex(([t]) => Math.abs(t - at) <= view.step);
      const value = line.plotted[row]?.[1];
      if (value === null || value === undefined) continue;
      const y = Number(chart.convertToPixel({ yAxisIndex: line.right ? 1 : 0 }, value));
      const distance = Math.abs(y - event.offsetY);
      if (!best || distance < best.distance) best = { line, row, distance };
    }
    if (!best || best.distance > 20) return;
    const { line, row } = best;
    const text = asText(
      display(line.field, line.field.values[row] ?? null, line.index, line.bounds, view.display),
    );
    const pointer = event.event as unknown as PointerEvent;
    followLinks(view.links(line.field, row, text, line.frame), pointer.clientX, pointer.clientY);
  });
}

/** Lines, bars and points over time. */
export const drawTimeseries: Draw = (body, view) => {
  const lines = linesOf(view);
  stack(lines);
  let hidden = new Set<string>();
  const visible = (name: string) => !hidden.has(name);
  const legend = legendOf(view, lines, {
    toggle(name, additive) {
      const others = lines.map((line) => line.name).filter((other) => other !== name);
      const alone = others.every((other) => hidden.has(other)) && !hidden.has(name);
      if (additive)
        hidden = new Set(hidden.has(name) ? [...hidden].filter((n) => n !== name) : [...hidden, name]);
      else hidden = new Set(alone ? [] : others);
      for (const row of legend?.querySelectorAll<HTMLElement>('[data-series]') ?? []) {
        row.classList.toggle('off', hidden.has(row.dataset.series ?? ''));
      }
      paint();
    },
    highlight(name) {
      for (const line of lines) {
        const opacity = name === undefined || line.name === name ? 1 : 0.25;
        if (line.field.config.custom?.drawStyle !== 'bars' && visible(line.name)) {
          chart.setOption({ series: [{ id: `${line.index}`, lineStyle: { opacity } }] });
        }
      }
    },
  });
  const plot = withLegend(body, view.panel, legend);
  const { chart, element, settled } = chartIn(plot);

  function paint(): void {
    const shown = lines.filter(({ name }) => visible(name));
    const height = element.clientHeight - 36;
    const sides = [false, true].map((right) => {
      const side = shown.filter((line) => line.right === right);
      const extremes = extremesOf(side);
      const scale = scaleOf(
        side.map(({ field }) => field),
        extremes,
        height,
      );
      return {
        side,
        scale,
        axis: valueAxis(
          view,
          side.map(({ field }) => field),
          scale,
          right,
        ),
      };
    });
    const [left, right] = sides as [(typeof sides)[0], (typeof sides)[0]];
    const leftWidth = left.side.length > 0 || right.side.length === 0 ? left.axis.width : 12;
    const rightWidth = right.side.length > 0 ? right.axis.width : 14;
    const width = element.clientWidth - leftWidth - rightWidth;
    chart.setOption(
      {
        animation: false,
        grid: { left: leftWidth, right: rightWidth, top: 10, bottom: 28 },
        xAxis: timeAxis(view, width),
        yAxis: sides.map(({ axis, side }, i) => ({
          ...axis.option,
          show: axis.option.show && (side.length > 0 || i === 0),
        })),
        tooltip: tooltip(view, lines, visible),
        series: [
          {
            id: 'thresholds',
            type: 'line',
            data: [],
            silent: true,
            yAxisIndex: left.side.length > 0 ? 0 : 1,
            ...thresholdOption(
              left.side.length > 0 ? left.side : right.side,
              view,
              left.side.length > 0 ? left.scale : right.scale,
            ),
          },
          ...shown.flatMap((line) => [...bandOption(line, view.step), seriesOption(line, view)]),
        ],
      },
      { notMerge: true },
    );
    drawMarks(chart, element, view, { left: leftWidth, top: 10, width, height: element.clientHeight - 38 });
  }
  paint();
  dragToZoom(chart, element, view);
  linkClicks(chart, lines, view);
  if (view.crosshair) {
    chart.group = view.crosshair;
    echarts.connect(view.crosshair);
  }
  if (lines.length === 0) plot.append(h('div', { class: 'nothing' }, 'No data'));
  return {
    count: lines.length,
    drawn: lines.map(
      ({ name, field, points, color: ink }): Drawn => ({
        name,
        points,
        color: ink,
        ...(field.labels ? { labels: field.labels } : {}),
      }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
};

function extremesOf(lines: readonly Line[]): { min: number; max: number } | undefined {
  const values = lines
    .flatMap(({ plotted }) => plotted.map(([, v]) => v))
    .filter((v): v is number => v !== null);
  if (values.length === 0) return undefined;
  const stacked = lines.some(
    ({ field }) =>
      (field.config.custom?.stacking?.mode ?? 'none') !== 'none' || field.config.custom?.drawStyle === 'bars',
  );
  const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return {
    min: stacked ? Math.min(0, min) : min,
    max: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  };
}
