import { type Expr, type Grouping, type Matching, type Offset, unwrap } from './ast.ts';
import { parse, seconds } from './parse.ts';

/**
 * An expression in the one form that all spellings of it share: white space, comments, quotes, parentheses that
 * change nothing, the order of matchers and labels, `300s` for `5m`. Equal text means equal results.
 * @throws PromqlSyntaxError
 */
export const canonical = (source: string): string => print(parse(source));

const sorted = (names: readonly string[]): string => names.toSorted().join(', ');
const time = (text: string): string => {
  const value = seconds(text);
  return Number.isNaN(value) ? text : `${value}s`;
};

/** The time of a modifier: `300s`, `-300s`, `1700000000`, `start()`. */
export function moment({ modifier, offset }: Offset): string {
  if (modifier === '@')
    return /^[+-]?[\d.]/.test(offset) ? String(Number(offset)) : offset.replaceAll(/\s/g, '');
  return offset.startsWith('-') ? `-${time(offset.slice(1).trim())}` : time(offset);
}

/** A parsed expression in that form. */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'string':
      return JSON.stringify(expr.value);
    case 'selector': {
      const matchers = expr.matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`);
      return `${expr.metric}${matchers.length > 0 ? `{${sorted(matchers)}}` : ''}`;
    }
    case 'range':
      return `${print(expr.expr)}[${time(expr.range)}]`;
    case 'subquery':
      return `${nested(expr.expr)}[${time(expr.range)}:${expr.step && time(expr.step)}]`;
    case 'offset':
      return `${nested(expr.expr)} ${expr.modifier} ${moment(expr)}`;
    case 'aggregate': {
      const args = [...(expr.param ? [expr.param] : []), expr.expr].map((arg) => print(unwrap(arg)));
      return `${expr.op}${grouping(expr.grouping)}(${args.join(', ')})`;
    }
    case 'call':
      return `${expr.name}(${expr.args.map((arg) => print(unwrap(arg))).join(', ')})`;
    case 'binary':
      return `${nested(expr.left)} ${expr.op}${expr.bool ? ' bool' : ''}${matching(expr.matching)} ${nested(expr.right)}`;
    case 'unary':
      return `${expr.op}${nested(expr.expr)}`;
    case 'paren':
      return print(unwrap(expr));
  }
}

/** Operations within another stand in parentheses, so that no reader needs the table of precedence. */
function nested(expr: Expr): string {
  const inner = unwrap(expr);
  return inner.kind === 'binary' || inner.kind === 'unary' ? `(${print(inner)})` : print(inner);
}

function grouping(of: Grouping | undefined): string {
  if (of === undefined || (of.kind === 'by' && of.labels.length === 0)) return '';
  return ` ${of.kind} (${sorted(of.labels)}) `;
}

function matching(of: Matching | undefined): string {
  if (of === undefined) return '';
  const group = of.group === undefined ? '' : ` group_${of.group}(${sorted(of.include)})`;
  return ` ${of.kind}(${sorted(of.labels)})${group}`;
}
