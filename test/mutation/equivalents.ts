import type { Mutant } from './mutants.ts';

/** Mutants that behave as the rule does wherever its metrics can be, so that no test can tell them apart. */
export interface Equivalent {
  readonly matches: (mutant: Mutant) => boolean;
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    matches: ({ rule, change }) =>
      'name' in rule && rule.name.endsWith('Down') && change.startsWith('“1” → “0.9”'),
    reason: 'Targets that answer are counted in whole numbers: fewer than 0.9 of them is fewer than 1.',
  },
];
