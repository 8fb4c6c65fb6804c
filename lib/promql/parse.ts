import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { durationSeconds } from '../forms.ts';
import type { Expr, Grouping, Matcher, Matching } from './ast.ts';
import { bound, modified } from './precedence.ts';

/** An expression that is no PromQL. */
export class PromqlSyntaxError extends Error {
  readonly position: number;
  constructor(source: string, position: number, problem: string) {
    const near = source.slice(position, position + 20).split('\n')[0];
    super(`${problem} at character ${position + 1}${near ? `, near “${near}”` : ', at the end'}`);
    this.position = position;
  }
}

const cache = new Map<string, Expr>();

/** Parses PromQL; throws a `PromqlSyntaxError` that says where it stops making sense. */
export function parse(source: string): Expr {
  const known = cache.get(source);
  if (known) return known;
  const top = parser.parse(source).topNode;
  const cursor = top.cursor();
  do {
    if (cursor.type.isError)
      throw new PromqlSyntaxError(source, cursor.from, unknownFunction(source) ?? 'syntax error');
  } while (cursor.next());
  const root = childrenOf(top).find((node) => node.name !== 'LineComment');
  if (!root) throw new PromqlSyntaxError(source, 0, 'an empty expression');
  const expr = convert(root, source);
  cache.set(source, expr);
  return expr;
}

/** The same, or undefined where it is no PromQL. */
export function tryParse(source: string): Expr | undefined {
  try {
    return parse(source);
  } catch {
    return undefined;
  }
}

/** Functions that Prometheus had under another name, or never: what people know from older rules. */
const RENAMED: Readonly<Record<string, string>> = {
  holt_winters: 'double_exponential_smoothing',
  count_scalar: 'count',
  drop_common_labels: 'without (…)',
  keep_common: 'by (…)',
};

/** Says it where a syntax error comes from a call of something that Prometheus does not have under that name. */
function unknownFunction(source: string): string | undefined {
  // Text and label names in quotes call nothing.
  const bare = source.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`/g, '""');
  const old = Object.keys(RENAMED).find((name) => new RegExp(`\\b${name}\\s*\\(`).test(bare));
  return old === undefined
    ? undefined
    : `Prometheus 3 has no function ${old}; its place takes ${RENAMED[old]}. The syntax error is`;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') found.push(child);
  }
  return found;
}

function convert(node: SyntaxNode, source: string): Expr {
  const span = { from: node.from, to: node.to };
  const text = (part: SyntaxNode) => source.slice(part.from, part.to);
  const parts = childrenOf(node);
  const part = (index: number): SyntaxNode => {
    const found = parts[index];
    if (!found) throw new PromqlSyntaxError(source, node.from, `incomplete ${node.name}`);
    return found;
  };
  const at = (index: number) => convert(part(index), source);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(text(node)), ...span };
    case 'StringLiteral':
      return { kind: 'string', value: unquote(text(node)), ...span };
    case 'VectorSelector':
      return selector(node, source);
    case 'MatrixSelector':
      return modified(at(0), (expr) => ({
        kind: 'range',
        expr,
        range: text(part(1)),
        from: expr.from,
        to: node.to,
      }));
    case 'SubqueryExpr':
      return modified(at(0), (expr) => ({
        kind: 'subquery',
        expr,
        range: text(part(1)),
        step: parts[2] ? text(part(2)) : '',
        from: expr.from,
        to: node.to,
      }));
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return modified(at(0), (expr) => ({
        kind: 'offset',
        modifier: node.name === 'OffsetExpr' ? 'offset' : '@',
        expr,
        offset: source.slice(part(1).to, node.to).trim(),
        from: expr.from,
        to: node.to,
      }));
    case 'AggregateExpr': {
      const modifier = parts.find((child) => child.name === 'AggregateModifier');
      const body = parts.find((child) => child.name === 'FunctionCallBody');
      const args = body ? childrenOf(body) : [];
      const last = args.at(-1);
      if (!last) throw new PromqlSyntaxError(source, node.from, 'an aggregation of nothing');
      const param = args.length > 1 ? args[0] : undefined;
      return {
        kind: 'aggregate',
        op: text(part(0)),
        ...(modifier && { grouping: grouping(modifier, source) }),
        ...(param && { param: convert(param, source) }),
        expr: convert(last, source),
        ...span,
      };
    }
    case 'FunctionCall':
      return {
        kind: 'call',
        name: text(part(0)),
        args: childrenOf(part(1)).map((arg) => convert(arg, source)),
        ...span,
      };
    case 'BinaryExpr':
      return binary(node, source);
    case 'UnaryExpr':
      return { kind: 'unary', op: text(part(0)), expr: at(1), ...span };
    case 'ParenExpr':
      return { kind: 'paren', expr: at(0), ...span };
    default:
      throw new PromqlSyntaxError(source, node.from, `${node.name} is not supported here`);
  }
}

function selector(node: SyntaxNode, source: string): Expr {
  const matchers: Matcher[] = [];
  let metric = '';
  for (const part of childrenOf(node)) {
    if (part.name === 'Identifier') metric = source.slice(part.from, part.to);
    for (const child of part.name === 'LabelMatchers' ? childrenOf(part) : []) {
      const pieces = childrenOf(child).map((piece) => source.slice(piece.from, piece.to));
      const [label = '', op, value = ''] = pieces;
      if (op === undefined) metric = unquote(label);
      else if (label === '__name__' && op === '=') metric = unquote(value);
      else
        matchers.push({
          label: /^["'`]/.test(label) ? unquote(label) : label,
          op: op as Matcher['op'],
          value: unquote(value),
          from: child.from,
          to: child.to,
        });
    }
  }
  return { kind: 'selector', metric, matchers, from: node.from, to: node.to };
}

const labelNames = (node: SyntaxNode, source: string): string[] =>
  childrenOf(node).map((label) => {
    const text = source.slice(label.from, label.to);
    return label.name === 'QuotedLabelName' ? unquote(text) : text;
  });

function grouping(node: SyntaxNode, source: string): Grouping {
  const [keyword, labels] = childrenOf(node);
  return {
    kind: keyword?.name === 'Without' ? 'without' : 'by',
    labels: labels ? labelNames(labels, source) : [],
    from: node.from,
    to: node.to,
  };
}

function binary(node: SyntaxNode, source: string): Expr {
  const parts = childrenOf(node);
  const left = parts[0];
  const right = parts.at(-1);
  const operator = parts[1];
  if (!left || !right || !operator) throw new PromqlSyntaxError(source, node.from, 'half an operation');
  let matching: Matching | undefined;
  let bool = false;
  for (const part of parts.slice(2, -1)) {
    if (part.name === 'BoolModifier') {
      bool ||= childrenOf(part).some((child) => child.name === 'Bool');
      for (const child of childrenOf(part)) {
        if (child.name === 'MatchingModifierClause') matching = matchingOf(child, source);
      }
    } else if (part.name === 'MatchingModifierClause') matching = matchingOf(part, source);
  }
  return bound({
    kind: 'binary',
    op: source.slice(operator.from, operator.to),
    bool,
    ...(matching && { matching }),
    left: convert(left, source),
    right: convert(right, source),
    from: node.from,
    to: node.to,
  });
}

function matchingOf(node: SyntaxNode, source: string): Matching {
  const parts = childrenOf(node);
  const group = parts.findIndex((part) => part.name === 'GroupLeft' || part.name === 'GroupRight');
  const include = group >= 0 ? parts[group + 1] : undefined;
  return {
    kind: parts[0]?.name === 'Ignoring' ? 'ignoring' : 'on',
    labels: parts[1]?.name === 'GroupingLabels' ? labelNames(parts[1], source) : [],
    ...(group >= 0 && { group: parts[group]?.name === 'GroupLeft' ? ('left' as const) : ('right' as const) }),
    include: include ? labelNames(include, source) : [],
    from: node.from,
    to: node.to,
  };
}

function numberOf(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const plain = Number(text.replaceAll('_', ''));
  return Number.isNaN(plain) && !/^nan$/i.test(text) ? seconds(text) : plain;
}

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t' })[char] ?? char);
}

const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** Seconds of a Prometheus duration such as `90s` or `1h30m`; NaN where it is none. */
export function seconds(duration: string): number {
  return durationSeconds(duration);
}

/** The shortest Prometheus duration of a number of whole seconds. */
export function duration(total: number): string {
  if (total === 0) return '0s';
  let rest = total;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const amount = Math.floor(rest / UNITS[unit]);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * UNITS[unit];
  }
  return text;
}
