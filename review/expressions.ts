import { type Expr, unwrap } from '../rules/promql/ast.ts';
import { canonical, print } from '../rules/promql/canonical.ts';
import { parse } from '../rules/promql/parse.ts';

/** One place where two expressions of the same shape differ. */
export interface Substitution {
  readonly what: 'metric' | 'number' | 'range' | 'other';
  readonly before: string;
  readonly after: string;
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

function normal(source: string): string {
  try {
    return canonical(withoutVariables(source));
  } catch {
    return source.replaceAll(/\s+/g, ' ').trim();
  }
}

const withoutVariables = (source: string): string =>
  source.replaceAll(/\$\{?(__\w+)\}?/g, (whole, name: string) => INTERVALS[name] ?? whole);

/**
 * Where two expressions differ, or undefined where their shapes do: then one is another expression, and no list
 * of places would explain it.
 */
export function substitutions(before: string, after: string): readonly Substitution[] | undefined {
  try {
    return walk(parse(withoutVariables(before)), parse(withoutVariables(after)));
  } catch {
    return undefined;
  }
}

function walk(left: Expr, right: Expr): readonly Substitution[] | undefined {
  const [before, after] = [unwrap(left), unwrap(right)];
  const [was, is] = [print(before), print(after)];
  if (was === is) return [];
  if (before.kind !== after.kind) return undefined;
  if (before.kind === 'string') return [{ what: 'other', before: was, after: is }];
  if (before.kind === 'number') return [{ what: 'number', before: was, after: is }];
  if (before.kind === 'selector' && after.kind === 'selector') {
    const sameMatchers = print({ ...before, metric: '' }) === print({ ...after, metric: '' });
    return sameMatchers
      ? [{ what: 'metric', before: before.metric, after: after.metric }]
      : [{ what: 'other', before: was, after: is }];
  }
  const parts = pairs(before, after);
  if (parts === undefined) return undefined;
  const range =
    before.kind === 'range' && after.kind === 'range' && before.range !== after.range
      ? [{ what: 'range' as const, before: `[${before.range}]`, after: `[${after.range}]` }]
      : [];
  const within = parts.map(([a, b]) => walk(a, b));
  return within.includes(undefined) ? undefined : [...range, ...within.flatMap((each) => each ?? [])];
}

/** The parts of two expressions that differ in nothing but their parts; undefined where they differ in more. */
function pairs(before: Expr, after: Expr): readonly (readonly [Expr, Expr])[] | undefined {
  const [a, b] = [shape(before), shape(after)];
  if (a.shell !== b.shell || a.parts.length !== b.parts.length) return undefined;
  return a.parts.map((part, index) => [part, b.parts[index] as Expr]);
}

const PLACEHOLDER = { kind: 'number', value: 0, from: 0, to: 0 } as const;

/** An expression without its parts, and the parts. */
function shape(expr: Expr): { readonly shell: string; readonly parts: readonly Expr[] } {
  switch (expr.kind) {
    case 'binary':
      return {
        shell: print({ ...expr, left: PLACEHOLDER, right: PLACEHOLDER }),
        parts: [expr.left, expr.right],
      };
    case 'call':
      return { shell: print({ ...expr, args: expr.args.map(() => PLACEHOLDER) }), parts: expr.args };
    case 'aggregate':
      return {
        shell: print({ ...expr, expr: PLACEHOLDER, ...(expr.param && { param: PLACEHOLDER }) }),
        parts: [...(expr.param ? [expr.param] : []), expr.expr],
      };
    case 'range':
      return { shell: 'range', parts: [expr.expr] };
    case 'subquery':
    case 'offset':
    case 'unary':
      return { shell: print({ ...expr, expr: PLACEHOLDER }), parts: [expr.expr] };
    default:
      return { shell: print(expr), parts: [] };
  }
}
