import type { AlertmanagerConfig, Labels } from '../../notifications/index.ts';
import { inhibitions } from '../../notifications/simulate.ts';
import { settingsNameOf } from '../../rules/alert-names.ts';

/** One alert that keeps another quiet while both fire. */
export interface MutedPair {
  readonly source: string;
  readonly target: string;
  readonly rule: string;
}

/** Key of a pair. */
export const pairKey = ({ source, target }: Pick<MutedPair, 'source' | 'target'>): string =>
  `${source} → ${target}`;

/**
 * Which alerts keep which others quiet, by name, by our own simulation of Alertmanager: every label set under which the
 * one can arrive against every one of the other.
 */
export function mutedPairs(
  { inhibit_rules: rules = [] }: AlertmanagerConfig,
  labelSets: readonly Labels[],
): ReadonlyMap<string, MutedPair> {
  const pairs = new Map<string, MutedPair>();
  for (const alert of labelSets)
    for (const { rule, source } of inhibitions(rules, alert, labelSets)) {
      const pair = { source: settingsNameOf(source), target: settingsNameOf(alert), rule };
      if (pair.source !== pair.target) pairs.set(pairKey(pair), pairs.get(pairKey(pair)) ?? pair);
    }
  return pairs;
}
