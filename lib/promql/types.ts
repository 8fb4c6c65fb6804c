import { COMPARISONS, type Expr, SET_OPERATORS, type Selector, unwrap, walk } from './ast.ts';
import type { Problem } from './problem.ts';

/** What a series is, as far as functions care: its type, or that a rule records it. */
export type SeriesType = 'counter' | 'gauge' | 'bucket' | 'native' | 'recorded';
export type TypeOf = (metric: string) => SeriesType | undefined;

const FOR_COUNTERS = new Set(['rate', 'irate', 'increase', 'resets']);
const FOR_GAUGES = new Set(['delta', 'idelta', 'deriv', 'predict_linear', 'double_exponential_smoothing']);
/** Functions and aggregations that ask whether or when there is a series rather than for its value. */
const PRESENCE = new Set([
  ...['absent', 'absent_over_time', 'present_over_time', 'count_over_time', 'timestamp', 'changes'],
  ...['count', 'group', 'start_timestamp'],
]);

/**
 * Holds the use of each selector against its type. All of it is advice: Prometheus evaluates every one of these, and
 * some are meant. A counter that is compared with its own past, with `==` or with 0 is read on purpose.
 */
export function checkTypes(root: Expr, typeOf: TypeOf): Problem[] {
  const meant = onPurpose(root);
  return check(root, undefined, (selector, user) =>
    meant.has(selector) ? [] : typeProblem(selector.metric, user, typeOf),
  );
}

type Judge = (selector: Selector, user: string | undefined) => Problem[];

/** `user` is the function or aggregation around a part. */
function check(expr: Expr, user: string | undefined, judge: Judge): Problem[] {
  switch (expr.kind) {
    case 'selector':
      return judge(expr, user);
    case 'call':
      return expr.args.flatMap((arg) => check(arg, expr.name, judge));
    case 'aggregate': {
      const direct = unwrap(expr.expr).kind === 'selector';
      return check(expr.expr, direct ? expr.op : undefined, judge);
    }
    case 'range':
    case 'offset':
    case 'paren':
      return check(expr.expr, user, judge);
    case 'subquery':
      return check(expr.expr, user && !FOR_COUNTERS.has(user) ? user : undefined, judge);
    case 'binary':
      return [expr.left, expr.right].flatMap((side) => check(side, undefined, judge));
    case 'unary':
      return check(expr.expr, undefined, judge);
    default:
      return [];
  }
}

/** Selectors whose plain value is what an operation is about. */
function onPurpose(root: Expr): ReadonlySet<Selector> {
  const found = new Set<Selector>();
  const allow = (side: Expr) => {
    for (const part of walk(side)) if (part.kind === 'selector') found.add(part);
  };
  for (const part of walk(root)) {
    if (part.kind !== 'binary') continue;
    const [left, right] = [unwrap(part.left), unwrap(part.right)];
    if (COMPARISONS.has(part.op)) {
      const state = (other: Expr) =>
        other.kind === 'number' && (part.op === '==' || part.op === '!=' || other.value === 0);
      if (state(right)) allow(left);
      if (state(left)) allow(right);
    }
    const compares = part.op === '-' || SET_OPERATORS.has(part.op) || COMPARISONS.has(part.op);
    if (compares && ownPast(left, right)) {
      allow(left);
      allow(right);
    }
  }
  return found;
}

/** Whether two sides read the same series, one of them at another time. */
function ownPast(left: Expr, right: Expr): boolean {
  const names = (side: Expr) =>
    new Set([...walk(side)].flatMap((part) => (part.kind === 'selector' ? [part.metric] : [])));
  const shifted = (side: Expr) => [...walk(side)].some(({ kind }) => kind === 'offset');
  const [ours, theirs] = [names(left), names(right)];
  return ours.size > 0 && ours.symmetricDifference(theirs).size === 0 && shifted(left) !== shifted(right);
}

function typeProblem(metric: string, user: string | undefined, typeOf: TypeOf): Problem[] {
  const type = typeOf(metric);
  if (type === undefined || (user !== undefined && PRESENCE.has(user))) return [];
  const counts = type === 'counter' || type === 'bucket';
  const advice = (check: string, message: string): Problem[] => [{ check, level: 'advice', message }];
  if (user !== undefined && FOR_COUNTERS.has(user)) {
    return counts || type === 'native'
      ? []
      : advice('rate-of-gauge', `${user}() needs a counter, and “${metric}” is none`);
  }
  if (user !== undefined && FOR_GAUGES.has(user) && counts) {
    return advice(
      'delta-of-counter',
      `${user}() needs a gauge, and “${metric}” is a counter: use rate() or increase()`,
    );
  }
  return counts
    ? advice('counter-without-rate', `“${metric}” is a counter, read it through rate() or increase()`)
    : [];
}
