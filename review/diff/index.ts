import { AREAS, type Area, type Change, compared, EFFECTS } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';
import { alertChanges } from './alerts.ts';
import { dashboardChanges } from './dashboards.ts';
import { notificationChanges } from './notifications.ts';
import { recordingChanges } from './recordings.ts';
import { scrapeChanges } from './scrapes.ts';
import { sloChanges } from './slos.ts';
import { workloadChanges } from './workloads.ts';

/**
 * What changed between two versions, in the field's terms: what puts data at risk or weakens monitoring first
 * within each area. What is only written differently is no change.
 */
export function diff(before: Model, after: Model): readonly Change[] {
  const found = [
    ...alertChanges(before, after),
    ...sloChanges(before, after),
    ...notificationChanges(before, after),
    ...dashboardChanges(before, after),
    ...scrapeChanges(before, after),
    ...recordingChanges(before, after),
    ...workloadChanges(before, after),
    ...fileChanges(before, after),
  ];
  const areas = Object.keys(AREAS) as Area[];
  return [...found.filter(({ renames }) => renames === undefined), ...renamedMetrics(found, after)].sort(
    (a, b) =>
      areas.indexOf(a.area) - areas.indexOf(b.area) || EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect),
  );
}

/** A metric under another name is told once, with where it is read. One that is still read has not been renamed. */
function renamedMetrics(found: readonly Change[], after: Model): readonly Change[] {
  const renames = found.filter((change) => change.renames !== undefined);
  return [...Map.groupBy(renames, ({ renames: of }) => `${of?.before} → ${of?.after}`)].map(
    ([text, changes]) => {
      const [first, ...others] = changes;
      if (first !== undefined && others.length === 0) return first;
      const { before: old = '', after: subject = '' } = first?.renames ?? {};
      const places = [...new Set(changes.map(({ area, subject }) => `${AREAS[area]}: ${subject}`))];
      return {
        area: 'metric',
        subject,
        kind: 'changed',
        text: `read instead of ${old}, in ${changes.length} places`,
        effect:
          isRead(after, old) && changes.some(({ effect }) => effect === 'unclear') ? 'unclear' : 'neutral',
        after: [text, ...places].join('\n'),
      };
    },
  );
}

const isRead = ({ alerts, recordings }: Model, metric: string): boolean => {
  const name = new RegExp(`(?<![\\w:])${metric}(?![\\w:])`);
  return [...alerts.values(), ...recordings.values()].some(({ expr }) => name.test(expr));
};

/** Provisioning and templates. */
function fileChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.others, after.others);
  const change = (subject: string, kind: Change['kind'], text: string): Change => ({
    area: 'file',
    subject,
    kind,
    text,
    effect: 'neutral',
  });
  return [
    ...removed.map(([path]) => change(path, 'removed', 'removed')),
    ...added.map(([path]) => change(path, 'added', 'added')),
    ...both.flatMap(({ name, was, now }) =>
      typeof was === 'string' || typeof now === 'string'
        ? was === now
          ? []
          : [change(name, 'changed', 'changed')]
        : differences(was, now).map((each) => change(name, 'changed', describeDifference(each))),
    ),
  ];
}
