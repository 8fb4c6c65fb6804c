import type { Binary, Expr } from './ast.ts';
import { COMPARISONS, isAbsence, SET_OPERATORS } from './ast.ts';

/** Labels that the result of an expression has. */
export interface LabelSet {
  readonly labels: ReadonlySet<string>;
  /** Whether there may be others besides: selectors let through any further label of a target. */
  readonly open: boolean;
}

/** The labels of a metric that rules may rely on, or undefined where the metric is unknown. */
export type KnownLabels = (metric: string) => ReadonlySet<string> | undefined;

const NONE: LabelSet = { labels: new Set(), open: false };
const SCALAR_CALLS = new Set([
  'vector',
  'time',
  'scalar',
  'pi',
  'minute',
  'hour',
  'day_of_week',
  'day_of_month',
  'month',
  'year',
]);

/** Works out the labels of an expression's result. */
export function labelsOf(expr: Expr, known: KnownLabels): LabelSet {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return NONE;
    case 'selector':
      return { labels: known(expr.metric) ?? new Set(), open: true };
    case 'aggregate': {
      const inner = labelsOf(expr.expr, known);
      if (expr.op === 'topk' || expr.op === 'bottomk' || expr.op === 'limitk') return inner;
      const named = new Set(expr.grouping?.labels ?? []);
      if (expr.grouping?.kind === 'without')
        return { labels: inner.labels.difference(named), open: inner.open };
      return { labels: inner.open ? named : inner.labels.intersection(named), open: false };
    }
    case 'call':
      return callLabels(expr.name, expr.args, known);
    case 'binary':
      return binaryLabels(expr, known);
    default:
      return labelsOf(expr.expr, known);
  }
}

function callLabels(name: string, args: readonly Expr[], known: KnownLabels): LabelSet {
  if (SCALAR_CALLS.has(name) && (name !== 'minute' || args.length === 0)) return NONE;
  if (isAbsence(name)) {
    const inner = args[0]?.kind === 'range' ? args[0].expr : args[0];
    if (inner?.kind !== 'selector') return NONE;
    const equal = inner.matchers.filter((matcher) => matcher.op === '=').map((matcher) => matcher.label);
    return { labels: new Set(equal), open: false };
  }
  const subject =
    name.startsWith('histogram_quantile') || name === 'quantile_over_time' ? args.at(-1) : args[0];
  const inner = subject ? labelsOf(subject, known) : NONE;
  if (name === 'histogram_quantile') {
    return { labels: inner.labels.difference(new Set(['le'])), open: inner.open };
  }
  const target = args[1];
  if ((name === 'label_replace' || name === 'label_join') && target?.kind === 'string') {
    return { labels: inner.labels.union(new Set([target.value])), open: inner.open };
  }
  return inner;
}

function binaryLabels(expr: Binary, known: KnownLabels): LabelSet {
  const left = labelsOf(expr.left, known);
  const right = labelsOf(expr.right, known);
  if (expr.op === 'or') return { labels: left.labels.union(right.labels), open: left.open || right.open };
  if (SET_OPERATORS.has(expr.op)) return left;
  if (isScalar(expr.left)) return right;
  if (isScalar(expr.right)) return left;
  const { matching } = expr;
  if (matching?.group) {
    const many = matching.group === 'left' ? left : right;
    return { labels: many.labels.union(new Set(matching.include)), open: many.open };
  }
  if (COMPARISONS.has(expr.op) && !expr.bool && !matching) return left;
  if (matching?.kind === 'on') return { labels: new Set(matching.labels), open: false };
  if (matching?.kind === 'ignoring') {
    return { labels: left.labels.difference(new Set(matching.labels)), open: left.open };
  }
  return left;
}

/** Whether an expression is a number rather than a vector. */
export function isScalar(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'paren':
    case 'unary':
      return isScalar(expr.expr);
    case 'binary':
      return isScalar(expr.left) && isScalar(expr.right);
    case 'call':
      return expr.name === 'time' || expr.name === 'scalar' || expr.name === 'pi';
    default:
      return false;
  }
}
