import { type Change, compared } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';

/** Provisioning and templates: nothing here knows what a field of them does. */
export function fileChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.others, after.others);
  const change = (
    subject: string,
    kind: Change['kind'],
    text: string,
    more: Partial<Change> = {},
  ): Change => ({
    area: 'file',
    subject,
    kind,
    text,
    effect: 'unclear',
    ...more,
  });
  return [
    ...removed.map(([path]) => change(path, 'removed', 'removed')),
    ...added.map(([path]) => change(path, 'added', 'added')),
    ...both.flatMap(({ name, was, now }) =>
      typeof was === 'string' || typeof now === 'string'
        ? was === now
          ? []
          : [change(name, 'changed', changedLines(String(was), String(now)))]
        : differences(was, now).map((each) => change(name, 'changed', describeDifference(each))),
    ),
  ];
}

/** How many lines of a text are other ones, and the first of them. */
function changedLines(before: string, after: string): string {
  const [was, is] = [before.split('\n'), after.split('\n')];
  const fresh = is.filter((line) => !was.includes(line));
  const gone = was.filter((line) => !is.includes(line));
  const shown = (lines: readonly string[]) =>
    lines[0] === undefined ? 'nothing' : `“${lines[0].trim().slice(0, 80)}”`;
  return `changed, ${gone.length} lines removed and ${fresh.length} added: ${shown(gone)} → ${shown(fresh)}`;
}

/** What rule groups say beside their rules: limits, labels, offsets. */
export function groupChanges(before: Model, after: Model): readonly Change[] {
  return compared(before.groups, after.groups).both.flatMap(({ name, was, now }) =>
    differences(was, now).map(
      (each): Change => ({
        area: 'recording',
        subject: `group ${name}`,
        kind: 'changed',
        text: describeDifference(each),
        effect: 'unclear',
      }),
    ),
  );
}
