import type { Link } from '../../model/links.ts';
import { timePattern } from '../../model/units-time.ts';
import { escapeHtml, h } from '../dom.ts';
import type { PanelView } from './panel.ts';

export interface TooltipRow {
  name: string;
  color: string;
  text: string;
  strong?: boolean;
}

/** Inner HTML of a tooltip; every text is escaped. */
export function tooltipHtml(head: string, rows: readonly TooltipRow[], foot = ''): string {
  const body = rows
    .map(
      ({ name, color, text, strong }) =>
        `<tr${strong ? ' class="strong"' : ''}><td><i style="background:${escapeHtml(color)}"></i>${escapeHtml(name)}</td><td>${escapeHtml(text)}</td></tr>`,
    )
    .join('');
  return `<div class="tip"><header>${escapeHtml(head)}</header><table>${body}</table>${foot ? `<footer>${escapeHtml(foot)}</footer>` : ''}</div>`;
}

export const fullTime = (ms: number, view: PanelView): string =>
  timePattern('YYYY-MM-DD HH:mm:ss', ms, view.display.time ?? {});

/** Opens the only link, or a menu of several at the pointer. */
export function followLinks(links: readonly Link[], x: number, y: number): void {
  const [only] = links;
  if (!only) return;
  if (links.length === 1) {
    window.open(only.url, only.newTab ? '_blank' : '_self');
    return;
  }
  document.querySelector('.link-menu')?.remove();
  const menu = h(
    'div',
    { class: 'menu link-menu', style: `left:${x}px;top:${y}px` },
    links.map((link) =>
      h('a', { href: link.url, ...(link.newTab ? { target: '_blank', rel: 'noopener' } : {}) }, link.title),
    ),
  );
  document.body.append(menu);
  const close = () => {
    menu.remove();
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = (event: Event) => {
    if (!menu.contains(event.target as Node)) close();
  };
  document.addEventListener('pointerdown', outside, true);
}
