import { alpha } from '../../model/palette.ts';
import type { Mark } from '../annotations.ts';
import { escapeHtml, h } from '../dom.ts';
import type { Chart } from './chart.ts';
import type { PanelView } from './panel.ts';
import { fullTime } from './tooltip.ts';

interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Annotations over a plot: a dashed line with a flag at its foot, or a shaded time. */
export function drawMarks(_chart: Chart, element: HTMLElement, view: PanelView, plot: Plot): void {
  element.querySelector('.marks')?.remove();
  const { from, to } = view.range;
  const x = (ms: number) => Math.max(0, Math.min(1, (ms - from) / (to - from))) * plot.width;
  const inRange = view.marks.filter(
    (mark) => mark.to >= from && mark.from <= to && (mark.on?.(view.panel.id ?? 0) ?? true),
  );
  if (inRange.length === 0) return;
  const layer = h(
    'div',
    {
      class: 'marks',
      style: `left:${plot.left}px;top:${plot.top}px;width:${plot.width}px;height:${plot.height}px`,
    },
    inRange.map((mark) => {
      const left = x(mark.from);
      const wide = Math.max(0, x(mark.to) - left);
      return h(
        'div',
        {
          class: wide > 0 ? 'mark region' : 'mark',
          style: `left:${left}px;width:${wide}px;--ink:${mark.color};--wash:${alpha(mark.color, 0.1)}`,
        },
        h('span', { class: 'flag', onpointerenter: (event: PointerEvent) => hover(event, mark, view) }),
      );
    }),
  );
  element.append(layer);
}

function hover(event: PointerEvent, mark: Mark, view: PanelView): void {
  const target = event.target as HTMLElement;
  const box = target.getBoundingClientRect();
  const when =
    mark.to > mark.from
      ? `${fullTime(mark.from, view)} – ${fullTime(mark.to, view)}`
      : fullTime(mark.from, view);
  const tip = h('div', { class: 'menu mark-tip', style: `left:${box.left}px;top:${box.bottom + 6}px` });
  const tags = mark.tags.map((tag) => `<span class="tag">${escapeHtml(tag)}</span>`).join('');
  tip.innerHTML = `<header>${escapeHtml(mark.title)}</header><time>${escapeHtml(when)}</time><p>${escapeHtml(mark.text)}</p>${tags}`;
  document.body.append(tip);
  target.addEventListener('pointerleave', () => tip.remove(), { once: true });
}
