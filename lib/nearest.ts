import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that a mistyped one most likely stands for, or undefined when none is near. Near is the same first
 * letter, and at most a third of the longer name to change: further away, a suggestion misleads. The beginning of one
 * known name alone is near it too.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const first = name.slice(0, 1).toLowerCase();
  const candidates = known.filter((each) => each.slice(0, 1).toLowerCase() === first);
  if (candidates.length === 0) return undefined;
  const candidate = closest(name, candidates);
  const longer = Math.max(name.length, candidate.length);
  const [begun, ...others] = known.filter((each) => each.startsWith(name));
  if (begun !== undefined && others.length === 0 && name.length >= SHORTEST_BEGINNING) return begun;
  // Two letters that changed places are one slip, and count as two changes.
  const swapped = letters(name) === letters(candidate) ? 2 : 1;
  return distance(name, candidate) <= Math.max(swapped, Math.floor(longer / 3)) ? candidate : undefined;
}

/** Fewer letters begin too many names. */
const SHORTEST_BEGINNING = 4;

const letters = (name: string): string => [...name].sort().join('');
