import { asText, boundsOf, type Display, display } from '../../model/field.ts';
import type { Cell } from '../../model/frame.ts';
import { alpha, readableOn } from '../../model/palette.ts';
import type { Drawn } from '../../model/state.ts';
import { h, textWidth } from '../dom.ts';
import { chartIn, dragToZoom, FONT, inks, timeAxis, tooltipStyle } from './chart.ts';
import { drawMarks } from './marks.ts';
import { type Draw, numberFields, type PanelView } from './panel.ts';
import { fullTime, tooltipHtml } from './tooltip.ts';

interface Span {
  row: number;
  from: number;
  to: number;
  value: Cell;
  shown: Display;
}

interface Row {
  name: string;
  spans: Span[];
}

/** Values next to each other that mean the same are one band; a hole between points is a gap. */
function rowsOf(view: PanelView, merge: boolean): Row[] {
  return numberFields(view.frames).map(({ field, time }, row) => {
    const bounds = boundsOf([field], field.config);
    const times = (time?.values ?? []).map(Number);
    const spans: Span[] = [];
    field.values.forEach((value, i) => {
      const from = times[i] ?? 0;
      const next = times[i + 1];
      const to = Math.min(
        next !== undefined && next - from <= view.step * 1.5 ? next : from + view.step,
        view.range.to,
      );
      if (value === null) return;
      const shown = display(field, value, row, bounds, view.display);
      const last = spans.at(-1);
      const same = last && asText(last.shown) === asText(shown) && last.shown.color === shown.color;
      if (merge && last && same && from - last.to <= 1) last.to = to;
      else spans.push({ row, from: Math.max(from, view.range.from), to, value, shown });
    });
    return { name: field.displayName ?? field.name, spans };
  });
}

/** Every state met, in the order met: `text` → colour. */
function states(rows: readonly Row[]): Map<string, string> {
  return new Map(
    rows.flatMap(({ spans }) => spans.map(({ shown }) => [asText(shown), shown.color] as const)),
  );
}

/** Bands over time, coloured by state. Draws `status-history` too, a cell a point. */
export const drawStateTimeline: Draw = (body, view) => {
  const options = view.panel.options ?? {};
  const ink = inks(view.display.theme);
  const history = view.panel.type === 'status-history';
  const rows = rowsOf(view, !history && options.mergeValues !== false);
  const plot = h('div', { class: 'plot' });
  body.classList.add('stacked');
  body.append(plot);
  const met = states(rows);
  if (options.legend?.showLegend !== false && met.size > 0 && met.size <= 20) {
    body.append(
      h(
        'div',
        { class: 'legend legend-list' },
        [...met].map(([text, paint]) =>
          h(
            'span',
            { class: 'legend-entry' },
            h(
              'span',
              { class: 'legend-name' },
              h('i', { class: 'square', style: `background:${paint}` }),
              text,
            ),
          ),
        ),
      ),
    );
  }
  const { chart, element, settled } = chartIn(plot);
  const left = Math.min(
    element.clientWidth * 0.35,
    Math.ceil(Math.max(0, ...rows.map(({ name }) => textWidth(name, 12)))) + 24,
  );
  const width = element.clientWidth - left - 14;
  const thickness: number = options.rowHeight ?? 0.9;
  const fill = (view.panel.fieldConfig?.defaults?.custom?.fillOpacity ?? 70) / 100;
  const showValue: string = options.showValue ?? 'auto';
  chart.setOption({
    animation: false,
    grid: { left, right: 14, top: 8, bottom: 28 },
    xAxis: timeAxis(view, width),
    yAxis: {
      type: 'category',
      data: rows.map(({ name }) => name),
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      axisPointer: { show: false },
      axisLabel: {
        color: ink.faint,
        fontFamily: FONT,
        fontSize: 12,
        width: left - 12,
        overflow: 'truncate',
        interval: 0,
      },
    },
    tooltip: {
      ...tooltipStyle(view.display.theme),
      trigger: 'item',
      formatter: ({ data }: { data: { span: Span } }) => {
        const { span } = data;
        const until = `${fullTime(span.from, view)} – ${fullTime(span.to, view)}`;
        return tooltipHtml(until, [
          { name: rows[span.row]?.name ?? '', color: span.shown.color, text: asText(span.shown) },
        ]);
      },
    },
    series: [
      {
        type: 'custom',
        clip: true,
        animation: false,
        encode: { x: [0, 1], y: 2 },
        data: rows.flatMap(({ spans }) =>
          spans.map((span) => ({ value: [span.from, span.to, span.row], span })),
        ),
        renderItem: (
          { dataIndex }: { dataIndex: number },
          api: { value(i: number): number; coord(p: number[]): number[]; size(p: number[]): number[] },
        ) => {
          const span = rows.flatMap(({ spans }) => spans)[dataIndex];
          const [x0 = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
          const [x1 = 0] = api.coord([api.value(1), api.value(2)]);
          const band = (api.size([0, 1])[1] ?? 20) * thickness;
          const text = span ? asText(span.shown) : '';
          const roomy = textWidth(text, 12) + 10 < x1 - x0 && band > 14;
          const paint = span?.shown.color ?? ink.faint;
          const align: string = options.alignValue ?? 'left';
          return {
            type: 'rect',
            shape: {
              x: x0,
              y: y - band / 2,
              width: Math.max(1, x1 - x0 - (history ? 2 : 0)),
              height: band,
              r: 1,
            },
            style: { fill: alpha(paint, fill) },
            textContent: {
              type: 'text',
              ignore: showValue === 'never' || !roomy,
              style: {
                text,
                fill: fill > 0.5 ? readableOn(paint) : ink.text,
                fontFamily: FONT,
                fontSize: 12,
              },
            },
            textConfig: {
              position: align === 'center' ? 'inside' : align === 'right' ? 'insideRight' : 'insideLeft',
              distance: 5,
            },
          };
        },
      },
    ],
  });
  drawMarks(chart, element, view, { left, top: 8, width, height: element.clientHeight - 36 });
  dragToZoom(chart, element, view);
  return {
    count: rows.length,
    drawn: rows.map(
      ({ name, spans }): Drawn => ({
        name,
        points: spans.map(({ from, value }) => [from, typeof value === 'number' ? value : null]),
        cells: spans.map(({ shown }) => asText(shown)),
      }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
};
