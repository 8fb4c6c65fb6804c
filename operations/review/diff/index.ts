import { AREAS, type Area, type Change, CONSEQUENCES, consequenceOf } from '../change.ts';
import type { Model } from '../model.ts';
import { withoutRenames } from '../renames.ts';
import { alertChanges } from './alerts.ts';
import { dashboardChanges } from './dashboards.ts';
import { declaredChanges } from './declared.ts';
import { fileChanges, groupChanges } from './files.ts';
import { renamedMetrics } from './metrics.ts';
import { notificationChanges } from './notifications.ts';
import { recordingChanges } from './recordings.ts';
import { scrapeChanges } from './scrapes.ts';
import { sloChanges } from './slos.ts';
import { workloadChanges } from './workloads.ts';

/**
 * What changed between two versions, in the field's terms: what puts data at risk first, then what no longer reaches
 * people, what comes later, what needs more to fire, what cannot be judged, what became stricter, and the rest. What is
 * only written differently is no change. A change is neutral where that is proven, or where `harmless.ts` says why.
 */
export function diff(old: Model, fresh: Model): readonly Change[] {
  const { before, after, changes } = withoutRenames(old, fresh);
  const found = [
    ...changes,
    ...alertChanges(before, after),
    ...sloChanges(before, after),
    ...notificationChanges(before, after),
    ...dashboardChanges(before, after),
    ...scrapeChanges(before, after),
    ...recordingChanges(before, after),
    ...groupChanges(before, after),
    ...declaredChanges(before, after),
    ...workloadChanges(before, after),
    ...fileChanges(before, after),
  ];
  const areas = Object.keys(AREAS) as Area[];
  const consequences = Object.keys(CONSEQUENCES);
  const rank = (change: Change) => consequences.indexOf(consequenceOf(change));
  return renamedMetrics(found, before, after).sort(
    (a, b) => rank(a) - rank(b) || areas.indexOf(a.area) - areas.indexOf(b.area),
  );
}
