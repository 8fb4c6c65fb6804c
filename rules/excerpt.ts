import { walk } from '../lib/promql/ast.ts';
import { parse, tryParse } from '../lib/promql/parse.ts';
import type { Recording, ResolvedAlert, RuleGroup } from './alert.ts';
import { isAlert } from './alert.ts';
import type { RuleSet } from './index.ts';

/** Whether the series of a recording rule are there anyway, so that the rule may be left out. */
export type Given = (recording: Recording) => boolean;
const NOTHING: Given = () => false;

/** The recording rules that a rule reads, directly or through others; not those of `given` series. */
export function dependencies(
  set: Pick<RuleSet, 'recordings'>,
  rule: Recording | ResolvedAlert,
  given: Given = NOTHING,
): Recording[] {
  const needed = new Set<Recording>();
  const visit = (expr: string) => {
    for (const part of walk(parse(expr))) {
      if (part.kind !== 'selector') continue;
      for (const recording of set.recordings) {
        if (recording.record !== part.metric || needed.has(recording) || given(recording)) continue;
        // A rule's fixed labels tell which of several rules for one series is read.
        const fixed = recording.labels ?? {};
        const other = part.matchers.some(
          ({ label, op, value }) => op === '=' && fixed[label] !== undefined && fixed[label] !== value,
        );
        if (other) continue;
        needed.add(recording);
        visit(recording.expr);
      }
    }
  };
  visit(rule.expr);
  for (const [, query = ''] of isAlert(rule)
    ? Object.values(rule.annotations)
        .join(' ')
        .matchAll(/query "([^"]*)"/g)
    : []) {
    // Quoted text is a query only where it is one.
    if (tryParse(query)) visit(query);
  }
  return set.recordings.filter((recording) => needed.has(recording));
}

/** The groups that are left of a set when only one rule and what it reads is kept. */
export function excerpt(set: RuleSet, rule: Recording | ResolvedAlert, given: Given = NOTHING): RuleGroup[] {
  const kept = new Set<Recording | ResolvedAlert>([...dependencies(set, rule, given), rule]);
  return set.groups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => kept.has(rule)) }))
    .filter((group) => group.rules.length > 0);
}
