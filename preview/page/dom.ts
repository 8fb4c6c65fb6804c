type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>;
export type Child = Node | string | undefined | false;

/** An element with attributes, listeners (`onclick` and the like) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) if (child !== undefined && child !== false) element.append(child);
  return element;
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

let measuring: CanvasRenderingContext2D | null | undefined;

/** Width in pixels of a text in the page's font. */
export function textWidth(text: string, size: number, weight = 400): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (!measuring) return text.length * size * 0.6;
  measuring.font = `${weight} ${size}px "Inter Variable", sans-serif`;
  return measuring.measureText(text).width;
}

/** Closes a menu on a click elsewhere or on Escape. */
export function dismissable(menu: HTMLElement, close: () => void): void {
  const outside = (event: Event) => {
    if (event instanceof KeyboardEvent ? event.key !== 'Escape' : menu.contains(event.target as Node)) return;
    document.removeEventListener('pointerdown', outside, true);
    document.removeEventListener('keydown', outside, true);
    close();
  };
  document.addEventListener('pointerdown', outside, true);
  document.addEventListener('keydown', outside, true);
}
