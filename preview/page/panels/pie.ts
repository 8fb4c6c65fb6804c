import { asText } from '../../model/field.ts';
import type { Drawn } from '../../model/state.ts';
import { h } from '../dom.ts';
import { chartIn, FONT, inks, tooltipStyle } from './chart.ts';
import { withLegend } from './legend.ts';
import type { Draw } from './panel.ts';
import { reduced } from './reduced.ts';
import { tooltipHtml } from './tooltip.ts';

/** Parts of a whole. */
export const drawPie: Draw = (body, view) => {
  const options = view.panel.options ?? {};
  const slices = reduced(view).filter(({ value }) => typeof value === 'number' && value > 0);
  slices.sort((a, b) => Number(b.value) - Number(a.value));
  const total = slices.reduce((sum, { value }) => sum + Number(value), 0);
  const percent = (value: unknown) =>
    `${((Number(value) / (total || 1)) * 100).toFixed(1).replace(/\.0$/, '')}%`;
  const shows: string[] = options.legend?.values ?? [];
  const legend =
    options.legend?.showLegend === false || slices.length === 0
      ? undefined
      : h(
          'div',
          { class: 'legend legend-table' },
          h(
            'table',
            {},
            slices.map(({ name, value, shown }) =>
              h(
                'tr',
                {},
                h(
                  'td',
                  {},
                  h(
                    'span',
                    { class: 'legend-name' },
                    h('i', { class: 'square', style: `background:${shown.color}` }),
                    name,
                  ),
                ),
                shows.includes('value') && h('td', {}, asText(shown)),
                shows.includes('percent') && h('td', {}, percent(value)),
              ),
            ),
          ),
        );
  const plot = withLegend(body, view.panel, legend);
  const { chart, settled } = chartIn(plot);
  const ink = inks(view.display.theme);
  const labels: string[] = options.displayLabels ?? [];
  chart.setOption({
    animation: false,
    tooltip: {
      ...tooltipStyle(view.display.theme),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const slice = slices[dataIndex];
        return slice
          ? tooltipHtml(slice.name, [
              { name: percent(slice.value), color: slice.shown.color, text: asText(slice.shown) },
            ])
          : '';
      },
    },
    series: [
      {
        type: 'pie',
        radius: options.pieType === 'donut' ? ['55%', '88%'] : ['0%', '88%'],
        itemStyle: { borderColor: ink.panel, borderWidth: 1 },
        label: {
          show: labels.length > 0,
          position: 'inside',
          color: '#FFFFFF',
          fontFamily: FONT,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const slice = slices[dataIndex];
            if (!slice) return '';
            const parts: Record<string, string> = {
              name: slice.name,
              value: asText(slice.shown),
              percent: percent(slice.value),
            };
            return labels.map((label) => parts[label] ?? '').join('\n');
          },
        },
        data: slices.map(({ name, value, shown }) => ({ name, value, itemStyle: { color: shown.color } })),
      },
    ],
  });
  return {
    count: slices.length,
    drawn: slices.map(
      ({ name, value, shown }): Drawn => ({ name, value, text: asText(shown), color: shown.color }),
    ),
    settled,
    dispose: () => chart.dispose(),
  };
};
