import type { FieldConfig } from '../../model/dashboard.ts';
import { asText, type Bounds, thresholdSteps } from '../../model/field.ts';
import { alpha, color } from '../../model/palette.ts';
import type { Drawn } from '../../model/state.ts';
import { h, textWidth } from '../dom.ts';
import type { Draw, PanelView } from './panel.ts';
import { type Reduced, reduced } from './reduced.ts';
import { followLinks } from './tooltip.ts';

/** Colours from the minimum to the maximum, blended at the thresholds. */
function gradient(config: FieldConfig, bounds: Bounds, view: PanelView, direction: string): string {
  const steps = thresholdSteps(config, bounds);
  const share = (value: number) => ((value - bounds.min) / (bounds.max - bounds.min || 1)) * 100;
  const stops = steps.map((step) => {
    const at =
      step.value === null || step.value === undefined ? 0 : Math.max(0, Math.min(100, share(step.value)));
    return `${color(step.color, view.display.theme)} ${at.toFixed(1)}%`;
  });
  return stops.length > 1 ? `linear-gradient(${direction}, ${stops.join(', ')})` : '';
}

function fillOf(entry: Reduced, view: PanelView, vertical: boolean): string {
  const mode: string = view.panel.options?.displayMode ?? 'gradient';
  const plain = alpha(entry.shown.color, mode === 'basic' ? 0.45 : 1);
  if (mode === 'lcd') {
    const cell = vertical ? '0deg' : '90deg';
    return `repeating-linear-gradient(${cell}, ${entry.shown.color} 0 8px, transparent 8px 10px)`;
  }
  if (mode === 'basic' || (entry.field.config.color?.mode ?? 'thresholds') !== 'thresholds') return plain;
  return gradient(entry.field.config, entry.bounds, view, vertical ? '0deg' : '90deg') || plain;
}

/** One bar a value; its length is the value's share of the field's range. */
export const drawBarGauge: Draw = (body, view) => {
  const values = reduced(view);
  const options = view.panel.options ?? {};
  const auto = body.clientWidth > body.clientHeight ? 'vertical' : 'horizontal';
  const vertical =
    (options.orientation && options.orientation !== 'auto' ? options.orientation : auto) === 'vertical';
  const hidesValue = options.valueMode === 'hidden';
  const list = h('div', { class: vertical ? 'bars vertical' : 'bars' });
  body.append(list);
  const height = Math.min(options.maxVizHeight ?? 300, body.clientHeight / Math.max(1, values.length));
  // Bars that are too many for the panel scroll, as in Grafana.
  const beside =
    !vertical && (options.namePlacement === 'left' || (options.namePlacement !== 'top' && height < 44));
  const barHeight = Math.max(options.minVizHeight ?? 16, height - 6 - (beside || vertical ? 0 : 20));
  const size = Math.max(12, Math.min(beside ? 15 : 24, barHeight * 0.5));
  const nameWidth = Math.min(
    body.clientWidth * 0.55,
    Math.max(0, ...values.map(({ name }) => textWidth(name, 13))) + 14,
  );
  const valueWidth = Math.max(0, ...values.map(({ shown }) => textWidth(asText(shown), size, 500))) + 16;
  for (const entry of values) {
    const { name, shown, bounds } = entry;
    const links = view.links(entry.field, entry.row, asText(shown), entry.frame);
    const percent = shown.share * 100;
    const track = h('div', { class: `bar-track${options.showUnfilled === false ? ' bare' : ''}` });
    const stretch = percent > 0.5 ? 100 / percent : 1;
    const fill = h('div', {
      class: 'bar-fill',
      style: vertical
        ? `height:${percent}%;background:${fillOf(entry, view, true)};background-size:100% ${stretch * 100}%;background-position:bottom`
        : `width:${percent}%;background:${fillOf(entry, view, false)};background-size:${stretch * 100}% 100%;border-right:2px solid ${shown.color}`,
    });
    track.append(fill);
    const text = hidesValue
      ? undefined
      : h(
          'div',
          {
            class: 'bar-value',
            style: `width:${vertical ? 'auto' : `${valueWidth}px`};font-size:${size}px;color:${options.valueMode === 'text' ? 'var(--text)' : shown.color}`,
          },
          asText(shown),
        );
    const label = h('div', { class: 'bar-name', ...(beside ? { style: `width:${nameWidth}px` } : {}) }, name);
    list.append(
      h(
        'div',
        {
          class: `bar${beside ? ' beside' : ''}${links.length > 0 ? ' linked' : ''}`,
          title: `${name}: ${asText(shown)} (${bounds.min} to ${bounds.max})`,
          onclick: (event: MouseEvent) => followLinks(links, event.clientX, event.clientY),
        },
        vertical
          ? [text, track, label]
          : [label, h('div', { class: 'bar-line', style: `height:${barHeight}px` }, track, text)],
      ),
    );
  }
  return {
    count: values.length,
    drawn: values.map(
      ({ name, value, shown }): Drawn => ({ name, value, text: asText(shown), color: shown.color }),
    ),
  };
};
