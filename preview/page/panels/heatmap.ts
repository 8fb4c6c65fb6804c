import type { Field } from '../../model/frame.ts';
import { parseSample } from '../../model/numbers.ts';
import { alpha, color, mix, scheme } from '../../model/palette.ts';
import { reduce } from '../../model/reduce.ts';
import type { Drawn } from '../../model/state.ts';
import { formatValue } from '../../model/units.ts';
import { h, textWidth } from '../dom.ts';
import { chartIn, dragToZoom, FONT, inks, timeAxis, tooltipStyle } from './chart.ts';
import { drawMarks } from './marks.ts';
import { type Draw, numberFields, type PanelView } from './panel.ts';
import { fullTime, tooltipHtml } from './tooltip.ts';

interface Bucket {
  name: string;
  field: Field;
  times: number[];
}

const numeric = (text: string): number => parseSample(text);

/** A bucket a field: of one frame as the heatmap format gives, or a series each. */
function bucketsOf(view: PanelView): Bucket[] {
  return numberFields(view.frames).map(({ field, time }) => ({
    name: field.displayName ?? field.name,
    field,
    times: (time?.values ?? []).map(Number),
  }));
}

/** Colours of a cell by its share of the largest count. */
function paint(view: PanelView): { stops: string[]; at(share: number): string } {
  const options = view.panel.options?.color ?? {};
  const exponent = options.scale === 'linear' ? 1 : (options.exponent ?? 0.5);
  if (options.mode === 'opacity') {
    const base = color(options.fill ?? 'dark-orange', view.display.theme);
    return { stops: [alpha(base, 0.02), base], at: (share) => alpha(base, share ** exponent) };
  }
  const all = scheme(options.scheme ?? 'Oranges', view.display.theme, options.reverse === true);
  const steps: number = Math.max(2, options.steps ?? 64);
  const at = (share: number) => mix(all, Math.min(1, Math.floor(share ** exponent * steps) / (steps - 1)));
  return { stops: all, at };
}

function label(bucket: Bucket, view: PanelView): string {
  const { unit, decimals } = view.panel.options?.yAxis ?? {};
  const value = numeric(bucket.name);
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return Number.isNaN(value) ? bucket.name : formatValue(value, unit ?? 'short', decimals);
}

/** How many observations fell into each bucket over time. */
export const drawHeatmap: Draw = (body, view) => {
  const options = view.panel.options ?? {};
  const ink = inks(view.display.theme);
  const buckets = bucketsOf(view);
  const { min: low = 1e-9, max: high } = { min: options.filterValues?.le, max: options.filterValues?.ge };
  const cells = buckets.flatMap((bucket, y) =>
    bucket.field.values.flatMap((value, i): [number, number, number][] =>
      typeof value === 'number' &&
      value > (low ?? 1e-9) &&
      (high === undefined || high === null || value < high)
        ? [[bucket.times[i] ?? 0, y, value]]
        : [],
    ),
  );
  const most: number = options.color?.max ?? cells.reduce((a, [, , v]) => Math.max(a, v), 0);
  const least: number = options.color?.min ?? cells.reduce((a, [, , v]) => Math.min(a, v), most);
  const paints = paint(view);
  const share = (value: number) => (most > least ? (value - least) / (most - least) : 1);
  const countText = (value: number) =>
    formatValue(value, options.cellValues?.unit ?? 'short', options.cellValues?.decimals);

  const plot = h('div', { class: 'plot' });
  body.classList.add('stacked');
  body.append(plot);
  if (options.legend?.show !== false && cells.length > 0) {
    body.append(
      h(
        'div',
        { class: 'ramp' },
        h('span', {}, countText(least)),
        h('i', {
          style: `background:linear-gradient(90deg, ${Array.from({ length: 20 }, (_, i) => paints.at(i / 19)).join(',')})`,
        }),
        h('span', {}, countText(most)),
      ),
    );
  }
  const { chart, element, settled } = chartIn(plot);
  const labels = buckets.map((bucket) => label(bucket, view));
  const left = Math.ceil(Math.max(20, ...labels.map((text) => textWidth(text, 12)))) + 14;
  const width = element.clientWidth - left - 14;
  const height = element.clientHeight - 38;
  const every = Math.max(1, Math.ceil((buckets.length * 16) / Math.max(1, height)));
  const gap: number = options.cellGap ?? 1;
  const step = stepOf(buckets, view);
  chart.setOption({
    animation: false,
    grid: { left, right: 14, top: 10, bottom: 28 },
    xAxis: timeAxis(view, width),
    // A bucket's label stands at its upper bound, the line between it and the next.
    yAxis: {
      type: 'value',
      min: 0,
      max: Math.max(1, buckets.length),
      interval: 1,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisPointer: { show: false },
      axisLabel: {
        color: ink.faint,
        fontFamily: FONT,
        fontSize: 12,
        formatter: (value: number) =>
          value > 0 && (buckets.length - value) % every === 0 ? (labels[value - 1] ?? '') : '',
      },
    },
    tooltip: {
      ...tooltipStyle(view.display.theme),
      trigger: 'item',
      formatter: ({ value: [t, y, count] }: { value: [number, number, number] }) =>
        tooltipHtml(fullTime(t, view), [
          {
            name: `${labels[y - 1] ?? '0'} – ${labels[y] ?? ''}`,
            color: paints.at(share(count)),
            text: countText(count),
          },
        ]),
    },
    series: [
      {
        type: 'custom',
        data: cells,
        encode: { x: 0, y: 1 },
        clip: true,
        animation: false,
        renderItem: (_p: unknown, api: { value(i: number): number; coord(p: number[]): number[] }) => {
          const [t, y, value] = [api.value(0), api.value(1), api.value(2)];
          const [x0 = 0, y0 = 0] = api.coord([t - step, y]);
          const [x1 = 0, y1 = 0] = api.coord([t, y + 1]);
          return {
            type: 'rect',
            shape: {
              x: x0 + gap / 2,
              y: y1 + gap / 2,
              width: Math.max(0.5, x1 - x0 - gap),
              height: Math.max(0.5, y0 - y1 - gap),
            },
            style: { fill: paints.at(share(value)) },
          };
        },
      },
    ],
  });
  drawMarks(chart, element, view, { left, top: 10, width, height });
  dragToZoom(chart, element, view);
  return {
    count: cells.length > 0 ? buckets.length : 0,
    drawn: buckets.map(
      ({ name, field, times }): Drawn => ({
        name,
        points: field.values.map((v, i) => [times[i] ?? 0, typeof v === 'number' ? v : null]),
        value: reduce(field.values, 'sum'),
      }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
};

function stepOf(buckets: readonly Bucket[], view: PanelView): number {
  const times = buckets[0]?.times ?? [];
  const gaps = times.slice(1).map((t, i) => t - (times[i] ?? 0));
  return view.step || gaps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY) || 15_000;
}
