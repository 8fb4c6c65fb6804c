import { groupFindings } from '../../policies/index.ts';
import { type Change, CONSEQUENCES, consequenceOf, type Effect } from './change.ts';
import type { Review } from './review.ts';

/** How a line is painted; none of it in a pipe. */
export interface Paint {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly effect: Readonly<Record<Effect | 'refused' | 'advice', (text: string) => string>>;
}

export const MARKS: Readonly<Record<Effect, string>> = {
  risk: '!!',
  weaker: '-',
  unclear: '?',
  stricter: '+',
  neutral: '~',
};

/**
 * The review as lines: the verdict first, then policies, then what changed by what it does to people.
 * @param unchecked what nobody looked at. Default: nothing.
 */
export function textOf(
  { verdict, names, changes, findings, advice, problem, notes }: Review,
  paint: Paint,
  unchecked: readonly string[] = [],
): string {
  const first = paint.effect[VERDICTS[verdict.level]](verdict.text);
  return [
    first,
    paint.faint(`Compared: ${names.before} → ${names.after}.`),
    ...(problem === undefined ? [] : ['', problem]),
    ...notes.map((note) => paint.faint(note)),
    ...section(
      'Policies',
      groupFindings(findings).map(({ level, policy, subject, message, isNew }) =>
        paint.effect[level === 'mandatory' ? 'refused' : 'advice'](
          `${level} ${policy}: ${subject} ${message}${isNew ? '' : ' (as before)'}`,
        ),
      ),
      paint,
    ),
    ...section(
      'Advice',
      advice.map(({ text, isNew }) => paint.effect.advice(`${text}${isNew ? '' : ' (as before)'}`)),
      paint,
    ),
    ...[...Map.groupBy(changes, consequenceOf)].flatMap(([consequence, found]) =>
      section(
        CONSEQUENCES[consequence],
        found.flatMap((change) => lines(change, paint)),
        paint,
      ),
    ),
    ...section('Not checked', unchecked.map(paint.faint), paint),
  ].join('\n');
}

const VERDICTS = {
  same: 'stricter',
  changes: 'neutral',
  look: 'weaker',
  refused: 'refused',
  incomparable: 'refused',
} as const;

function section(title: string, found: readonly string[], paint: Paint): readonly string[] {
  return found.length === 0 ? [] : ['', paint.heading(title), ...found.map((line) => `  ${line}`)];
}

function lines(change: Change, paint: Paint): readonly string[] {
  const { subject, text, effect, before, after, reaches = [] } = change;
  // A line that says how many names them below.
  const names = /^\d/.test(subject) ? reaches : [];
  const more = (mark: string, value: string | undefined) =>
    value === undefined || value === ''
      ? []
      : value.split('\n').map((line) => paint.faint(`    ${mark} ${line}`));
  return [
    paint.effect[effect](`${MARKS[effect]} ${subject}: ${text}`),
    ...more('was', before),
    ...more('is ', after),
    ...more('   ', names.join(', ')),
  ];
}
