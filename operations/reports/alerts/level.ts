import type { Expr } from '../../../lib/promql/ast.ts';
import { PromqlSyntaxError, parse } from '../../../lib/promql/parse.ts';

/** What an alert compares with a number. */
export interface Level {
  /** PromQL of what is compared. */
  readonly expr: string;
  readonly threshold: number;
  /** On which side of the threshold the alert fires. */
  readonly direction: 'above' | 'below';
}

const DIRECTION: Readonly<Record<string, Level['direction']>> = {
  '>': 'above',
  '>=': 'above',
  '<': 'below',
  '<=': 'below',
};

/**
 * The level behind `expression > number`. Undefined for any other form: where several conditions meet, moving one
 * number says little, and where a level is only ever 0 or 1 there is nothing to tune.
 */
export function levelOf(query: string): Level | undefined {
  const expr = parsed(query);
  if (expr?.kind !== 'binary' || expr.bool) return undefined;
  const direction = DIRECTION[expr.op];
  if (direction === undefined || expr.right.kind !== 'number') return undefined;
  const { from, to } = expr.left;
  return { expr: query.slice(from, to), threshold: expr.right.value, direction };
}

function parsed(query: string): Expr | undefined {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return undefined;
    throw error;
  }
}
