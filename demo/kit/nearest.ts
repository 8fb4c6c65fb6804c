import { closest } from 'fastest-levenshtein';

/** The candidate with the fewest single-character edits to `name`. */
export function nearest(name: string, candidates: readonly string[]): string {
  return candidates.length === 0 ? '' : closest(name, [...candidates]);
}
