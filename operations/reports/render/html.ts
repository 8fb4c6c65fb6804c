import type { Chart, Report } from '../document.ts';
import { type ChartPlace, svg } from './chart.ts';
import { escaped, page, section } from './page.ts';

/** One file with everything in it: no script, no font, no request; light or dark as the reader's system is. */
export function html({ sections, ...head }: Report): string {
  const body = sections.map((each, index) => section(each, figures(each.charts ?? [], `c${index}`)));
  return page({ ...head, body: body.join('\n') });
}

/** @param id unique in the page: charts refer to their parts by it. */
function figures(charts: readonly Chart[], id: string): string {
  const drawn = charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  const place = drawn.length > 1 ? 'beside' : 'alone';
  return drawn.length === 0
    ? ''
    : `<div class="charts">${drawn.map((chart, index) => figure(chart, `${id}-${index}`, place)).join('')}</div>`;
}

const figure = (chart: Chart, id: string, place: ChartPlace) =>
  `<figure role="group" aria-label="${escaped(chart.title)}"><figcaption>${escaped(chart.title)}</figcaption>${svg(chart, id, place)}</figure>`;
