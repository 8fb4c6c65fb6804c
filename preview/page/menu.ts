import { dismissable, h } from './dom.ts';

/** A button that opens a menu below it; `fill` gets the menu and a function that closes it. */
export function dropdown(
  name: string,
  content: Node | string,
  fill: (menu: HTMLElement, close: () => void) => void,
  attributes: Record<string, string> = {},
): HTMLElement {
  const holder = h('div', { class: 'dropdown' });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-haspopup': 'true',
      'data-menu': name,
      ...attributes,
      onclick: () => {
        if (holder.querySelector('.menu')) return;
        const menu = h('div', { class: 'menu' });
        const close = () => menu.remove();
        fill(menu, close);
        holder.append(menu);
        if (menu.getBoundingClientRect().right > window.innerWidth - 8) menu.classList.add('to-left');
        menu.querySelector<HTMLElement>('input, button, a')?.focus({ preventScroll: true });
        dismissable(menu, close);
      },
    },
    content,
    h('span', { class: 'caret' }),
  );
  holder.append(button);
  return holder;
}

/** One line of a menu. */
export const item = (
  label: string,
  chosen: boolean,
  choose: () => void,
  attributes: Record<string, string> = {},
) =>
  h(
    'button',
    { type: 'button', class: chosen ? 'item chosen' : 'item', ...attributes, onclick: choose },
    label,
  );
