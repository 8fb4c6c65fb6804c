import { COMPARISONS, type Expr, type Matcher, type Offset, unwrap } from './ast.ts';
import { moment, print } from './canonical.ts';
import { parse } from './parse.ts';

/**
 * An expression in the one form that every way to write it shares: what `canonical` evens out, and besides operands
 * that may be swapped, numbers that can be computed, matchers that say the same, modifiers in either order.
 * Equal text means equal results, for every input.
 * @throws PromqlSyntaxError
 */
export const normalForm = (source: string): string => print(normalised(parse(source)));

const PLACE = { from: 0, to: 0 } as const;
const number = (value: number): Expr => ({ kind: 'number', value, ...PLACE });

/** The comparison that says the same with its sides swapped. */
export const MIRRORED: Readonly<Record<string, string>> = {
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
  '==': '==',
  '!=': '!=',
};

/** A parsed expression in normal form. */
export function normalised(expr: Expr): Expr {
  switch (expr.kind) {
    case 'paren':
      return normalised(expr.expr);
    case 'selector':
      return { ...expr, matchers: matchers(expr.metric, expr.matchers) };
    case 'range':
      return { ...expr, expr: normalised(expr.expr), range: asDuration(expr.range) };
    case 'subquery':
      return {
        ...expr,
        expr: normalised(expr.expr),
        range: asDuration(expr.range),
        step: expr.step && asDuration(expr.step),
      };
    case 'offset':
      return moved(expr);
    case 'aggregate':
      return {
        ...expr,
        op: expr.op.toLowerCase(),
        ...(expr.grouping && {
          grouping: { ...expr.grouping, labels: [...new Set(expr.grouping.labels)] },
        }),
        ...(expr.param && { param: normalised(expr.param) }),
        expr: normalised(expr.expr),
      };
    case 'call':
      return { ...expr, args: expr.args.map(normalised) };
    case 'unary': {
      const inner = normalised(expr.expr);
      if (expr.op === '+') return inner;
      return inner.kind === 'number' ? number(-inner.value) : { ...expr, expr: inner };
    }
    case 'binary':
      return binary(expr);
    default:
      return expr;
  }
}

/** A bare number is a duration in seconds. */
const asDuration = (text: string): string => (/^\d+(\.\d+)?$/.test(text) ? `${Number(text)}s` : text);

/** `offset` and `@` say the same in either order, and an offset of nothing says nothing. */
function moved(expr: Offset): Expr {
  let inner: Expr = expr;
  const found: Partial<Record<Offset['modifier'], Offset>> = {};
  while (inner.kind === 'offset') {
    found[inner.modifier] ??= { ...inner, offset: moment({ ...inner, offset: asDuration(inner.offset) }) };
    inner = unwrap(inner.expr);
  }
  let result = normalised(inner);
  const { '@': at, offset } = found;
  if (at) result = { ...at, expr: result };
  if (offset && !/^-?0s$/.test(offset.offset)) result = { ...offset, expr: result };
  return result;
}

/** Characters that mean something in a regular expression. */
const SPECIAL = /[\\.*+?()[\]{}|^$]/;

/** Matchers without those that say nothing or the same twice; an expression that is plain text as plain text. */
function matchers(metric: string, all: readonly Matcher[]): readonly Matcher[] {
  const plain = all.map((matcher): Matcher => {
    const { op, value } = matcher;
    if (op !== '=~' && op !== '!~') return matcher;
    if (!SPECIAL.test(value)) return { ...matcher, op: op === '=~' ? '=' : '!=' };
    const alternatives = value.split('|');
    return alternatives.some((each) => SPECIAL.test(each))
      ? matcher
      : { ...matcher, value: [...new Set(alternatives)].sort().join('|') };
  });
  const distinct = [
    ...new Map(plain.map((each) => [`${each.label} ${each.op} ${each.value}`, each])).values(),
  ];
  const telling = distinct.filter(({ op, value }) => !(op === '=~' && value === '.*'));
  // A selector without any matcher that asks for something is none.
  return metric === '' && telling.length === 0 ? distinct : telling;
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

type Binary = Extract<Expr, { kind: 'binary' }>;

function binary(expr: Binary): Expr {
  const op = expr.op.toLowerCase();
  const [left, right] = [normalised(expr.left), normalised(expr.right)];
  const compute = ARITHMETIC[op];
  if (compute && left.kind === 'number' && right.kind === 'number')
    return number(compute(left.value, right.value));
  const { matching: given, ...rest } = expr;
  const says = given && (given.kind === 'on' || given.labels.length > 0 || given.group !== undefined);
  const matching = says ? { ...given, labels: [...new Set(given.labels)] } : undefined;
  const result: Binary = { ...rest, op, left, right, ...(matching && { matching }) };
  return mayBeSwapped(result) && comesLater(left, right) ? swapped(result) : result;
}

/**
 * Whether the sides may be swapped: those of a sum or product always, and those of a comparison with a number, which
 * keeps the value of the other side wherever it stands.
 */
function mayBeSwapped({ op, left, right }: Binary): boolean {
  if (op === '+' || op === '*') return true;
  return COMPARISONS.has(op) && (left.kind === 'number') !== (right.kind === 'number');
}

/** Numbers stand on the right; the rest is in alphabetical order. */
function comesLater(left: Expr, right: Expr): boolean {
  if (left.kind === 'number') return right.kind !== 'number';
  return right.kind !== 'number' && print(left) > print(right);
}

function swapped(expr: Binary): Binary {
  const { matching } = expr;
  const other = matching?.group === undefined ? undefined : matching.group === 'left' ? 'right' : 'left';
  return {
    ...expr,
    op: MIRRORED[expr.op] ?? expr.op,
    left: expr.right,
    right: expr.left,
    ...(matching && { matching: { ...matching, ...(other && { group: other }) } }),
  };
}

/** A number times the rest of an expression. */
export interface Scaled {
  readonly factor: number;
  readonly core: Expr;
}

/** Aggregations of which a factor may be taken out. */
const LINEAR: readonly string[] = ['sum', 'avg', 'min', 'max'];

/** The number by which an expression is multiplied, and what is left without it. Expects normal form. */
export function scaled(expr: Expr): Scaled {
  if (expr.kind === 'binary' && (expr.op === '*' || expr.op === '/')) {
    const [left, right] = [scaled(expr.left), scaled(expr.right)];
    const factor = expr.op === '*' ? left.factor * right.factor : left.factor / right.factor;
    const isOne = (side: Expr) => side.kind === 'number' && side.value === 1;
    if (isOne(right.core)) return { factor, core: left.core };
    if (isOne(left.core) && expr.op === '*') return { factor, core: right.core };
    return { factor, core: normalised({ ...expr, left: left.core, right: right.core }) };
  }
  if (expr.kind === 'number' && expr.value !== 0) return { factor: expr.value, core: number(1) };
  if (expr.kind === 'aggregate' && LINEAR.includes(expr.op)) {
    const { factor, core } = scaled(expr.expr);
    return factor > 0 ? { factor, core: { ...expr, expr: core } } : { factor: 1, core: expr };
  }
  return { factor: 1, core: expr };
}
