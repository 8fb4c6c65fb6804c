import { type Binary, COMPARISONS, type Expr, type Unary } from './ast.ts';

/** How tight an operator binds: Prometheus's table of precedence. */
function tightness(op: string): number {
  if (op === 'or') return 1;
  if (op === 'and' || op === 'unless') return 2;
  if (COMPARISONS.has(op)) return 3;
  if (op === '+' || op === '-') return 4;
  return op === '^' ? 7 : 5;
}
/** A sign binds as tight as `*`, and looser than `^`. */
const SIGN = 6;

type Token =
  | { readonly is: 'operand'; readonly expr: Expr }
  | { readonly is: 'sign'; readonly sign: Unary }
  | { readonly is: 'operator'; readonly binary: Binary };

/** Operands and operators in the order in which they were written. */
function tokensOf(expr: Expr): Token[] {
  if (expr.kind === 'binary')
    return [...tokensOf(expr.left), { is: 'operator', binary: expr }, ...tokensOf(expr.right)];
  if (expr.kind === 'unary') return [{ is: 'sign', sign: expr }, ...tokensOf(expr.expr)];
  return [{ is: 'operand', expr }];
}

/** Builds the tree that Prometheus reads out of operands and operators. */
function build(tokens: readonly Token[]): Expr {
  let next = 0;
  const operand = (): Expr => {
    const token = tokens[next];
    next += 1;
    if (token?.is === 'sign') {
      const expr = operation(SIGN);
      return { ...token.sign, expr, to: expr.to };
    }
    if (token?.is !== 'operand') throw new Error('an operator without an operand');
    return token.expr;
  };
  const operation = (least: number): Expr => {
    let left = operand();
    for (let token = tokens[next]; token?.is === 'operator'; token = tokens[next]) {
      const { binary } = token;
      const own = tightness(binary.op);
      if (own < least) break;
      next += 1;
      // Powers group from the right, all else from the left.
      const right = operation(binary.op === '^' ? own : own + 1);
      left = { ...binary, left, right, from: left.from, to: right.to };
    }
    return left;
  };
  return operation(0);
}

/**
 * Puts a modifier such as `offset 5m`, which the grammar at hand gives to the whole operation before it, to the last
 * operand, where Prometheus has it.
 */
export function modified(inner: Expr, wrap: (operand: Expr) => Expr): Expr {
  if (inner.kind !== 'binary' && inner.kind !== 'unary') return wrap(inner);
  const tokens = tokensOf(inner);
  const last = tokens.at(-1);
  if (last?.is !== 'operand') return wrap(inner);
  return build([...tokens.slice(0, -1), { is: 'operand', expr: wrap(last.expr) }]);
}

/** An operation whose sides may have been put together anew, and then bind looser than it does. */
export function bound(operation: Binary): Expr {
  const looser = ({ kind, ...side }: Expr) =>
    kind === 'binary' && tightness((side as Binary).op) < tightness(operation.op);
  return looser(operation.left) || looser(operation.right) ? build(tokensOf(operation)) : operation;
}
