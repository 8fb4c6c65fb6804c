import { type Expr, walk } from '../../lib/promql/ast.ts';
import { PromqlSyntaxError, parse } from '../../lib/promql/parse.ts';

/** A reference to a variable in a query: `$name`, `[[name]]` or `${name}`, each but the first with a format. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}/y;

/** What Grafana itself fills in. */
const BUILT_IN = /^(__\w+|timeFilter)$/;

interface Reference {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Where it stands: what fits there differs. */
  readonly place: 'text' | 'window' | 'free';
}

/** Lists the variables of a query in order. What only looks like one is left out: a comment, and `$1` of label_replace. */
export function referencesIn(expr: string): Reference[] {
  const found: Reference[] = [];
  let quote = '';
  let brackets = 0;
  for (let at = 0; at < expr.length; at++) {
    const char = expr[at] as string;
    REFERENCE.lastIndex = at;
    const [whole, ...names] = REFERENCE.exec(expr) ?? [];
    const name = names.find((each) => each !== undefined);
    if (whole !== undefined && name !== undefined) {
      if (!/^\d/.test(name) && !isGroup(name, expr)) {
        const place = quote !== '' ? 'text' : brackets > 0 || followsOffset(expr, at) ? 'window' : 'free';
        found.push({ name, from: at, to: at + whole.length, place });
      }
      at += whole.length - 1;
    } else if (quote !== '') {
      if (char === '\\' && quote !== '`') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '#') at = expr.indexOf('\n', at) < 0 ? expr.length : expr.indexOf('\n', at);
    else if (char === '[') brackets++;
    else if (char === ']') brackets--;
  }
  return found;
}

/** Whether a name is that of a group of a regular expression in the same query, which label_replace fills in. */
const isGroup = (name: string, expr: string): boolean => expr.includes(`<${name}>`);

const followsOffset = (expr: string, at: number): boolean => /\boffset\s+-?\s*$/.test(expr.slice(0, at));

export const isBuiltIn = (name: string): boolean => BUILT_IN.test(name);

/** A query with something in the place of each variable. */
export interface Substituted {
  readonly text: string;
  readonly tree: Expr;
  /** Whether variables stand for parts of the query rather than for values, so that little is known of it. */
  readonly open: boolean;
  /** Whether a stretch of the text was written by the user as it is. */
  readonly written: (from: number, to: number) => boolean;
}

/** Why a query is no PromQL, whatever its variables are. */
export interface BrokenQuery {
  readonly problem: string;
  /** Offset into the query as it was written. */
  readonly at: number;
}

/** What a variable outside quotes and windows may stand for: a name, a number, a window, a matcher, a function. */
const CANDIDATES = ['v', '1', '5m', 'v="v"', 'sum'];
/** Variables that are tried in every way; of more than that, the rest are taken for names. */
const TRIED = 4;

/** Parses a query as Grafana would send it. Whatever makes PromQL of it may be what a variable holds. */
export function parseQuery(expr: string): Substituted | BrokenQuery {
  const references = referencesIn(expr);
  const free = [...new Set(references.filter(isOpen).map(({ name }) => name))].slice(0, TRIED);
  let furthest: BrokenQuery | undefined;
  for (const choice of choices(free.length)) {
    const chosen = new Map(free.map((name, index) => [name, CANDIDATES[choice[index] ?? 0] as string]));
    const { text, original, written } = filled(expr, references, chosen);
    try {
      return { text, tree: checked(text), open: free.length > 0, written };
    } catch (error) {
      if (!(error instanceof PromqlSyntaxError)) throw error;
      const at = original(error.position);
      if (furthest === undefined || at > furthest.at)
        furthest = { problem: error.message.replace(/ at character \d+.*$/s, ''), at };
    }
  }
  return furthest as BrokenQuery;
}

const isOpen = ({ place, name }: Reference): boolean => place === 'free' && !isBuiltIn(name);

/** Every way to choose one candidate for each of so many variables, all names first. */
function* choices(count: number): Generator<readonly number[]> {
  for (let number = 0; number < CANDIDATES.length ** count; number++)
    yield Array.from(
      { length: count },
      (_, index) => Math.floor(number / CANDIDATES.length ** index) % CANDIDATES.length,
    );
}

function filled(expr: string, references: readonly Reference[], chosen: ReadonlyMap<string, string>) {
  let text = '';
  let last = 0;
  const pieces: { readonly start: number; readonly end: number; readonly from: number }[] = [];
  for (const reference of references) {
    text += expr.slice(last, reference.from);
    const value = standIn(reference, expr, chosen);
    pieces.push({ start: text.length, end: text.length + value.length, from: reference.from });
    text += value;
    last = reference.to;
  }
  text += expr.slice(last);
  /** Offset into the query as it was written. */
  const original = (position: number): number => {
    const index = pieces.findLastIndex(({ start }) => start <= position);
    const piece = pieces[index];
    if (piece === undefined) return position;
    if (position < piece.end) return piece.from;
    return (references[index]?.to ?? 0) + (position - piece.end);
  };
  const written = (from: number, to: number) => pieces.every(({ start, end }) => to <= start || from >= end);
  return { text, original, written };
}

function standIn({ name, place, to }: Reference, expr: string, chosen: ReadonlyMap<string, string>): string {
  if (place === 'text') return 'v';
  // `[${minutes}m]`: the unit is there already.
  if (place === 'window') return /^(ms|[smhdwy])/.test(expr.slice(to)) ? '5' : '5m';
  if (!isBuiltIn(name)) return chosen.get(name) ?? 'v';
  return /^__(rate_)?(interval|range)$/.test(name) ? '5m' : '1';
}

/** Functions whose last or only series argument is a range, as Prometheus has them. */
const OF_RANGES =
  /^(rate|irate|increase|delta|idelta|deriv|resets|changes|predict_linear|double_exponential_smoothing|holt_winters|\w+_over_time)$/;

/**
 * Parses, and refuses what Prometheus refuses though it follows the grammar: a range where there must be none, and none where
 * there must be one.
 */
function checked(text: string): Expr {
  const tree = parse(text);
  if (isRange(tree))
    throw new PromqlSyntaxError(text, tree.from, 'a range cannot be drawn, take a rate of it');
  for (const expr of walk(tree)) {
    if (expr.kind === 'call' && OF_RANGES.test(expr.name)) {
      if (!expr.args.some(isRange))
        throw new PromqlSyntaxError(text, expr.from, `${expr.name}() needs a range such as [5m]`);
    } else if (expr.kind === 'call') refuseRange(text, expr.args, `${expr.name}()`);
    else if (expr.kind === 'aggregate') refuseRange(text, [expr.expr], expr.op);
    else if (expr.kind === 'binary') refuseRange(text, [expr.left, expr.right], expr.op);
  }
  return tree;
}

function refuseRange(text: string, args: readonly Expr[], taker: string): void {
  const range = args.find(isRange);
  if (range !== undefined) throw new PromqlSyntaxError(text, range.from, `${taker} takes no range`);
}

function isRange(expr: Expr): boolean {
  if (expr.kind === 'paren' || expr.kind === 'offset') return isRange(expr.expr);
  return expr.kind === 'range' || expr.kind === 'subquery';
}
