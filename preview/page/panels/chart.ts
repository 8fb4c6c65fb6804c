import * as echarts from 'echarts';
import { alpha, type Theme } from '../../model/palette.ts';
import type { TimeRange } from '../../model/time.ts';
import { timePattern } from '../../model/units-time.ts';
import type { PanelView } from './panel.ts';

export type Chart = echarts.ECharts;
// biome-ignore lint/suspicious/noExplicitAny: ECharts's option types do not survive composition of parts
export type Option = Record<string, any>;

export const FONT = '"Inter Variable", sans-serif';

/** Colours of axes and text, as Grafana's themes have them. */
export function inks(theme: Theme) {
  const dark = theme === 'dark';
  return {
    text: dark ? '#CCCCDC' : '#24292E',
    faint: dark ? 'rgba(204, 204, 220, 0.65)' : 'rgba(36, 41, 46, 0.75)',
    grid: dark ? 'rgba(240, 250, 255, 0.09)' : 'rgba(0, 10, 23, 0.09)',
    panel: dark ? '#181B1F' : '#FFFFFF',
    raised: dark ? '#22252B' : '#FFFFFF',
    border: dark ? 'rgba(204, 204, 220, 0.2)' : 'rgba(36, 41, 46, 0.2)',
    track: dark ? 'rgba(204, 204, 220, 0.09)' : 'rgba(36, 41, 46, 0.08)',
  };
}

/** A chart that fills a new element of the body. */
export function chartIn(body: HTMLElement): { chart: Chart; element: HTMLElement; settled: Promise<void> } {
  const element = document.createElement('div');
  element.className = 'chart';
  body.append(element);
  const chart = echarts.init(element, undefined, { renderer: 'canvas' });
  const settled = new Promise<void>((resolve) => {
    chart.on('finished', () => resolve());
  });
  return { chart, element, settled };
}

/** How Grafana writes times on an axis of a length. */
export function timeLabel(ms: number, range: TimeRange, zone?: string): string {
  const length = range.to - range.from;
  const context = zone ? { zone } : {};
  if (length <= 5 * 60_000) return timePattern('HH:mm:ss', ms, context);
  if (length <= 86_400_000) return timePattern('HH:mm', ms, context);
  if (length <= 7 * 86_400_000) return timePattern('MM/DD HH:mm', ms, context);
  return timePattern('MM/DD', ms, context);
}

const TICKS_MS = [
  1000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
  7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000, 2_592_000_000,
];

/** Times at round values that leave room for their labels, in the zone's own hours. */
export function timeTicks(range: TimeRange, width: number, zone?: string): number[] {
  const length = range.to - range.from;
  const room = Math.max(2, Math.floor(width / (length > 86_400_000 ? 100 : 70)));
  const step = TICKS_MS.find((tick) => length / tick <= room) ?? 2_592_000_000;
  const offset = zoneOffset(range.from, zone);
  const ticks: number[] = [];
  for (let at = Math.ceil((range.from + offset) / step) * step - offset; at <= range.to; at += step)
    ticks.push(at);
  return ticks;
}

function zoneOffset(ms: number, zone?: string): number {
  const text = timePattern('YYYY-MM-DDTHH:mm:ss', ms, zone ? { zone } : {});
  return Math.round((Date.parse(`${text}Z`) - ms) / 60_000) * 60_000;
}

/** A label in the middle of a tick that is nearer to the edge than this, in pixels, would lie under the other axis. */
const EDGE = 20;

/** The axis of time: the dashboard's range, whatever the data covers. */
export function timeAxis(view: PanelView, width: number): Option {
  const ink = inks(view.display.theme);
  const zone = view.display.time?.zone;
  const ticks = timeTicks(view.range, width, zone);
  const { from, to } = view.range;
  const atEdge = (((ticks[0] ?? to) - from) / (to - from)) * width < EDGE;
  return {
    type: 'value',
    min: view.range.from,
    max: view.range.to,
    axisLine: { show: false },
    axisTick: {
      show: true,
      length: 4,
      lineStyle: { color: ink.grid },
      customValues: ticks,
    },
    axisLabel: {
      color: ink.faint,
      fontFamily: FONT,
      fontSize: 12,
      margin: 8,
      hideOverlap: true,
      ...(atEdge ? { alignMinLabel: 'left' } : {}),
      customValues: ticks,
      formatter: (ms: number) => timeLabel(ms, view.range, zone),
    },
    splitLine: { show: true, lineStyle: { color: ink.grid } },
    axisPointer: {
      show: true,
      label: { show: false },
      lineStyle: { color: alpha(ink.text, 0.5), type: [4, 4] },
    },
  };
}

/** Dragging over the plot selects a range; a click does nothing. */
export function dragToZoom(chart: Chart, element: HTMLElement, view: PanelView): void {
  let start: number | undefined;
  const shade = document.createElement('div');
  shade.className = 'zoom-shade';
  const at = (x: number) => Number(chart.convertFromPixel({ xAxisIndex: 0 }, x));
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !chart.containPixel('grid', [event.offsetX, event.offsetY])) return;
    start = event.offsetX;
  });
  element.addEventListener('pointermove', (event) => {
    if (start === undefined || Math.abs(event.offsetX - start) < 5) return;
    if (!shade.isConnected) element.append(shade);
    shade.style.left = `${Math.min(start, event.offsetX)}px`;
    shade.style.width = `${Math.abs(event.offsetX - start)}px`;
  });
  element.addEventListener('pointerup', (event) => {
    const from = start;
    start = undefined;
    if (from === undefined || !shade.isConnected) return;
    shade.remove();
    const [a, b] = [at(from), at(event.offsetX)].sort((x, y) => x - y) as [number, number];
    if (b - a > 1000) view.zoom({ from: Math.round(a), to: Math.round(b) });
  });
  element.addEventListener('pointerleave', () => {
    start = undefined;
    shade.remove();
  });
}

/** Look of a tooltip. */
export function tooltipStyle(theme: Theme): Option {
  const ink = inks(theme);
  return {
    backgroundColor: ink.raised,
    borderColor: ink.border,
    borderWidth: 1,
    padding: 0,
    textStyle: { color: ink.text, fontFamily: FONT, fontSize: 12 },
    confine: false,
    appendTo: 'body',
    className: 'tooltip',
    transitionDuration: 0,
  };
}
