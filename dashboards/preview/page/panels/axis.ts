import type { FieldConfig } from '../../model/dashboard.ts';
import { boundsOf } from '../../model/field.ts';
import type { Field } from '../../model/frame.ts';
import { formatValue } from '../../model/units.ts';
import { textWidth } from '../dom.ts';
import { FONT, inks, type Option } from './chart.ts';
import type { PanelView } from './panel.ts';

/** Steps between ticks: powers of 1024 for binary units, of 60 for seconds over a minute, else 1, 2, 2.5, 5 of ten. */
function niceStep(raw: number, unit: string | undefined): number {
  if (/^(bytes|bits|[kmgtp]bytes|bin[bB]ps)$/.test(unit ?? '')) {
    const power = 2 ** Math.ceil(Math.log2(raw));
    return power;
  }
  if (unit === 's' && raw > 10) {
    return (
      [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800].find(
        (s) => s >= raw,
      ) ?? Math.ceil(raw / 86_400) * 86_400
    );
  }
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 2.5, 5].find((m) => m * magnitude >= raw * 0.999) ?? 10) * magnitude;
}

export interface Scale {
  min: number;
  max: number;
  ticks: number[];
  log: boolean;
}

/** Bounds and ticks of a value axis, as configured (hard and soft) and else from the data. */
export function scaleOf(
  fields: readonly Field[],
  extremes: { min: number; max: number } | undefined,
  height: number,
): Scale {
  const config: FieldConfig = fields[0]?.config ?? {};
  const custom = config.custom ?? {};
  const data = extremes ?? boundsOf(fields, {});
  const log = custom.scaleDistribution?.type === 'log';
  let min =
    config.min ??
    Math.min(data.min, custom.axisSoftMin ?? (data.min >= 0 && !log ? softZero(data) : data.min));
  let max = config.max ?? Math.max(data.max, custom.axisSoftMax ?? data.max);
  if (log) return logScale(min, max);
  if (custom.axisCenteredZero)
    [min, max] = [-Math.max(Math.abs(min), Math.abs(max)), Math.max(Math.abs(min), Math.abs(max))];
  if (!(max > min)) [min, max] = max === 0 ? [0, 1] : [Math.min(0, min), max > 0 ? max * 1.25 : 0];
  const step = niceStep((max - min) / Math.max(2, Math.floor(height / 36)), config.unit);
  const low = config.min ?? Math.floor(min / step + 1e-9) * step;
  const high = config.max ?? Math.ceil(max / step - 1e-9) * step;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return { min: low, max: high, ticks, log: false };
}

/** Grafana keeps zero in sight unless values vary little at a distance from it. */
const softZero = ({ min, max }: { min: number; max: number }): number =>
  max > 0 && (max - min) / max > 0.1 ? 0 : min;

function logScale(min: number, max: number): Scale {
  const low = 10 ** Math.floor(Math.log10(min > 0 ? min : max > 0 ? max / 1000 : 0.001));
  const high = 10 ** Math.ceil(Math.log10(max > low ? max : low * 10));
  const ticks: number[] = [];
  for (let tick = low; tick <= high * 1.001; tick *= 10) ticks.push(Number(tick.toPrecision(6)));
  return { min: low, max: high, ticks, log: true };
}

/** `2.0 s` is written `2 s`. */
const bare = (text: string): string => text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');

/** Text of a tick: as many decimals as tell it from its neighbour. */
export function tickText(value: number, scale: Scale, config: FieldConfig): string {
  if (config.decimals !== null && config.decimals !== undefined)
    return formatValue(value, config.unit, config.decimals);
  for (let decimals = 0; decimals < 6; decimals += 1) {
    const texts = scale.ticks.map((tick) => formatValue(tick, config.unit, decimals));
    if (new Set(texts).size === texts.length) return bare(formatValue(value, config.unit, decimals));
  }
  return formatValue(value, config.unit);
}

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
