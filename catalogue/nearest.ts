import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that a mistyped one most likely stands for, or undefined when none is near: more than half of
 * the letters of the longer would have to change.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, [...known]);
  return distance(name, candidate) <= Math.ceil(Math.max(name.length, candidate.length) / 2)
    ? candidate
    : undefined;
}
