import type { FieldConfig } from './dashboard.ts';
import { boundsOf } from './field.ts';
import type { Field } from './frame.ts';
import { formatValue } from './units.ts';

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
  const step = Math.max(
    niceStep((max - min) / Math.max(2, Math.floor(height / 36)), config.unit),
    leastStep(config),
  );
  const low = config.min ?? Math.floor(min / step + 1e-9) * step;
  const high = config.max ?? Math.ceil(max / step - 1e-9) * step;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return { min: low, max: high, ticks, log: false };
}

/** What the decimals of the axis can tell apart, where its unit is not scaled. */
function leastStep({ unit = 'none', decimals }: FieldConfig): number {
  if (decimals === null || decimals === undefined) return 0;
  if (unit === 'percentunit') return 10 ** (-decimals - 2);
  return /^(none|short|percent)$/.test(unit) ? 10 ** -decimals : 0;
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

/** Decimals past which a tick may be rounded: 65 minutes are 1.08 hours. */
const MOST_DECIMALS = 3;

/** Text of a tick: as few decimals as say what all ticks are, or else as tell them apart. */
export function tickText(value: number, scale: Scale, config: FieldConfig): string {
  if (config.decimals !== null && config.decimals !== undefined)
    return formatValue(value, config.unit, config.decimals);
  const texts = (decimals: number) =>
    scale.ticks.map((tick) => bare(formatValue(tick, config.unit, decimals)));
  const exact = texts(9).join();
  const places = Array.from({ length: 6 }, (_, decimals) => decimals);
  const decimals =
    places.find((some) => some <= MOST_DECIMALS && texts(some).join() === exact) ??
    places.find((some) => new Set(texts(some)).size === scale.ticks.length);
  return decimals === undefined
    ? formatValue(value, config.unit)
    : bare(formatValue(value, config.unit, decimals));
}
