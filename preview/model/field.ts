import type { FieldConfig, FieldOverride, MappingResult, Panel, ThresholdStep } from './dashboard.ts';
import { type Cell, type Field, type Frame, seriesName } from './frame.ts';
import { classic, classicByName, color, isRamp, rampColor, type Theme } from './palette.ts';
import { reduce } from './reduce.ts';
import { type FormattedValue, formatter } from './units.ts';
import type { TimeContext } from './units-time.ts';

/** A value as a panel shows it. */
export interface Display extends FormattedValue {
  color: string;
  /** From 0 at the field's minimum to 1 at its maximum. */
  share: number;
  /** Whether the text comes from a value mapping. */
  mapped: boolean;
}

export interface DisplayContext {
  theme: Theme;
  time?: TimeContext;
}

/** Bounds of a field: as configured, else of all numbers given. */
export interface Bounds {
  min: number;
  max: number;
}

export const asText = ({ prefix = '', text, suffix = '' }: FormattedValue): string => prefix + text + suffix;

/** What a field is called where nothing configures it. */
function naturalName(field: Field, frames: readonly Frame[]): string {
  if (field.legend) return field.legend;
  if (field.labels && Object.keys(field.labels).length > 0 && field.name === 'Value') {
    return seriesName(field.labels);
  }
  const frame = frames.find(({ fields }) => fields.includes(field));
  return field.name === 'Value' && frame?.name ? frame.name : field.name;
}

function matches(override: FieldOverride, field: Field, name: string, frame: Frame): boolean {
  const { id, options } = override.matcher;
  switch (id) {
    case 'byName':
      return name === options || field.name === options;
    case 'byRegexp': {
      const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(String(options)) ?? [];
      return new RegExp(body ?? String(options), flags).test(name);
    }
    case 'byType':
      return field.type === options;
    case 'byFrameRefID':
      return frame.refId === options;
    case 'byNames': {
      const { mode, names = [] } = (options ?? {}) as { mode?: string; names?: string[] };
      return mode === 'exclude' ? !names.includes(name) : names.includes(name);
    }
    case 'numeric':
      return field.type === 'number';
    case 'time':
      return field.type === 'time';
    default:
      return false;
  }
}

function set(config: FieldConfig, id: string, value: unknown): void {
  const path = id.split('.');
  // biome-ignore lint/suspicious/noExplicitAny: the path comes from the dashboard
  let target: any = config;
  for (const key of path.slice(0, -1)) {
    target[key] = { ...target[key] };
    target = target[key];
  }
  target[path.at(-1) ?? ''] = value;
}

/** Frames with each field's options (defaults, then overrides in their order) and its final name. */
export function applyFieldConfig(frames: readonly Frame[], panel: Panel): Frame[] {
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      const name = naturalName(field, frames);
      const config: FieldConfig = { ...defaults, custom: { ...defaults.custom } };
      if (field.type !== 'number') config.displayName = undefined;
      for (const override of overrides) {
        if (!matches(override, field, name, frame)) continue;
        for (const { id, value } of override.properties) set(config, id, value);
      }
      const display = config.displayName
        ?.replace(
          /\$\{__field\.labels\.(\w+)\}|\$\{__field\.labels\["(\w+)"\]\}/g,
          (_all, a, b) => field.labels?.[a ?? b] ?? '',
        )
        .replace(/\$\{__(field\.displayName|field\.name|series\.name)\}/g, name);
      return { ...field, config, displayName: display || name };
    }),
  }));
}

/** The step that a value has reached. */
export function thresholdAt(steps: readonly ThresholdStep[], value: number): ThresholdStep | undefined {
  return steps.reduce<ThresholdStep | undefined>((found, step) => {
    const from = step.value ?? Number.NEGATIVE_INFINITY;
    return value >= from || found === undefined ? step : found;
  }, undefined);
}

/** Threshold steps in the units of the field: percentages are of the field's range. */
export function thresholdSteps(config: FieldConfig, bounds: Bounds): ThresholdStep[] {
  const steps = [...(config.thresholds?.steps ?? [])];
  const value = (step: ThresholdStep) => step.value ?? Number.NEGATIVE_INFINITY;
  steps.sort((a, b) => value(a) - value(b));
  if (config.thresholds?.mode !== 'percentage') return steps;
  return steps.map((step) => ({
    ...step,
    value:
      step.value === null || step.value === undefined
        ? null
        : bounds.min + ((bounds.max - bounds.min) * step.value) / 100,
  }));
}

export function mapValue(config: FieldConfig, value: Cell): MappingResult | undefined {
  for (const mapping of config.mappings ?? []) {
    switch (mapping.type) {
      case 'value': {
        const found = value === null ? undefined : mapping.options[String(value)];
        if (found) return found;
        break;
      }
      case 'range': {
        const { from, to, result } = mapping.options;
        if (typeof value !== 'number' || Number.isNaN(value)) break;
        if (value >= (from ?? Number.NEGATIVE_INFINITY) && value <= (to ?? Number.POSITIVE_INFINITY))
          return result;
        break;
      }
      case 'regex': {
        const { pattern, result } = mapping.options;
        const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [];
        const expression = new RegExp(body ?? pattern, flags);
        if (value === null || !expression.test(String(value))) break;
        return {
          ...result,
          ...(result.text ? { text: String(value).replace(expression, result.text) } : {}),
        };
      }
      case 'special': {
        const { match, result } = mapping.options;
        const nan = typeof value === 'number' && Number.isNaN(value);
        const hit =
          (match === 'null' && value === null) ||
          (match === 'nan' && nan) ||
          (match === 'null+nan' && (value === null || nan)) ||
          (match === 'empty' && value === '') ||
          (match === 'true' && value === 1) ||
          (match === 'false' && value === 0);
        if (hit) return result;
      }
    }
  }
  return undefined;
}

/** Bounds over a set of fields. A configured minimum or maximum stands. */
export function boundsOf(fields: readonly Field[], config: FieldConfig): Bounds {
  const numbers = fields
    .filter(({ type }) => type === 'number')
    .flatMap(({ values }) => [reduce(values, 'min'), reduce(values, 'max')])
    .filter((v): v is number => typeof v === 'number' && Number.isFinite(v));
  const min = config.min ?? Math.min(...numbers, numbers.length > 0 ? Number.POSITIVE_INFINITY : 0);
  const max = config.max ?? Math.max(...numbers, numbers.length > 0 ? Number.NEGATIVE_INFINITY : 100);
  return { min, max };
}

/** The colour of a series that is drawn as a whole; `index` counts the series of the panel. */
export function seriesColor(field: Field, index: number, bounds: Bounds, { theme }: DisplayContext): string {
  const { mode = 'palette-classic', fixedColor = 'green', seriesBy = 'last' } = field.config.color ?? {};
  if (mode === 'fixed' || mode === 'shades') return color(fixedColor, theme);
  if (mode === 'palette-classic-by-name') return classicByName(field.displayName ?? field.name, theme);
  if (mode === 'thresholds' || isRamp(mode)) {
    const value = reduce(field.values, seriesBy === 'last' ? 'lastNotNull' : seriesBy);
    return valueColor(field.config, typeof value === 'number' ? value : 0, bounds, { theme });
  }
  return classic(index, theme);
}

/** The colour of one value by thresholds or a continuous scheme. */
export function valueColor(
  config: FieldConfig,
  value: number,
  bounds: Bounds,
  { theme }: DisplayContext,
): string {
  const { mode = 'thresholds', fixedColor = 'green' } = config.color ?? {};
  if (mode === 'fixed' || mode === 'shades') return color(fixedColor, theme);
  if (isRamp(mode)) return rampColor(mode, shareOf(value, bounds), theme);
  return color(thresholdAt(thresholdSteps(config, bounds), value)?.color ?? 'green', theme);
}

export const shareOf = (value: number, { min, max }: Bounds): number =>
  max > min ? Math.max(0, Math.min(1, (value - min) / (max - min))) : value > min ? 1 : 0;

/** A value of a field as text and colour. `index` is the series' place, for palettes. */
export function display(
  field: Field,
  value: Cell,
  index: number,
  bounds: Bounds,
  context: DisplayContext,
): Display {
  const { config } = field;
  const mapping = mapValue(config, value);
  const mode = config.color?.mode ?? 'thresholds';
  const byPalette = mode.startsWith('palette');
  const number = typeof value === 'number' ? value : Number.NaN;
  const base = byPalette
    ? seriesColor(field, index, bounds, context)
    : valueColor(config, Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number, bounds, context);
  const shown = mapping?.color ? color(mapping.color, context.theme) : base;
  const share = Number.isNaN(number) ? 0 : shareOf(number, bounds);
  if (mapping?.text) return { text: mapping.text, color: shown, share, mapped: true };
  if (value === null) return { text: config.noValue ?? '', color: shown, share, mapped: false };
  if (typeof value === 'string') return { text: value, color: shown, share, mapped: false };
  if (Number.isNaN(value)) return { text: 'NaN', color: shown, share, mapped: false };
  const formatted = formatter(field.type === 'time' ? (config.unit ?? 'dateTimeAsIso') : config.unit)(
    value,
    config.decimals,
    context.time,
  );
  return { ...formatted, color: shown, share, mapped: false };
}
