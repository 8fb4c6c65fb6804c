import type { Field } from '../../model/frame.ts';
import { type Scale, tickText } from '../../model/scale.ts';
import { textWidth } from '../dom.ts';
import { FONT, inks, type Option } from './chart.ts';
import type { PanelView } from './panel.ts';

/** A value axis; its width follows from the longest label. */
export function valueAxis(
  view: PanelView,
  fields: readonly Field[],
  scale: Scale,
  right: boolean,
): { option: Option; width: number } {
  const ink = inks(view.display.theme);
  const config = fields[0]?.config ?? {};
  const custom = config.custom ?? {};
  const hidden = custom.axisPlacement === 'hidden';
  const texts = scale.ticks.map((tick) => tickText(tick, scale, config));
  const label: string = custom.axisLabel ?? '';
  const width = hidden
    ? 4
    : Math.ceil(Math.max(0, ...texts.map((text) => textWidth(text, 12)))) + 14 + (label ? 20 : 0);
  return {
    width,
    option: {
      type: scale.log ? 'log' : 'value',
      min: scale.min,
      max: scale.max,
      position: right ? 'right' : 'left',
      show: !hidden,
      name: label,
      nameLocation: 'middle',
      nameGap: width - 12,
      nameTextStyle: { color: ink.faint, fontFamily: FONT, fontSize: 12 },
      axisLine: { show: false },
      axisTick: { show: false, customValues: scale.ticks },
      axisLabel: {
        color: ink.faint,
        fontFamily: FONT,
        fontSize: 12,
        margin: 8,
        customValues: scale.ticks,
        formatter: (value: number) => tickText(value, scale, config),
      },
      splitLine: { show: !right && custom.axisGridShow !== false, lineStyle: { color: ink.grid } },
      splitNumber: Math.max(1, scale.ticks.length - 1),
      interval: scale.log ? undefined : (scale.ticks[1] ?? scale.max) - (scale.ticks[0] ?? scale.min),
      axisPointer: { show: false },
    },
  };
}
