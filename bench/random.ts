import { Random as Choices } from '../test/mutation/random.ts';

/** Random numbers of a seed: the same on every machine. */
export interface Random {
  /** From 0 up to 1. */
  next(): number;
  /** From `low` up to `high`. */
  between(low: number, high: number): number;
  /** With mean 0 and deviation 1. */
  normal(): number;
  /** How many of `count` trials succeed. */
  binomial(count: number, share: number): number;
  /** How many events come where `mean` are expected. */
  poisson(mean: number): number;
  shuffled<T>(values: readonly T[]): T[];
}

/** Numbers from 0 to 1, the same for the same seed. */
export function generator(seed: number): () => number {
  const random = new Choices(seed);
  return () => random.next();
}

/** Up to here every trial is drawn; beyond, the normal distribution is as good. */
const DRAWN_ONE_BY_ONE = 30;

export function randomOf(seed: number): Random {
  const next = generator(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const rounded = (mean: number, variance: number, most: number) =>
    Math.min(most, Math.max(0, Math.round(mean + Math.sqrt(variance) * normal())));
  return {
    next,
    normal,
    between: (low, high) => low + (high - low) * next(),
    binomial(count, share) {
      if (share <= 0 || count === 0) return 0;
      if (share >= 1) return count;
      const mean = count * share;
      if (count > DRAWN_ONE_BY_ONE && mean > DRAWN_ONE_BY_ONE / 3)
        return rounded(mean, mean * (1 - share), count);
      // The distances between successes are geometric: as many draws as there are successes.
      let successes = 0;
      for (let at = 0; ; successes++) {
        at += Math.floor(Math.log(1 - next()) / Math.log(1 - share)) + 1;
        if (at > count) return successes;
      }
    },
    poisson(mean) {
      if (mean > DRAWN_ONE_BY_ONE) return rounded(mean, mean, Number.POSITIVE_INFINITY);
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count++;
      return count;
    },
    shuffled(values) {
      const left = [...values];
      return values.map(() => left.splice(Math.floor(next() * left.length), 1)[0] as (typeof left)[number]);
    },
  };
}
