import { seconds } from '../../../lib/promql/parse.ts';
import { type Change, compared, type Effect } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model, SloModel } from '../model.ts';
import { share } from '../values.ts';
import { expressionChanges } from './expression.ts';

/** What happens to objectives. */
export function sloChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.slos, after.slos);
  return [
    ...removed.map(([, slo]) =>
      change(slo, `removed (${promise(slo)})`, 'weaker', { kind: 'removed', loss: 'silent' }),
    ),
    ...added.map(([, slo]) => change(slo, `added (${promise(slo)})`, 'stricter', { kind: 'added' })),
    ...both.flatMap(({ was, now }) => [...objective(was, now), ...period(was, now), ...rest(was, now)]),
  ];
}

function change(slo: SloModel, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'slo', subject: slo.name, kind: 'changed', text, effect, ...more };
}

const promise = ({ objective, window }: SloModel) => `${share(objective)} over ${window}`;

/** Minutes of a window that may be bad. */
function budget({ objective, window }: SloModel): string {
  const minutes = (1 - objective) * (seconds(window) / 60);
  return minutes < 120
    ? `${Number(minutes.toPrecision(3))} min`
    : `${Number((minutes / 60).toPrecision(3))} h`;
}

function objective(was: SloModel, now: SloModel): readonly Change[] {
  if (was.objective === now.objective) return [];
  const tighter = now.objective > was.objective;
  const text = `objective ${share(was.objective)} → ${share(now.objective)}, ${tighter ? 'tightened' : 'loosened'}: the budget of ${now.window} is ${budget(now)}, it was ${budget(was)}`;
  return [change(now, text, tighter ? 'stricter' : 'weaker')];
}

function period(was: SloModel, now: SloModel): readonly Change[] {
  if (was.window === now.window) return [];
  const text = `window ${was.window} → ${now.window}: the budget is ${budget(now)} of ${now.window}, it was ${budget(was)} of ${was.window}`;
  return [change(now, text, 'unclear')];
}

/** Fields that people read and nothing else does. */
const TEXTS = /^(description|objective\.displayName)$/;

function rest(was: SloModel, now: SloModel): readonly Change[] {
  const title =
    was.title === now.title ? [] : [change(now, `display name “${was.title}” → “${now.title}”`, 'neutral')];
  const found = differences(was.rest, now.rest).flatMap((difference) =>
    difference.path.endsWith('.query')
      ? expressionChanges({
          area: 'slo',
          subject: now.name,
          name: difference.path.includes('bad')
            ? 'bad events'
            : difference.path.includes('total')
              ? 'all events'
              : 'level',
          was: difference.before,
          now: difference.after,
        })
      : [change(now, describeDifference(difference), TEXTS.test(difference.path) ? 'neutral' : 'unclear')],
  );
  return [...title, ...found];
}
