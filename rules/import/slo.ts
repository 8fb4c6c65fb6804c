import type { Slo } from '../../catalogue/slos.ts';
import { SLO_WINDOWS, type SloWindow } from '../../catalogue/slos.ts';
import { unwrap, walk } from '../../lib/promql/ast.ts';
import { parse, seconds } from '../../lib/promql/parse.ts';
import { teamOf } from '../alerts/define.ts';
import { slug, textOf } from './form.ts';

/** An SLO of a file of another form: what its metrics look like is not known. */
export type ImportedSlo = Slo & { readonly name: string };

/** What every imported SLO has alike. */
export function sloBase(
  name: string,
  {
    service,
    title = name,
    promise,
    labels,
  }: {
    readonly service: string;
    readonly title?: string | undefined;
    readonly promise?: string | undefined;
    readonly labels: Readonly<Record<string, string>>;
  },
) {
  return {
    name: slug(name),
    title,
    promise: promise?.trim() || title,
    service,
    team: labels.team ?? labels.owner ?? teamOf(service),
    signal: 'errors',
    dashboard: 'slos',
    runbook: slug(name),
  } as const;
}

/** A share of good events from a number in percent, such as `99.9`. */
export function objectiveOf(percent: unknown, where: string, problems: string[]): number {
  const value = Number(textOf(percent) ?? Number.NaN);
  if (value > 0 && value < 100) return Number((value / 100).toPrecision(12));
  problems.push(
    `${where} is ${percent === undefined ? 'missing' : `“${textOf(percent) ?? '…'}”`}, but must be in percent, over 0 and under 100, such as 99.9`,
  );
  return 0.999;
}

const WINDOWS: Readonly<Record<string, SloWindow>> = { '1w': 7, '4w': 28, '1M': 30, '1Q': 90, '3M': 90 };

/** Days of a rolling window, of `30d`, `4w` or `1M`. */
export function windowOf(duration: string, where: string, problems: string[]): SloWindow {
  const days = WINDOWS[duration] ?? seconds(duration) / 86_400;
  const known = SLO_WINDOWS.find((window) => window === days);
  if (known === undefined)
    problems.push(
      `${where} is “${duration}”; SLOs are held over ${SLO_WINDOWS.join(', ')} days here, such as 30d`,
    );
  return known ?? 30;
}

/**
 * A query with `$window` in place of its range, whatever it was written as. A plain counter gets a rate.
 * @param counter whether the query gives the counter itself.
 */
export function ranged(query: string, counter: boolean, where: string, problems: string[]): string {
  const named = query.trim().replace(/\{\{\s*\.window\s*\}\}/g, '$window');
  let root: ReturnType<typeof parse>;
  try {
    root = parse(named.replaceAll('$window', '5m'));
  } catch (error) {
    problems.push(`${where}: ${(error as Error).message}`);
    return 'vector(0)';
  }
  if (named.includes('$window')) return named;
  const ranges = [...walk(root)].flatMap((part) => (part.kind === 'range' ? [part] : []));
  if (new Set(ranges.map(({ range }) => seconds(range))).size > 1) {
    problems.push(
      `${where} reads several ranges, ${ranges.map(({ range }) => range).join(' and ')}: write $window where the range of the SLO belongs, such as sum(rate(orders_total[$window]))`,
    );
    return named;
  }
  if (ranges.length > 0) {
    return ranges
      .toSorted((left, right) => right.to - left.to)
      .reduce((text, part) => `${text.slice(0, part.expr.to)}[$window]${text.slice(part.to)}`, named);
  }
  const top = unwrap(root);
  const plain = top.kind === 'aggregate' && top.op === 'sum' ? unwrap(top.expr) : top;
  if (counter && plain.kind === 'selector') return `sum(rate(${named.slice(plain.from, plain.to)}[$window]))`;
  if (counter)
    problems.push(
      `${where} gives a counter that is no single metric: write it as a rate, such as sum(rate(orders_total[$window]))`,
    );
  return named;
}
