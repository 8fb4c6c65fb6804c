import { METRICS } from '../../catalogue/index.ts';
import type { Metric } from '../../catalogue/metric.ts';
import { TARGET_LABELS } from '../../catalogue/metric.ts';
import { nearest } from '../../catalogue/nearest.ts';
import { type Expr, type Selector, unwrap, walk } from './ast.ts';
import { isScalar, type LabelSet, labelsOf } from './labels.ts';
import { PromqlSyntaxError, parse } from './parse.ts';

/** What an expression may read: metrics of the catalogue and of the user, and recorded series. */
export interface Vocabulary {
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Labels of recorded series by name. */
  readonly recorded: Readonly<Record<string, { readonly labels: readonly string[] }>>;
}

interface Known {
  readonly labels: ReadonlySet<string>;
  readonly type: 'counter' | 'gauge' | 'bucket' | 'recorded';
}

const PARTS = { _bucket: 'bucket', _sum: 'counter', _count: 'counter' } as const;

/** Some hundred expressions read the same dozens of series. */
const looked = new WeakMap<Vocabulary, Map<string, Known | undefined>>();

/** What a series name stands for, or undefined where nothing defines it. */
export function lookup(name: string, vocabulary: Vocabulary): Known | undefined {
  const known = looked.get(vocabulary) ?? new Map<string, Known | undefined>();
  looked.set(vocabulary, known);
  if (!known.has(name)) known.set(name, find(name, vocabulary));
  return known.get(name);
}

function find(name: string, vocabulary: Vocabulary): Known | undefined {
  const recorded = own(vocabulary.recorded, name);
  if (recorded) return { labels: new Set(recorded.labels), type: 'recorded' };
  const metric = own(vocabulary.metrics, name);
  if (metric && metric.type !== 'histogram') {
    return { labels: new Set([...metric.labels, ...TARGET_LABELS]), type: metric.type };
  }
  for (const [suffix, type] of Object.entries(PARTS)) {
    const base = name.endsWith(suffix) ? own(vocabulary.metrics, name.slice(0, -suffix.length)) : undefined;
    if (base?.type === 'histogram') {
      const le = suffix === '_bucket' ? ['le'] : [];
      return { labels: new Set([...base.labels, ...TARGET_LABELS, ...le]), type };
    }
  }
  return undefined;
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function seriesNames(vocabulary: Vocabulary): string[] {
  const names = Object.entries(vocabulary.metrics).flatMap(([name, metric]) =>
    metric.type === 'histogram' ? Object.keys(PARTS).map((suffix) => name + suffix) : [name],
  );
  return [...names, ...Object.keys(vocabulary.recorded)];
}

export const CATALOGUE_ONLY: Vocabulary = { metrics: METRICS, recorded: {} };

/** Labels of the result of a parsed expression. */
export const resultLabels = (expr: Expr, vocabulary: Vocabulary): LabelSet =>
  labelsOf(expr, (name) => lookup(name, vocabulary)?.labels);

const FOR_COUNTERS = new Set(['rate', 'irate', 'increase', 'resets']);
const FOR_GAUGES = new Set(['delta', 'idelta', 'deriv', 'predict_linear', 'double_exponential_smoothing']);
/** Functions and aggregations that ask whether or when there is a series rather than for its value. */
const PRESENCE = new Set([
  ...[
    'absent',
    'absent_over_time',
    'present_over_time',
    'count_over_time',
    'timestamp',
    'changes',
    'count',
    'group',
  ],
]);

/**
 * Everything wrong with an expression: bad syntax, a metric or label that nothing defines (with the nearest that
 * something does), a rate of what is no counter, a counter that nothing turns into a rate, a quantile without
 * `le`. Empty where it is sound.
 */
export function checkExpression(source: string, vocabulary: Vocabulary): string[] {
  let root: Expr;
  try {
    root = parse(source);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return [error.message];
    throw error;
  }
  const problems: string[] = [];
  for (const expr of walk(root)) {
    if (expr.kind === 'selector') problems.push(...checkSelector(expr, vocabulary));
    if (expr.kind === 'aggregate' && expr.grouping) {
      const inner = resultLabels(expr.expr, vocabulary);
      problems.push(...unknownLabels(expr.grouping.labels, inner, `${expr.op} ${expr.grouping.kind}`));
    }
    if (expr.kind === 'binary' && expr.matching) {
      for (const side of [expr.left, expr.right]) {
        if (isScalar(side)) continue;
        const labels = resultLabels(side, vocabulary);
        problems.push(...unknownLabels(expr.matching.labels, labels, expr.matching.kind));
      }
    }
    if (expr.kind === 'call' && expr.name === 'histogram_quantile') {
      const subject = expr.args[1];
      if (subject && !resultLabels(subject, vocabulary).labels.has('le')) {
        problems.push('histogram_quantile needs the label “le”, which its argument does not keep');
      }
    }
  }
  problems.push(...checkTypes(root, undefined, vocabulary));
  return [...new Set(problems)];
}

function checkSelector(expr: Selector, vocabulary: Vocabulary): string[] {
  if (expr.metric === '') return ['a selector without a metric name reads every series there is'];
  const known = lookup(expr.metric, vocabulary);
  if (!known) {
    const near = nearest(expr.metric, seriesNames(vocabulary));
    return [`unknown metric “${expr.metric}”${near ? `: did you mean “${near}”?` : ''}`];
  }
  const labels = expr.matchers.map((matcher) => matcher.label);
  return unknownLabels(labels, { labels: known.labels, open: true }, expr.metric);
}

function unknownLabels(names: readonly string[], known: LabelSet, where: string): string[] {
  return names
    .filter((name) => !known.labels.has(name))
    .map((name) => {
      const near = nearest(name, [...known.labels]);
      const has = [...known.labels].join(', ') || 'none';
      return `unknown label “${name}” in ${where}: ${near ? `did you mean “${near}”?` : `there are ${has}`}`;
    });
}

/** Holds the use of each selector against its type; `user` is the function or aggregation around it. */
function checkTypes(expr: Expr, user: string | undefined, vocabulary: Vocabulary): string[] {
  switch (expr.kind) {
    case 'selector':
      return typeProblem(expr.metric, user, vocabulary);
    case 'call':
      return expr.args.flatMap((arg) => checkTypes(arg, expr.name, vocabulary));
    case 'aggregate': {
      const direct = unwrap(expr.expr).kind === 'selector';
      return checkTypes(expr.expr, direct ? expr.op : undefined, vocabulary);
    }
    case 'range':
    case 'offset':
    case 'paren':
      return checkTypes(expr.expr, user, vocabulary);
    case 'subquery':
      return checkTypes(expr.expr, user && !FOR_COUNTERS.has(user) ? user : undefined, vocabulary);
    case 'binary':
      return [expr.left, expr.right].flatMap((side) => checkTypes(side, undefined, vocabulary));
    case 'unary':
      return checkTypes(expr.expr, undefined, vocabulary);
    default:
      return [];
  }
}

function typeProblem(metric: string, user: string | undefined, vocabulary: Vocabulary): string[] {
  const type = lookup(metric, vocabulary)?.type;
  if (type === undefined || (user !== undefined && PRESENCE.has(user))) return [];
  const counts = type === 'counter' || type === 'bucket';
  if (user !== undefined && FOR_COUNTERS.has(user)) {
    return counts ? [] : [`${user}() needs a counter, and “${metric}” is none`];
  }
  if (user !== undefined && FOR_GAUGES.has(user) && counts) {
    return [`${user}() needs a gauge, and “${metric}” is a counter: use rate() or increase()`];
  }
  return counts ? [`“${metric}” is a counter, read it through rate() or increase()`] : [];
}
