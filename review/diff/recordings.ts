import { type Change, compared } from '../change.ts';
import type { Model, RecordingModel } from '../model.ts';
import { expressionChanges } from './expression.ts';

/** What happens to recording rules; those of one SLO are told together, since they follow from it. */
export function recordingChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.recordings, after.recordings);
  const each: { readonly rule: RecordingModel; readonly change: Change }[] = [
    ...removed.map(([key, rule]) => ({ rule, change: one(key, 'removed', { before: rule.expr }) })),
    ...added.map(([key, rule]) => ({ rule, change: one(key, 'added', { after: rule.expr }) })),
    ...both.flatMap(({ name, was, now }) =>
      [
        ...expressionChanges({ area: 'recording', subject: name, was: was.expr, now: now.expr }),
        ...intervals(name, was, now),
      ].map((change) => ({ rule: now, change })),
    ),
  ];
  const ofSlos = Map.groupBy(each, ({ rule, change }) =>
    change.renames === undefined && rule.labels.slo ? `${rule.labels.slo} ${change.kind}` : undefined,
  );
  return [...ofSlos].flatMap(([slo, found]) => {
    const [first] = found;
    if (slo === undefined || found.length === 1 || first === undefined)
      return found.map(({ change }) => change);
    const names = [...new Set(found.map(({ rule }) => rule.record))];
    const { kind } = first.change;
    return [
      {
        area: 'recording',
        subject: `SLO ${first.rule.labels.slo}`,
        kind,
        text: `${found.length} rules ${kind}: ${names.join(', ')}`,
        effect: 'neutral',
      } satisfies Change,
    ];
  });
}

function one(subject: string, kind: 'added' | 'removed', more: Partial<Change>): Change {
  return { area: 'recording', subject, kind, text: kind, effect: 'neutral', ...more };
}

function intervals(subject: string, was: RecordingModel, now: RecordingModel): readonly Change[] {
  if (was.interval === now.interval) return [];
  const text = `evaluated every ${was.interval ?? 'global interval'} → ${now.interval ?? 'global interval'}`;
  return [{ area: 'recording', subject, kind: 'changed', text, effect: 'neutral' }];
}
