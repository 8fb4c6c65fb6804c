import { COMPARISONS, type Expr, SET_OPERATORS, unwrap } from '../../lib/promql/ast.ts';
import { parse } from '../../lib/promql/parse.ts';
import type { Threshold } from '../../rules/index.ts';

const ABOVE: readonly string[] = ['>', '>='];
const BELOW: readonly string[] = ['<', '<='];
const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' };

/** The number that an alert's expression is compared with first, for rules of which nothing else is known. */
export function thresholdOf(source: string): Omit<Threshold, 'unit'> | undefined {
  return find(unwrap(parse(source)));
}

function find(expr: Expr): Omit<Threshold, 'unit'> | undefined {
  if (expr.kind !== 'binary') return undefined;
  if (SET_OPERATORS.has(expr.op)) return find(unwrap(expr.left)) ?? find(unwrap(expr.right));
  if (!COMPARISONS.has(expr.op)) return undefined;
  const [left, right] = [unwrap(expr.left), unwrap(expr.right)];
  if (right.kind === 'number') return threshold(expr.op, right.value);
  return left.kind === 'number' ? threshold(MIRRORED[expr.op] ?? expr.op, left.value) : undefined;
}

function threshold(op: string, value: number): Omit<Threshold, 'unit'> | undefined {
  if (ABOVE.includes(op)) return { value, direction: 'above' };
  return BELOW.includes(op) ? { value, direction: 'below' } : undefined;
}
