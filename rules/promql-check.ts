import { METRICS } from '../catalogue/index.ts';
import type { Metric } from '../catalogue/metric.ts';
import { TARGET_LABELS } from '../catalogue/metric.ts';
import { nearest } from '../lib/nearest.ts';
import { type Call, type Expr, type Selector, walk } from '../lib/promql/ast.ts';
import { isScalar, type LabelSet, labelsOf } from '../lib/promql/labels.ts';
import { PromqlSyntaxError, parse } from '../lib/promql/parse.ts';
import type { Problem } from '../lib/promql/problem.ts';
import { checkTypes, type SeriesType } from '../lib/promql/types.ts';

/** What an expression may read: metrics of the catalogue and of the user, and recorded series. */
export interface Vocabulary {
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Labels of recorded series by name. */
  readonly recorded: Readonly<Record<string, { readonly labels: readonly string[] }>>;
  /** Labels that every target of the stack brings, besides `job` and `instance`. Default: none. */
  readonly targetLabels?: readonly string[];
}

/** Checks of expressions by name, with what each is about. */
export const EXPRESSION_CHECKS = {
  'unknown-metric': 'a metric that nothing declares or records',
  'unknown-label': 'a label that the series do not have',
  'any-series': 'a selector without the name of a metric',
  'experimental-function': 'a function that Prometheus has only behind a feature flag',
  'quantile-without-le': 'a quantile of a classic histogram whose buckets were added up',
  'counter-without-rate': 'a counter whose plain value is read',
  'rate-of-gauge': 'a rate of what is no counter',
  'delta-of-counter': 'a function of gauges on a counter',
} as const;

interface Known {
  readonly labels: ReadonlySet<string>;
  readonly type: SeriesType;
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
  const labelsOf = ({ labels }: Metric, more: readonly string[] = []) =>
    new Set([...labels, ...TARGET_LABELS, ...(vocabulary.targetLabels ?? []), ...more]);
  const metric = own(vocabulary.metrics, name);
  if (metric && metric.type !== 'histogram') return { labels: labelsOf(metric), type: metric.type };
  if (metric?.native) return { labels: labelsOf(metric), type: 'native' };
  for (const [suffix, type] of Object.entries(PARTS)) {
    const base = name.endsWith(suffix) ? own(vocabulary.metrics, name.slice(0, -suffix.length)) : undefined;
    if (base?.type === 'histogram' && base.native !== true) {
      return { labels: labelsOf(base, suffix === '_bucket' ? ['le'] : []), type };
    }
  }
  return undefined;
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function seriesNames(vocabulary: Vocabulary): string[] {
  const names = Object.entries(vocabulary.metrics).flatMap(([name, { type, native }]) => [
    ...(type !== 'histogram' || native ? [name] : []),
    ...(type === 'histogram' && native !== true ? Object.keys(PARTS).map((suffix) => name + suffix) : []),
  ]);
  return [...names, ...Object.keys(vocabulary.recorded)];
}

export const CATALOGUE_ONLY: Vocabulary = { metrics: METRICS, recorded: {} };

/** Labels of the result of a parsed expression. */
export const resultLabels = (expr: Expr, vocabulary: Vocabulary): LabelSet =>
  labelsOf(expr, (name) => lookup(name, vocabulary)?.labels);

/** What `checkProblems` finds, errors and advice alike, as text. */
export const checkExpression = (source: string, vocabulary: Vocabulary): string[] =>
  checkProblems(source, vocabulary).map(({ message }) => message);

/**
 * Everything to say about an expression: bad syntax, a metric or label that nothing defines (with the nearest that
 * something does), a quantile without `le`; and, as advice, a rate of what is no counter, or a counter that nothing
 * turns into a rate. Empty where it is sound.
 */
export function checkProblems(source: string, vocabulary: Vocabulary): Problem[] {
  let root: Expr;
  try {
    root = parse(source);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return [problem('syntax', error.message)];
    throw error;
  }
  const problems: Problem[] = [];
  // The second argument of info() only says which labels are wanted.
  const wanted = new Set<Expr>();
  for (const expr of walk(root)) {
    if (expr.kind === 'call') {
      if (expr.name === 'info' && expr.args[1]) for (const part of walk(expr.args[1])) wanted.add(part);
      problems.push(...checkCall(expr, vocabulary));
    }
    if (expr.kind === 'selector' && !wanted.has(expr)) problems.push(...checkSelector(expr, vocabulary));
    if (expr.kind === 'aggregate') {
      problems.push(...experimental(expr.op));
      if (expr.grouping) {
        const { kind, labels } = expr.grouping;
        const inner = resultLabels(expr.expr, vocabulary);
        const level = kind === 'without' ? 'advice' : 'error';
        problems.push(...unknownLabels(labels, inner, `${expr.op} ${kind}`, level));
      }
    }
    if (expr.kind === 'binary' && expr.matching) problems.push(...checkMatching(expr, vocabulary));
  }
  problems.push(...checkTypes(root, (name) => lookup(name, vocabulary)?.type));
  return [...new Map(problems.map((each) => [each.message, each])).values()];
}

const problem = (check: string, message: string, level: Problem['level'] = 'error'): Problem => ({
  check,
  level,
  message,
});

function checkMatching(expr: Extract<Expr, { kind: 'binary' }>, vocabulary: Vocabulary): Problem[] {
  const { matching, left, right } = expr;
  if (matching === undefined) return [];
  const sides = [left, right].filter((side) => !isScalar(side)).map((side) => resultLabels(side, vocabulary));
  if (matching.kind === 'on')
    return sides.flatMap((labels) => unknownLabels(matching.labels, labels, 'on', 'error'));
  // What is ignored is there on one side alone as a rule.
  const either: LabelSet = {
    labels: new Set(sides.flatMap(({ labels }) => [...labels])),
    open: sides.some(({ open }) => open),
    any: sides.some(({ any }) => any === true),
  };
  return unknownLabels(matching.labels, either, 'ignoring', 'advice');
}

/** Functions and aggregations behind the flag `promql-experimental-functions`, which this stack leaves off. */
const EXPERIMENTAL = new Set([
  ...['double_exponential_smoothing', 'end', 'histogram_quantiles', 'info', 'limit_ratio', 'limitk'],
  ...['mad_over_time', 'max_of', 'min_of', 'range', 'sort_by_label', 'sort_by_label_desc', 'start'],
  ...['start_timestamp', 'step', 'ts_of_first_over_time', 'ts_of_last_over_time', 'ts_of_max_over_time'],
  'ts_of_min_over_time',
]);

const experimental = (name: string): Problem[] =>
  EXPERIMENTAL.has(name)
    ? [
        problem(
          'experimental-function',
          `${name} is experimental: Prometheus refuses it without --enable-feature=promql-experimental-functions, which this stack does not set`,
        ),
      ]
    : [];

function checkCall({ name, args }: Call, vocabulary: Vocabulary): Problem[] {
  const problems = experimental(name);
  if (name !== 'histogram_quantile' && name !== 'histogram_quantiles') return problems;
  const subject = args.find((arg) => !isScalar(arg) && arg.kind !== 'string');
  if (subject === undefined) return problems;
  const { labels, any } = resultLabels(subject, vocabulary);
  const read = [...walk(subject)].flatMap((part) => (part.kind === 'selector' ? [part.metric] : []));
  const types = read.map((metric) => lookup(metric, vocabulary)?.type);
  // Of a native histogram there is nothing to keep; of an unknown metric nothing is known.
  if (labels.has('le') || any || types.some((type) => type === 'native' || type === undefined))
    return problems;
  return [
    ...problems,
    problem('quantile-without-le', `${name} needs the label “le”, which its argument does not keep`),
  ];
}

function checkSelector(expr: Selector, vocabulary: Vocabulary): Problem[] {
  if (expr.metric === '') {
    // A pattern of names says which series are meant.
    if (expr.matchers.some(({ label }) => label === '__name__')) return [];
    return [problem('any-series', 'a selector without a metric name reads every series there is')];
  }
  const known = lookup(expr.metric, vocabulary);
  if (!known) return [problem('unknown-metric', unknownMetric(expr.metric, vocabulary))];
  const labels = expr.matchers.map((matcher) => matcher.label);
  return unknownLabels(labels, { labels: known.labels, open: true }, expr.metric, 'error');
}

function unknownMetric(name: string, vocabulary: Vocabulary): string {
  const classic = own(vocabulary.metrics, name);
  if (classic?.type === 'histogram') {
    return `“${name}” is a classic histogram, whose series are ${name}_bucket, ${name}_sum and ${name}_count; where it is a native one, declare it so: metrics: {${name}: {type: histogram, native: true}}`;
  }
  const part = Object.keys(PARTS).find((suffix) => name.endsWith(suffix)) ?? '';
  const base = name.slice(0, name.length - part.length);
  if (part !== '' && own(vocabulary.metrics, base)?.native === true) {
    return `“${base}” is a native histogram without the series “${name}”: read “${base}” itself, such as histogram_count(rate(${base}[5m])); where it is exposed in both forms, declare native: both`;
  }
  const near = nearest(name, seriesNames(vocabulary));
  return `unknown metric “${name}”${near ? `: did you mean “${near}”?` : ''}`;
}

function unknownLabels(
  names: readonly string[],
  known: LabelSet,
  where: string,
  level: Problem['level'],
): Problem[] {
  if (known.any) return [];
  return names
    .filter((name) => name !== '__name__' && !known.labels.has(name))
    .map((name) => {
      const near = nearest(name, [...known.labels]);
      const has = [...known.labels].join(', ') || 'none';
      // Within an aggregation the label is gone, whoever brings it.
      const brought = known.open
        ? `; where targets bring it, declare it once for the stack, in the settings: rules.targetLabels: [${name}]`
        : '';
      return problem(
        'unknown-label',
        `unknown label “${name}” in ${where}: ${near ? `did you mean “${near}”?` : `there are ${has}`}${brought}`,
        level,
      );
    });
}
