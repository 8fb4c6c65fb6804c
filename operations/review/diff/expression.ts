import type { Area, Change } from '../change.ts';
import { growthOf, nearly, type Substitution, sameExpression, substitutions } from '../expressions.ts';

export interface ExpressionPair {
  readonly area: Area;
  readonly subject: string;
  /** Which expression it is, where a subject has several. Default: its only one. */
  readonly name?: string;
  readonly was: string;
  readonly now: string;
  /** Numbers that have been told already. Default: none. */
  readonly ignore?: ((before: string, after: string) => boolean) | undefined;
}

/**
 * How an expression changed, in as few words as its shape allows; nothing where it means the same. What it does to what
 * is noticed cannot be said: it is unclear.
 */
export function expressionChanges(pair: ExpressionPair): readonly Change[] {
  const { area, subject, name = 'expression', was, now, ignore } = pair;
  if (sameExpression(was, now)) return [];
  const found = substitutions(was, now);
  const left = found?.filter(({ what, before, after }) => what !== 'number' || !ignore?.(before, after));
  const factor = growthOf(was, now);
  const places = left && unique(left);
  const text =
    factor !== undefined && !nearly(factor, 1)
      ? `${name}: ${Number(factor.toPrecision(6)).toLocaleString('en-US')} times as large as before`
      : places === undefined || places.length === 0 || places.length > 3
        ? `${name} reads and computes something else (both are shown)`
        : `${name}: ${places.join(', ')}`;
  return [
    { area, subject, kind: 'changed', text, effect: 'unclear', before: was, after: now, ...rename(found) },
  ];
}

const unique = (found: readonly Substitution[]): readonly string[] => [
  ...new Set(
    found.map(({ what, before, after }) =>
      what === 'metric' ? `reads ${after} instead of ${before}` : `${before} → ${after}`,
    ),
  ),
];

/** Marks a change that is nothing but one metric under another name: the same one is told once for all. */
function rename(found: readonly Substitution[] = []): Pick<Change, 'renames'> {
  const first = found.find(({ what }) => what === 'metric');
  if (first === undefined) return {};
  const { before, after } = first;
  // A text may name the metric as well.
  const same = (each: Substitution) =>
    [before, JSON.stringify(before)].includes(each.before) &&
    [after, JSON.stringify(after)].includes(each.after);
  return found.every(same) ? { renames: { before, after } } : {};
}
