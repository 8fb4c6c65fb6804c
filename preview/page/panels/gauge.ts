import { asText, thresholdSteps } from '../../model/field.ts';
import { color } from '../../model/palette.ts';
import type { Drawn } from '../../model/state.ts';
import { textWidth } from '../dom.ts';
import { chartIn, FONT, inks, type Option } from './chart.ts';
import type { Draw, PanelView } from './panel.ts';
import { type Reduced, reduced, tiling } from './reduced.ts';
import { followLinks } from './tooltip.ts';

const START = 200;
const END = -20;

function bands(view: PanelView, { field, bounds }: Reduced): [number, string][] {
  const steps = thresholdSteps(field.config, bounds);
  const share = (value: number) =>
    Math.max(0, Math.min(1, (value - bounds.min) / (bounds.max - bounds.min || 1)));
  return steps.map((step, i) => {
    const next = steps[i + 1]?.value;
    return [next === null || next === undefined ? 1 : share(next), color(step.color, view.display.theme)];
  });
}

function dial(
  view: PanelView,
  entry: Reduced,
  box: { x: number; y: number; width: number; height: number },
  named: boolean,
): Option[] {
  const ink = inks(view.display.theme);
  const { shown, bounds, value } = entry;
  const nameRoom = named ? 22 : 0;
  const radius = Math.max(20, Math.min(box.width / 2 - 6, (box.height - nameRoom - 6) / 1.36));
  const center = [box.x + box.width / 2, box.y + (box.height - nameRoom - radius * 1.36) / 2 + radius];
  const markers = view.panel.options?.showThresholdMarkers !== false;
  const thin = Math.max(3, radius * 0.05);
  const band = Math.max(8, radius * 0.24);
  const inner = radius - (markers ? thin + 3 : 0);
  const text = asText(shown);
  const room = (inner - band) * 1.7;
  const size = Math.max(11, Math.min(radius * 0.5, (room / Math.max(1, textWidth(text, 100, 500))) * 100));
  const common = {
    type: 'gauge',
    center,
    startAngle: START,
    endAngle: END,
    min: bounds.min,
    max: bounds.max > bounds.min ? bounds.max : bounds.min + 1,
    animation: false,
    pointer: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { show: false },
    anchor: { show: false },
    silent: false,
  };
  const number = typeof value === 'number' ? Math.max(bounds.min, Math.min(bounds.max, value)) : bounds.min;
  return [
    {
      ...common,
      radius: inner,
      axisLine: { lineStyle: { width: band, color: [[1, ink.track]] } },
      progress: { show: true, width: band, itemStyle: { color: shown.color } },
      detail: {
        offsetCenter: [0, '0%'],
        formatter: () => text,
        color: shown.color,
        fontFamily: FONT,
        fontSize: size,
        fontWeight: 500,
      },
      title: {
        show: named,
        offsetCenter: [0, radius * 0.36 + 16],
        color: ink.text,
        fontFamily: FONT,
        fontSize: 13,
        width: box.width - 8,
        overflow: 'truncate',
      },
      data: [{ value: number, name: entry.name }],
    },
    ...(markers
      ? [
          {
            ...common,
            silent: true,
            radius,
            axisLine: { lineStyle: { width: thin, color: bands(view, entry) } },
            progress: { show: false },
            detail: { show: false },
            title: { show: false },
            data: [{ value: number }],
          },
        ]
      : []),
  ];
}

/** A dial a value, with the thresholds around it. */
export const drawGauge: Draw = (body, view) => {
  const values = reduced(view);
  const { chart, settled } = chartIn(body);
  const { columns, rows } = tiling(values.length, body.clientWidth, body.clientHeight, 'auto', 1.3);
  const width = body.clientWidth / columns;
  const height = body.clientHeight / rows;
  const named = values.length > 1;
  chart.setOption({
    animation: false,
    series: values.flatMap((entry, i) =>
      dial(
        view,
        entry,
        { x: (i % columns) * width, y: Math.floor(i / columns) * height, width, height },
        named,
      ),
    ),
  });
  chart.getZr().on('click', (event) => {
    const entry = values[Math.floor(event.offsetX / width) + Math.floor(event.offsetY / height) * columns];
    const pointer = event.event as unknown as PointerEvent;
    if (entry)
      followLinks(
        view.links(entry.field, entry.row, asText(entry.shown), entry.frame),
        pointer.clientX,
        pointer.clientY,
      );
  });
  return {
    count: values.length,
    drawn: values.map(
      ({ name, value, shown }): Drawn => ({ name, value, text: asText(shown), color: shown.color }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
};
