/** The candidate with the fewest single-character edits to `name`. */
export function nearest(name: string, candidates: readonly string[]): string {
  let best = candidates[0] ?? '';
  for (const candidate of candidates) if (edits(name, candidate) < edits(name, best)) best = candidate;
  return best;
}

/** Levenshtein distance, one row at a time. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
