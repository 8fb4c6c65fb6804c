import type { Area, Change, Effect } from '../change.ts';
import { type Substitution, sameExpression, substitutions } from '../expressions.ts';

export interface ExpressionPair {
  readonly area: Area;
  readonly subject: string;
  /** Which expression it is, where a subject has several. Default: its only one. */
  readonly name?: string;
  readonly was: string;
  readonly now: string;
  /** Numbers that have been told already. Default: none. */
  readonly ignore?: (before: string, after: string) => boolean;
}

/** How an expression changed, in as few words as its shape allows; nothing where it means the same. */
export function expressionChanges(pair: ExpressionPair): readonly Change[] {
  const { area, subject, name = 'expression', was, now, ignore } = pair;
  if (sameExpression(was, now)) return [];
  const found = substitutions(was, now)?.filter(
    ({ what, before, after }) => what !== 'number' || !ignore?.(before, after),
  );
  if (found?.length === 0) return [];
  const places = found && unique(found);
  const effect: Effect = WATCHES.has(area) ? 'unclear' : 'neutral';
  const text =
    places === undefined || places.length > 3 ? `${name} is another one` : `${name}: ${places.join(', ')}`;
  return [{ area, subject, kind: 'changed', text, effect, before: was, after: now, ...rename(found) }];
}

/** Where an expression decides what is noticed. */
const WATCHES: ReadonlySet<Area> = new Set(['alert', 'slo']);

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
