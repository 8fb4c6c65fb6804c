import type { Expr } from '../../lib/promql/ast.ts';
import { walk } from '../../lib/promql/ast.ts';
import { tryParse } from '../../lib/promql/parse.ts';
import { isAlert, type Recording, type ResolvedAlert } from '../alert.ts';
import type { RuleSet } from '../index.ts';

export type Rule = Recording | ResolvedAlert;

export interface LintFinding {
  readonly lint: string;
  readonly rule: string;
  readonly message: string;
}

/** A check under the name that pint has for it; `cost/` and `naming` ones are named here. */
export interface Lint {
  readonly name: string;
  readonly check: (set: RuleSet) => readonly Omit<LintFinding, 'lint'>[];
}

export const nameOf = (rule: Rule): string => (isAlert(rule) ? rule.name : rule.record);
export const rulesOf = (set: RuleSet): readonly Rule[] => set.groups.flatMap((group) => group.rules);

/** A lint that looks at one rule at a time. */
export const perRule = (name: string, check: (rule: Rule, set: RuleSet) => readonly string[]): Lint => ({
  name,
  check: (set) =>
    rulesOf(set).flatMap((rule) => check(rule, set).map((message) => ({ rule: nameOf(rule), message }))),
});

export const perAlert = (name: string, check: (alert: ResolvedAlert) => readonly string[]): Lint =>
  perRule(name, (rule) => (isAlert(rule) ? check(rule) : []));

/** A lint that looks at each part of an expression. What cannot be parsed is for promql/syntax to say. */
export const perPart = (
  name: string,
  check: (part: Expr, rule: Rule, root: Expr) => readonly string[],
): Lint =>
  perRule(name, (rule) => {
    const root = tryParse(rule.expr);
    return root ? [...walk(root)].flatMap((part) => check(part, rule, root)) : [];
  });
