import { walk } from '../../lib/promql/ast.ts';
import { parse } from '../../lib/promql/parse.ts';
import { buildRules } from '../../rules/index.ts';

/** Whether an expression reads what the SLO generator records: staged sums, which have no raw form of one line. */
export const readsSlo = (expr: string): boolean => /\bslo:/.test(expr);

/**
 * An expression with each recorded series replaced by the rule that records it, down to raw series. What SLOs
 * record stays: `slo` measures the direct form of that.
 */
export function rawExpression(expr: string): string {
  const { recordings } = buildRules();
  const selectors = [...walk(parse(expr))].filter((part) => part.kind === 'selector');
  let text = expr;
  for (const { metric, matchers, from, to } of selectors.toReversed()) {
    const matching = recordings.filter(
      ({ record, labels = {} }) =>
        record === metric &&
        !readsSlo(record) &&
        matchers.every(
          ({ label, op, value }) => op !== '=' || labels[label] === undefined || labels[label] === value,
        ),
    );
    const [only] = matching;
    if (only === undefined) continue;
    const expanded = matching.map((rule) => `(${rawExpression(rule.expr)})`).join(' or ');
    text = `${text.slice(0, from)}(${expanded})${text.slice(to)}`;
  }
  return text;
}
