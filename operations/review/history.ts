import { children, type Expr } from '../../lib/promql/ast.ts';
import { parse, seconds } from '../../lib/promql/parse.ts';
import { metricsIn, withoutVariables } from './expressions.ts';

/** Grafana's variables for a few intervals of scrapes, as `withoutVariables` writes them. Seconds. */
const BRIEF = new Set(['__rate_interval', '__interval'].map((name) => seconds(withoutVariables(`$${name}`))));

/**
 * How far back a query reads a metric. Seconds; 0 where it does not read it, infinite where that cannot be known: the
 * range is a variable, or the time is absolute.
 */
export function historyOf(source: string, metric: string): number {
  if (!metricsIn(source).includes(metric)) return 0;
  try {
    return furthest(parse(withoutVariables(source)), metric, 0);
  } catch {
    const windows = [...source.matchAll(/(?:\[|\boffset\s+)([^\]:\s)]+)/g)].map(([, text = '']) =>
      length(text),
    );
    return Math.max(
      0,
      ...windows.map((window) => (Number.isNaN(window) ? Number.POSITIVE_INFINITY : window)),
    );
  }
}

function length(text: string): number {
  const window = Math.abs(seconds(withoutVariables(text).replace(/^-/, '')));
  return BRIEF.has(window) ? 0 : window;
}

function furthest(expr: Expr, metric: string, back: number): number {
  if (expr.kind === 'selector') return metricsOf(expr).includes(metric) ? back : 0;
  const further =
    expr.kind === 'range' || expr.kind === 'subquery'
      ? length(expr.range)
      : expr.kind === 'offset'
        ? expr.modifier === '@'
          ? Number.POSITIVE_INFINITY
          : length(expr.offset)
        : 0;
  return Math.max(0, ...children(expr).map((inner) => furthest(inner, metric, back + further)));
}

const metricsOf = ({ metric, matchers }: Extract<Expr, { kind: 'selector' }>): readonly string[] => [
  metric,
  ...matchers.filter(({ label }) => label === '__name__').map(({ value }) => value),
];
