/**
 * Population stability index of `live` against `reference`, both probabilities, in ten bins of equal width. Empty
 * bins count as half an observation, so that the index stays finite. 0 when either is empty.
 */
export function populationStability(reference: readonly number[], live: readonly number[]): number {
  if (reference.length === 0 || live.length === 0) return 0;
  const expected = shares(reference);
  const actual = shares(live);
  return expected.reduce((sum, e, i) => sum + ((actual[i] ?? 0) - e) * Math.log((actual[i] ?? 0) / e), 0);
}

const BINS = 10;

function shares(values: readonly number[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(value * BINS)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count) => Math.max(count, 0.5) / values.length);
}
