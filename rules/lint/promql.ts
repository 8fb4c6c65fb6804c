import { COMPARISONS, type Expr, unwrap, walk } from '../../lib/promql/ast.ts';
import { isScalar } from '../../lib/promql/labels.ts';
import { seconds, tryParse } from '../../lib/promql/parse.ts';
import { expressionProblem } from '../../lib/re2.ts';
import { isAlert } from '../alert.ts';
import { vocabulary } from '../check.ts';
import { checkExpression, lookup, resultLabels } from '../promql-check.ts';
import { type Lint, perPart, perRule } from './lint.ts';

/** Whether something keeps a divisor from being 0. */
const guarded = (expr: Expr): boolean =>
  [...walk(expr)].some((part) => {
    if (part.kind !== 'binary' || part.bool) return false;
    const limit = unwrap(part.right);
    if (limit.kind !== 'number') return false;
    return ['>', '!='].includes(part.op) || (part.op === '>=' && limit.value > 0);
  });

/** Longest range that a rule may read of series that nothing staged. */
const LONGEST_RAW_RANGE = '6h';
/** Metrics that mean nothing without saying whose they are. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  probe_success: ['job', 'service'],
  platform_events_total: ['kind'],
  node_cpu_seconds_total: ['mode'],
};

export const promqlLints: readonly Lint[] = [
  perPart('promql/aggregate', (part) =>
    part.kind === 'aggregate' && part.grouping?.kind === 'without'
      ? [`${part.op} without (…) keeps labels that nobody knows of: say which with by (…)`]
      : [],
  ),
  perPart('promql/fragile', (part, rule) => [
    ...(part.kind === 'aggregate' && ['topk', 'bottomk', 'limitk'].includes(part.op) && isAlert(rule)
      ? [`${part.op} picks other series each time: the alert flaps`]
      : []),
    ...(part.kind === 'call' && part.name === 'irate' ? ['irate sees the last two samples alone'] : []),
  ]),
  perRule('promql/impossible', (rule, set) => {
    const root = tryParse(rule.expr);
    if (!root) return [];
    const words = vocabulary(set);
    return [...walk(root)].flatMap((part) => impossible(part, (expr) => resultLabels(expr, words)));
  }),
  perPart('promql/nan', (part, rule, root) => [
    ...(part.kind === 'binary' &&
    ['/', '%'].includes(part.op) &&
    !isScalar(part.right) &&
    !guarded(part.right)
      ? ['divides by what may be 0: write (… > 0)']
      : []),
    ...(part.kind === 'binary' && ['/', '%'].includes(part.op) && unwrap(part.right).kind === 'number'
      ? [unwrap(part.right)].flatMap((right) =>
          right.kind === 'number' && right.value === 0 ? ['divides by 0'] : [],
        )
      : []),
    ...(part === unwrap(root) && part.kind === 'call' && part.name === 'histogram_quantile' && !isAlert(rule)
      ? ['records NaN without traffic: add >= 0']
      : []),
  ]),
  perPart('promql/regexp', (part) =>
    part.kind === 'selector'
      ? part.matchers
          .filter(({ op }) => op === '=~' || op === '!~')
          .flatMap(({ label, value }) => regexpProblems(value).map((problem) => `${label}: ${problem}`))
      : [],
  ),
  perPart('promql/selector', (part) => {
    if (part.kind !== 'selector') return [];
    const needed = Object.hasOwn(NEEDS, part.metric) ? (NEEDS[part.metric] ?? []) : [];
    return needed.length > 0 && !part.matchers.some(({ label }) => needed.includes(label))
      ? [`${part.metric} needs a matcher for ${needed.join(' or ')}`]
      : [];
  }),
  perRule('promql/syntax', (rule, set) => checkExpression(rule.expr, vocabulary(set))),
  perRule('cost/range', (rule, set) => {
    const root = tryParse(rule.expr);
    return [...(root ? walk(root) : [])].flatMap((part) => {
      if (part.kind !== 'range' || part.expr.kind !== 'selector') return [];
      const raw = lookup(part.expr.metric, vocabulary(set))?.type !== 'recorded';
      return raw && seconds(part.range) > seconds(LONGEST_RAW_RANGE)
        ? [`reads ${part.range} of ${part.expr.metric}: stage it on a recorded series`]
        : [];
    });
  }),
  perPart('cost/subquery', (part) =>
    part.kind === 'subquery' ? ['evaluates a subquery each time: record the inner expression'] : [],
  ),
];

function regexpProblems(value: string): string[] {
  const problem = expressionProblem(value);
  if (problem !== undefined) return [`“${value}” is no regular expression that RE2 can read: ${problem}`];
  if (/^\^|\$$/.test(value)) return [`“${value}” is anchored as it is: leave ^ and $ out`];
  if (!/[.*+?|()[\]{}\\]/.test(value)) return [`“${value}” has nothing of an expression: use =`];
  return value === '.*' ? ['.* matches everything: leave the matcher out'] : [];
}

function impossible(
  part: Expr,
  labelsOf: (expr: Expr) => { readonly labels: ReadonlySet<string>; readonly open: boolean },
): string[] {
  if (part.kind === 'selector') {
    return part.matchers
      .filter(({ label, op, value }) =>
        part.matchers.some(
          (other) => other.label === label && op === '=' && other.op === '=' && other.value !== value,
        ),
      )
      .map(({ label, value }) => `${label} cannot be “${value}” and something else`);
  }
  if (part.kind === 'binary' && COMPARISONS.has(part.op) && isScalar(part.left) && isScalar(part.right)) {
    return ['compares two numbers: the result never changes'];
  }
  if (part.kind === 'aggregate' && part.grouping?.kind === 'by') {
    const inner = labelsOf(part.expr);
    return part.grouping.labels
      .filter((label) => !inner.open && !inner.labels.has(label))
      .map((label) => `groups by ${label}, which an aggregation within has removed`);
  }
  return [];
}
