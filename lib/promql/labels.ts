import type { Binary, Expr, Selector } from './ast.ts';
import { COMPARISONS, isAbsence, SET_OPERATORS, unwrap } from './ast.ts';

/** Labels that the result of an expression has. */
export interface LabelSet {
  readonly labels: ReadonlySet<string>;
  /** Whether there may be others besides: selectors let through any further label of a target. */
  readonly open: boolean;
  /** Whether nobody can tell which: a metric that nothing declares, or labels that `info` adds. Default: false. */
  readonly any?: boolean;
}

/** The labels of a metric that rules may rely on, or undefined where the metric is unknown. */
export type KnownLabels = (metric: string) => ReadonlySet<string> | undefined;

const NONE: LabelSet = { labels: new Set(), open: false };
const ANYTHING: LabelSet = { labels: new Set(), open: true, any: true };
/** Functions whose result is a number, or a vector of one sample without labels. */
const WITHOUT_LABELS = new Set([
  ...['vector', 'time', 'scalar', 'pi', 'start', 'end', 'step', 'range', 'min_of', 'max_of'],
]);
/** Functions that give a number rather than a vector. */
const SCALARS = new Set(['time', 'scalar', 'pi', 'start', 'end', 'step', 'range', 'min_of', 'max_of']);
/** Functions of a vector that take the present time where none is given. */
const OF_NOW = new Set([
  ...['minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'month', 'year'],
]);
/** Aggregations that pick series and keep their labels. */
const PICKING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Works out the labels of an expression's result. */
export function labelsOf(expr: Expr, known: KnownLabels): LabelSet {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return NONE;
    case 'selector':
      return selectorLabels(expr, known);
    case 'aggregate': {
      const inner = labelsOf(expr.expr, known);
      if (PICKING.has(expr.op)) return inner;
      const named = new Set(expr.grouping?.labels ?? []);
      const made = expr.op === 'count_values' && expr.param?.kind === 'string' ? [expr.param.value] : [];
      if (expr.grouping?.kind === 'without')
        return { ...inner, labels: inner.labels.difference(named).union(new Set(made)) };
      const kept = inner.open ? named : inner.labels.intersection(named);
      return { labels: kept.union(new Set(made)), open: false };
    }
    case 'call':
      return callLabels(expr.name, expr.args, known);
    case 'binary':
      return binaryLabels(expr, known);
    default:
      return labelsOf(expr.expr, known);
  }
}

/** A selector has its metric's labels, and those that it asks for with a value. */
function selectorLabels(expr: Selector, known: KnownLabels): LabelSet {
  const labels = known(expr.metric);
  return labels === undefined ? ANYTHING : { labels, open: true };
}

/** The argument that a function works on: the first that is a vector. */
const subjectOf = (args: readonly Expr[]): Expr | undefined =>
  args.find((arg) => !isScalar(arg) && unwrap(arg).kind !== 'string');

function callLabels(name: string, args: readonly Expr[], known: KnownLabels): LabelSet {
  if (WITHOUT_LABELS.has(name) || (OF_NOW.has(name) && args.length === 0)) return NONE;
  const subject = subjectOf(args);
  if (isAbsence(name)) return absenceLabels(subject);
  const inner = subject ? labelsOf(subject, known) : NONE;
  const added = (label: Expr | undefined): LabelSet =>
    label?.kind === 'string' ? { ...inner, labels: inner.labels.union(new Set([label.value])) } : inner;
  switch (name) {
    case 'histogram_quantile':
    case 'histogram_fraction':
      return { ...inner, labels: inner.labels.difference(new Set(['le'])) };
    case 'histogram_quantiles':
    case 'label_replace':
    case 'label_join':
      return added(args[1]);
    case 'info': {
      const asked = args[1] === undefined ? undefined : unwrap(args[1]);
      // Without a selector every label of target_info is added, and nothing says which those are.
      if (asked?.kind !== 'selector') return { ...inner, any: true };
      return {
        ...inner,
        labels: inner.labels.union(new Set(asked.matchers.map(({ label }) => label))),
      };
    }
    default:
      return inner;
  }
}

/** What `absent` yields has the labels that the selector within asks for by their whole value. */
function absenceLabels(subject: Expr | undefined): LabelSet {
  let inner = subject;
  while (inner && ['paren', 'offset', 'range', 'subquery'].includes(inner.kind)) {
    inner = (inner as { readonly expr: Expr }).expr;
  }
  if (inner?.kind !== 'selector') return NONE;
  const { matchers } = inner;
  const equal = matchers
    .filter(({ label, op }) => op === '=' && matchers.filter((other) => other.label === label).length === 1)
    .map(({ label }) => label);
  return { labels: new Set(equal), open: false };
}

function binaryLabels(expr: Binary, known: KnownLabels): LabelSet {
  const left = labelsOf(expr.left, known);
  const right = labelsOf(expr.right, known);
  if (expr.op === 'or') {
    const any = left.any === true || right.any === true;
    return { labels: left.labels.union(right.labels), open: left.open || right.open, any };
  }
  if (SET_OPERATORS.has(expr.op)) return left;
  if (isScalar(expr.left)) return right;
  if (isScalar(expr.right)) return left;
  const { matching } = expr;
  if (matching?.group) {
    const many = matching.group === 'left' ? left : right;
    return { ...many, labels: many.labels.union(new Set(matching.include)) };
  }
  if (COMPARISONS.has(expr.op) && !expr.bool && !matching) return left;
  if (matching?.kind === 'on') return { labels: new Set(matching.labels), open: false };
  if (matching?.kind === 'ignoring') {
    return { ...left, labels: left.labels.difference(new Set(matching.labels)) };
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
      return SCALARS.has(expr.name);
    default:
      return false;
  }
}
