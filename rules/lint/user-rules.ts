import { isAlert } from '../alert.ts';
import { placeOf } from '../check.ts';
import type { RuleSet } from '../index.ts';
import { lintRules } from './index.ts';
import { nameOf, type Rule } from './lint.ts';

/** Lints that say what an error or other advice says as well. */
const SAID_ELSEWHERE = new Set([
  'promql/syntax',
  'alerts/template',
  'alerts/for',
  'rule/duplicate',
  'rule/reject',
]);

/** What the lints find in the rules of a user, each as a line; what a rule allows is left out. */
export function lintOwn(set: RuleSet): string[] {
  const own = new Map<string, Rule>(
    [...set.recordings, ...set.alerts]
      .filter((rule) => (isAlert(rule) ? rule.origin !== 'built-in' : rule.origin !== undefined))
      // The alerts of an SLO are made here: nothing about them is for their owner to change.
      .filter((rule) => !rule.group.startsWith('slo-'))
      .map((rule) => [nameOf(rule), rule]),
  );
  if (own.size === 0) return [];
  return lintRules(set).flatMap(({ lint, rule: name, message }) => {
    const rule = own.get(name);
    const allowed = rule?.allow?.some(({ check }) => check === lint);
    return rule === undefined || allowed || SAID_ELSEWHERE.has(lint)
      ? []
      : [`${placeOf(rule)}: ${message} (${lint})`];
  });
}
