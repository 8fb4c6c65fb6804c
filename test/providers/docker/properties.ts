import type { Properties } from '../serve.ts';

/** Properties that are carried out: `true` for a value, a list or a map of values, else what is inside. */
export interface Shape {
  readonly [property: string]: true | Shape;
}

/** Engine's stand-in for a value that is not known yet, in previews. Source: `UnknownStringValue` in Pulumi's SDK. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Paths of inputs that a shape does not have, through lists too. */
export function uncovered(value: unknown, shape: true | Shape, path = ''): string[] {
  if (shape === true || value === UNKNOWN) return [];
  if (Array.isArray(value))
    return value.flatMap((entry, index) => uncovered(entry, shape, `${path}[${index}]`));
  return Object.entries(value as Properties).flatMap(([key, inner]) => {
    // The engine's own bookkeeping.
    if (key.startsWith('__')) return [];
    const at = path === '' ? key : `${path}.${key}`;
    const known = shape[key];
    return known === undefined ? [at] : uncovered(inner, known, at);
  });
}

/** Names of the properties that differ. */
export function changed(before: Properties, after: Properties, same: (a: unknown, b: unknown) => boolean) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !key.startsWith('__') && !same(before[key], after[key]),
  );
}
