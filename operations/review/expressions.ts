import { COMPARISONS, children, type Expr, SET_OPERATORS } from '../../lib/promql/ast.ts';
import { print } from '../../lib/promql/canonical.ts';
import { normalForm, normalised, scaled } from '../../lib/promql/normal.ts';
import { parse } from '../../lib/promql/parse.ts';
import type { Effect } from './change.ts';

/** One place where two expressions of the same shape differ. */
export interface Substitution {
  readonly what: 'metric' | 'number' | 'range' | 'operator' | 'other';
  readonly before: string;
  readonly after: string;
  /** What the place alone does to when the expression yields something; `unclear` where that cannot be said. */
  readonly effect: Effect;
}

/** Grafana's own variables in place of a range, as ranges that nobody writes. */
const INTERVALS: Readonly<Record<string, string>> = {
  __rate_interval: '7777771s',
  __range: '7777772s',
  __interval: '7777773s',
};

/** Whether two expressions mean the same. What is no PromQL, such as a query of variables, is compared as text. */
export function sameExpression(before: string, after: string): boolean {
  return before === after || normal(before) === normal(after);
}

/** Normal forms by source: a version is compared with many. */
const forms = new Map<string, string>();

/** An expression in the one form that all ways to write it share; what is no PromQL without further blanks. */
export function normal(source: string): string {
  const known = forms.get(source);
  if (known !== undefined) return known;
  let form: string;
  try {
    form = normalForm(withoutVariables(source));
  } catch {
    form = source.replaceAll(/\s+/g, ' ').trim();
  }
  forms.set(source, form);
  return form;
}

export const withoutVariables = (source: string): string =>
  source.replaceAll(/\$\{?(__\w+)\}?/g, (whole, name: string) => INTERVALS[name] ?? whole);

const tree = (source: string): Expr => normalised(parse(withoutVariables(source)));

/**
 * Where two expressions differ, or undefined where their shapes do: then one is another expression, and no list
 * of places would explain it.
 */
export function substitutions(before: string, after: string): readonly Substitution[] | undefined {
  try {
    const renamed = renamedIn(before, after);
    return renamed === undefined ? walk(tree(before), tree(after), 1) : [renamed];
  } catch {
    return undefined;
  }
}

/** The one metric that is read under another name, where nothing else differs. */
function renamedIn(before: string, after: string): Substitution | undefined {
  const [was, is] = [metricsIn(before), metricsIn(after)];
  const [gone, ...others] = was.filter((name) => !is.includes(name));
  const [come, ...more] = is.filter((name) => !was.includes(name));
  if (gone === undefined || come === undefined || others.length + more.length > 0) return undefined;
  const written = before.replaceAll(new RegExp(`(?<![\\w:])${gone}(?![\\w:])`, 'g'), come);
  return sameExpression(written, after) ? place('metric', gone, come) : undefined;
}

/** What several places do together: `unclear` where they do not agree. */
export function effectOf(found: readonly Substitution[] | undefined): Effect {
  const effects = new Set(found?.map(({ effect }) => effect) ?? []);
  const [only] = effects;
  return effects.size === 1 && only !== undefined ? only : 'unclear';
}

/**
 * 1: where this part yields something, so does the whole. -1: where it does, the whole does not. 0: its values are
 * computed with, so that neither can be said.
 */
type Polarity = 1 | -1 | 0;

const place = (
  what: Substitution['what'],
  before: string,
  after: string,
  effect: Effect = 'unclear',
): Substitution => ({ what, before, after, effect });

function walk(before: Expr, after: Expr, polarity: Polarity): readonly Substitution[] | undefined {
  const [was, is] = [print(before), print(after)];
  if (was === is) return [];
  if (before.kind === 'binary' && after.kind === 'binary') return binary(before, after, polarity);
  if (before.kind !== after.kind) return undefined;
  if (before.kind === 'string') return [place('other', was, is)];
  if (before.kind === 'number') return [place('number', was, is)];
  if (before.kind === 'selector' && after.kind === 'selector') {
    const sameMatchers = print({ ...before, metric: '' }) === print({ ...after, metric: '' });
    return [sameMatchers ? place('metric', before.metric, after.metric) : place('other', was, is)];
  }
  if (shell(before) !== shell(after)) return undefined;
  const range =
    before.kind === 'range' && after.kind === 'range' && before.range !== after.range
      ? [place('range', `[${before.range}]`, `[${after.range}]`)]
      : [];
  // An aggregation yields a group where something of the group is there.
  const inner = before.kind === 'aggregate' && before.param === undefined ? polarity : 0;
  return joined(range, pairs(before, after), inner);
}

type Binary = Extract<Expr, { kind: 'binary' }>;

function binary(before: Binary, after: Binary, polarity: Polarity): readonly Substitution[] | undefined {
  if (shell({ ...before, op: after.op }) !== shell(after)) return undefined;
  if (before.op !== after.op) {
    if (!COMPARISONS.has(before.op) || !COMPARISONS.has(after.op)) return undefined;
    const effect = before.bool ? 'unclear' : operatorEffect(before.op, after.op, polarity);
    return joined([place('operator', before.op, after.op, effect)], pairs(before, after), 0);
  }
  const [left, right] = [before.right, after.right];
  if (COMPARISONS.has(before.op) && !before.bool) {
    if (left.kind !== 'number' || right.kind !== 'number') return joined([], pairs(before, after), 0);
    const limit =
      left.value === right.value
        ? []
        : [
            place(
              'number',
              print(left),
              print(right),
              limitEffect(before.op, left.value, right.value, polarity),
            ),
          ];
    return joined(limit, [[before.left, after.left]], 0);
  }
  if (!SET_OPERATORS.has(before.op)) return joined([], pairs(before, after), 0);
  const other = before.op === 'unless' ? (-polarity as Polarity) : polarity;
  const found = [walk(before.left, after.left, polarity), walk(before.right, after.right, other)];
  return found.includes(undefined) ? undefined : found.flatMap((each) => each ?? []);
}

const signed = (harder: boolean, polarity: Polarity): Effect =>
  polarity === 0 ? 'unclear' : harder === (polarity === 1) ? 'weaker' : 'stricter';

function limitEffect(op: string, before: number, after: number, polarity: Polarity): Effect {
  if (op === '>' || op === '>=') return signed(after > before, polarity);
  return op === '<' || op === '<=' ? signed(after < before, polarity) : 'unclear';
}

/** Only a limit that counts, or no longer counts, can be judged; another side is another condition. */
function operatorEffect(before: string, after: string, polarity: Polarity): Effect {
  if (before[0] !== after[0] || before[0] === '=' || before[0] === '!') return 'unclear';
  return signed(before.length > after.length, polarity);
}

function joined(
  found: readonly Substitution[],
  parts: readonly (readonly [Expr, Expr])[],
  polarity: Polarity,
): readonly Substitution[] | undefined {
  const within = parts.map(([a, b]) => walk(a, b, polarity));
  return within.includes(undefined) ? undefined : [...found, ...within.flatMap((each) => each ?? [])];
}

const pairs = (before: Expr, after: Expr): readonly (readonly [Expr, Expr])[] => {
  const others = children(after);
  return children(before).map((part, index) => [part, others[index] as Expr]);
};

const PLACEHOLDER = { kind: 'number', value: 0, from: 0, to: 0 } as const;

/** An expression without its parts: two of the same shell differ in nothing but their parts. */
function shell(expr: Expr): string {
  switch (expr.kind) {
    case 'binary':
      return print({ ...expr, left: PLACEHOLDER, right: PLACEHOLDER });
    case 'call':
      return print({ ...expr, args: expr.args.map(() => PLACEHOLDER) });
    case 'aggregate':
      return print({ ...expr, expr: PLACEHOLDER, ...(expr.param && { param: PLACEHOLDER }) });
    case 'range':
      return 'range';
    case 'subquery':
    case 'offset':
    case 'unary':
      return print({ ...expr, expr: PLACEHOLDER });
    default:
      return print(expr);
  }
}

/** A comparison with a number at the top of an expression. */
export interface Limit {
  readonly op: string;
  readonly value: number;
}

/** The comparison with a number that an expression is, or undefined where it is none. */
export function limitOf(source: string): Limit | undefined {
  try {
    const expr = tree(source);
    return expr.kind === 'binary' && COMPARISONS.has(expr.op) && expr.right.kind === 'number'
      ? { op: expr.op, value: expr.right.value }
      : undefined;
  } catch {
    return undefined;
  }
}

/** How many times as large one expression is as another that is the same otherwise; undefined where it is not. */
export function growthOf(before: string, after: string): number | undefined {
  try {
    return ratio(tree(before), tree(after));
  } catch {
    return undefined;
  }
}

function ratio(before: Expr, after: Expr): number | undefined {
  const [was, is] = [scaled(before), scaled(after)];
  const factor = is.factor / was.factor;
  return factor > 0 && print(was.core) === print(is.core) ? factor : undefined;
}

/** By how much both sides of a comparison grew alike, so that it holds where it held; undefined where they did not. */
export function scaledAlike(before: string, after: string): number | undefined {
  try {
    const [was, is] = [tree(before), tree(after)];
    if (was.kind !== 'binary' || is.kind !== 'binary' || was.op !== is.op || was.bool || is.bool)
      return undefined;
    if (!COMPARISONS.has(was.op) || was.right.kind !== 'number' || is.right.kind !== 'number')
      return undefined;
    const factor = ratio(was.left, is.left);
    const isAlike = factor !== undefined && nearly(is.right.value, was.right.value * factor);
    return isAlike ? factor : undefined;
  } catch {
    return undefined;
  }
}

/** Equal but for what computing with doubles loses. */
export const nearly = (left: number, right: number): boolean =>
  Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));

/** An expression with other numbers in the places of some, and how many places those are. */
export function withNumbers(
  source: string,
  replace: (value: number) => number,
): { readonly source: string; readonly places: number } | undefined {
  try {
    let places = 0;
    const numbers: { readonly from: number; readonly to: number; readonly value: number }[] = [];
    const visit = (expr: Expr): void => {
      if (expr.kind === 'number') {
        const value = replace(expr.value);
        if (value !== expr.value) {
          places += 1;
          numbers.push({ from: expr.from, to: expr.to, value });
        }
      }
      for (const child of children(expr)) visit(child);
    };
    visit(parse(source));
    const written = numbers
      .sort((a, b) => b.from - a.from)
      .reduce((text, { from, to, value }) => `${text.slice(0, from)}${value}${text.slice(to)}`, source);
    return { source: written, places };
  } catch {
    return undefined;
  }
}

/** Metrics by expression: a version is compared with many. */
const metrics = new Map<string, readonly string[]>();

/** The metrics that an expression reads; nothing of what is no PromQL. */
export function metricsIn(source: string): readonly string[] {
  const known = metrics.get(source) ?? readMetrics(source);
  metrics.set(source, known);
  return known;
}

function readMetrics(source: string): readonly string[] {
  try {
    const found = new Set<string>();
    const visit = (expr: Expr): void => {
      if (expr.kind === 'selector') {
        if (expr.metric !== '') found.add(expr.metric);
        for (const { label, value } of expr.matchers) if (label === '__name__') found.add(value);
      }
      for (const child of children(expr)) visit(child);
    };
    visit(parse(withoutVariables(source)));
    return [...found];
  } catch {
    return source.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? [];
  }
}
