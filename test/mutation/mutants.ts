import { COMPARISONS, type Expr, walk } from '../../lib/promql/ast.ts';
import { duration, parse, seconds } from '../../lib/promql/parse.ts';
import { isAlert, type Recording, type ResolvedAlert } from '../../rules/alert.ts';

export type Rule = Recording | ResolvedAlert;

/** What a mutant changes. */
export type MutationKind =
  | 'operator'
  | 'boundary'
  | 'number'
  | 'for'
  | 'window'
  | 'aggregation'
  | 'matcher'
  | 'severity';

/** A rule with one thing wrong. */
export interface Mutant {
  readonly kind: MutationKind;
  readonly rule: Rule;
  /** What was changed, for people and for the table of equivalents: `> 0.15 → < 0.15 at 92`. */
  readonly change: string;
  /** What stands before the change in the expression; empty where another field is changed. */
  readonly before: string;
  readonly mutated: { readonly expr?: string; readonly for?: string; readonly severity?: string };
}

/** Name of a rule that no other has: recording rules share theirs and differ by labels. */
export function ruleId(rule: Rule): string {
  if (isAlert(rule)) return rule.name;
  const { slo, window, component } = rule.labels ?? {};
  const labels = [slo, window, component].filter((label) => label !== undefined);
  return labels.length > 0 ? `${rule.record}{${labels.join(',')}}` : rule.record;
}

interface Edit {
  readonly kind: MutationKind;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const OPPOSITE: Readonly<Record<string, string>> = {
  '>': '<',
  '<': '>',
  '>=': '<',
  '<=': '>',
  '==': '!=',
  '!=': '==',
};
const BOUNDARY: Readonly<Record<string, string>> = { '>': '>=', '<': '<=', '>=': '>', '<=': '<' };
const NEGATED = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const;

/** Every mutant of a rule. */
export function mutantsOf(rule: Rule): Mutant[] {
  const inExpression = [...walk(parse(rule.expr))].flatMap((part) => editsOf(part, rule.expr));
  return [
    ...inExpression.map(({ kind, from, to, text }): Mutant => {
      const expr = rule.expr.slice(0, from) + text + rule.expr.slice(to);
      const context = rule.expr.slice(Math.max(0, from - 30), Math.min(to + 12, rule.expr.length));
      return {
        kind,
        rule,
        change: `“${rule.expr.slice(from, to)}” → “${text}” in “${context}”`,
        before: rule.expr.slice(0, from),
        mutated: { expr },
      };
    }),
    ...(isAlert(rule) ? fieldMutants(rule) : []),
  ];
}

function fieldMutants(rule: ResolvedAlert): Mutant[] {
  const wait = seconds(rule.for);
  const waits = wait === 0 ? [60] : [wait / 2, wait * 1.5];
  const severity = rule.severity === 'critical' ? 'warning' : 'critical';
  return [
    ...waits.map((changed): Mutant => {
      const value = duration(Math.round(changed));
      return {
        kind: 'for',
        rule,
        change: `for: ${rule.for} → ${value}`,
        before: '',
        mutated: { for: value },
      };
    }),
    {
      kind: 'severity',
      rule,
      change: `severity: ${rule.severity} → ${severity}`,
      before: '',
      mutated: { severity },
    },
  ];
}

function editsOf(part: Expr, source: string): Edit[] {
  switch (part.kind) {
    case 'binary': {
      if (!COMPARISONS.has(part.op)) return [];
      const from = source.indexOf(part.op, part.left.to);
      const at = { from, to: from + part.op.length };
      const boundary = BOUNDARY[part.op];
      return [
        { kind: 'operator', ...at, text: OPPOSITE[part.op] ?? '' },
        ...(boundary === undefined ? [] : [{ kind: 'boundary', ...at, text: boundary } as const]),
        ...[part.left, part.right].flatMap(scaled),
      ];
    }
    case 'aggregate': {
      const parameter = part.param ? scaled(part.param) : [];
      return [...parameter, ...groupings(part, source)];
    }
    case 'call':
      return part.args.flatMap(scaled);
    case 'range':
    case 'subquery': {
      const from = source.indexOf(part.range, part.expr.to);
      return resized('window', part.range, from);
    }
    case 'offset': {
      const from = source.indexOf(part.offset, part.expr.to + part.modifier.length);
      return part.modifier === '@' || Number.isNaN(seconds(part.offset))
        ? []
        : resized('window', part.offset, from);
    }
    case 'selector':
      return part.matchers.flatMap((matcher): Edit[] => {
        const { label, op, value, from, to } = matcher;
        return [
          { kind: 'matcher', from, to: source[to] === ',' ? to + 1 : to, text: '' },
          { kind: 'matcher', from, to, text: `${label}${NEGATED[op]}${JSON.stringify(value)}` },
        ];
      });
    default:
      return [];
  }
}

/** A number a tenth larger and a tenth smaller; of zero there is no tenth. */
const scaled = (part: Expr): Edit[] =>
  part.kind !== 'number' || part.value === 0 || !Number.isFinite(part.value)
    ? []
    : [1.1, 0.9].map((factor) => ({
        kind: 'number',
        from: part.from,
        to: part.to,
        text: String(Number((part.value * factor).toPrecision(12))),
      }));

const resized = (kind: MutationKind, written: string, from: number): Edit[] =>
  [0.5, 2].map((factor) => ({
    kind,
    from,
    to: from + written.length,
    text: duration(Math.round(seconds(written) * factor)),
  }));

/** Each label of a grouping left out; a label added where nothing is kept apart. */
function groupings(part: Extract<Expr, { kind: 'aggregate' }>, source: string): Edit[] {
  const { grouping, op, from } = part;
  if (grouping) {
    const { labels } = grouping;
    return labels.map((left) => ({
      kind: 'aggregation',
      from: grouping.from,
      to: grouping.to,
      text: `${grouping.kind} (${labels.filter((label) => label !== left).join(', ')})`,
    }));
  }
  return source.startsWith(op, from)
    ? [{ kind: 'aggregation', from: from + op.length, to: from + op.length, text: ' by (instance) ' }]
    : [];
}
