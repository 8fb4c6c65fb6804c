import type { RuleSet } from '../index.ts';
import { alertLints } from './alerts.ts';
import type { Lint, LintFinding } from './lint.ts';
import { promqlLints } from './promql.ts';
import { ruleLints } from './rules.ts';

export type { Lint, LintFinding } from './lint.ts';

export const LINTS: readonly Lint[] = [...alertLints, ...promqlLints, ...ruleLints];

/** A finding that is right as it is. */
export interface Exclusion {
  readonly lint: string;
  readonly rule: string;
  readonly reason: string;
}

export const EXCLUSIONS: readonly Exclusion[] = [];

/** Everything that the lints find in a set of rules, but what is excluded. */
export function lintRules(set: RuleSet, exclusions: readonly Exclusion[] = EXCLUSIONS): LintFinding[] {
  return LINTS.flatMap(({ name, check }) => check(set).map((finding) => ({ lint: name, ...finding }))).filter(
    (finding) => !exclusions.some(({ lint, rule }) => lint === finding.lint && rule === finding.rule),
  );
}
