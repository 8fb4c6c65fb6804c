import { isAlert } from '../../rules/alert.ts';
import type { Mutant } from './mutants.ts';

/** Mutants that behave as the rule does wherever its metrics can be, so that no test can tell them apart. */
export interface Equivalent {
  readonly matches: (mutant: Mutant) => boolean;
  readonly reason: string;
}

const nameOf = ({ rule }: Mutant): string => (isAlert(rule) ? rule.name : rule.record);

/** Alerts whose bounds are compared with what rates yield. */
const OF_RATES = new Set([
  'InferenceAPIHighLatency',
  'InferenceAPILatencySLOBroken',
  'InferenceAPIHighErrorRate',
  'InferenceAPIAvailabilityLow',
  'InferenceAPITrafficSurge',
  'ModelConfidenceLow',
  'CacheHitRateLow',
  'DataQualityFailing',
  'DeadLettersRising',
  'CPUHigh',
]);

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    matches: (mutant) => nameOf(mutant).endsWith('Down') && mutant.change.startsWith('“1” → “0.9”'),
    reason: 'Targets that answer are counted in whole numbers: fewer than 0.9 of them is fewer than 1.',
  },
  {
    matches: (mutant) => mutant.kind === 'boundary' && OF_RATES.has(nameOf(mutant)),
    reason:
      'A rate is counted between samples and extrapolated: whether it equals a bound to the last bit is chance, and no number of events differs by it.',
  },
  {
    matches: (mutant) => mutant.kind === 'boundary' && /p\d\d_5m$/.test(nameOf(mutant)),
    reason: 'Whatever is observed takes longer than 0 s, and so does every quantile: only NaN is dropped.',
  },
  {
    matches: ({ kind, before }) =>
      kind === 'window' && /or 0 \* sum by \(\w+\) \((rate|increase)\(\w+\[$/.test(before),
    reason:
      'It only says 0 where the other series is missing, whatever its window; what it is divided by, or added to, has the true one.',
  },
];
