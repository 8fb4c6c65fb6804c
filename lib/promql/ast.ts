/** PromQL as a tree. `from` and `to` are offsets into the source. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | Selector
  | Range
  | Subquery
  | Offset
  | Aggregate
  | Call
  | Binary
  | Unary
  | Paren;

interface Span {
  readonly from: number;
  readonly to: number;
}

export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly value: number;
}
export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}
export interface Matcher extends Span {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}
/** `metric{label="value"}` */
export interface Selector extends Span {
  readonly kind: 'selector';
  /** Empty where only matchers say what is selected. */
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}
/** `expr[5m]` */
export interface Range extends Span {
  readonly kind: 'range';
  readonly expr: Expr;
  readonly range: string;
}
/** `expr[1h:5m]`; an empty step is the evaluation interval. */
export interface Subquery extends Span {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range: string;
  readonly step: string;
}
/** `expr offset 5m`, or `expr @ 0`: the one moves the time of evaluation, the other replaces it. */
export interface Offset extends Span {
  readonly kind: 'offset';
  readonly modifier: 'offset' | '@';
  readonly expr: Expr;
  /** The modifier as written, without the keyword: `5m`, `-1h`, `1700000000`, `start()`. */
  readonly offset: string;
}
export interface Grouping extends Span {
  readonly kind: 'by' | 'without';
  readonly labels: readonly string[];
}
/** `sum by (label) (expr)` */
export interface Aggregate extends Span {
  readonly kind: 'aggregate';
  readonly op: string;
  readonly grouping?: Grouping;
  /** The first argument of `topk`, `quantile` and the like. */
  readonly param?: Expr;
  readonly expr: Expr;
}
/** `function(arguments)` */
export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}
export interface Matching extends Span {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group?: 'left' | 'right';
  /** Labels that `group_left` or `group_right` copies. */
  readonly include: readonly string[];
}
/** `left op right` */
export interface Binary extends Span {
  readonly kind: 'binary';
  readonly op: string;
  readonly bool: boolean;
  readonly matching?: Matching;
  readonly left: Expr;
  readonly right: Expr;
}
/** `-expr` */
export interface Unary extends Span {
  readonly kind: 'unary';
  readonly op: string;
  readonly expr: Expr;
}
/** `(expr)` */
export interface Paren extends Span {
  readonly kind: 'paren';
  readonly expr: Expr;
}

export const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
export const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** Whether a function asks for what is not there. */
export const isAbsence = (name: string): boolean => name === 'absent' || name === 'absent_over_time';

/** The parts that an expression is directly made of. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'aggregate':
      return expr.param ? [expr.param, expr.expr] : [expr.expr];
    case 'call':
      return expr.args;
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [expr.expr];
  }
}

/** The expression and everything within it, from the outside in. */
export function* walk(expr: Expr): Generator<Expr> {
  yield expr;
  for (const child of children(expr)) yield* walk(child);
}

/** The expression without parentheses around it. */
export const unwrap = (expr: Expr): Expr => (expr.kind === 'paren' ? unwrap(expr.expr) : expr);
