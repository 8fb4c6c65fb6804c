import { isDeepStrictEqual } from 'node:util';
import type { Dashboard, DashboardEntry, Panel } from '../model/dashboard.ts';

export interface PanelChange {
  id: number;
  title: string;
  kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Which parts differ: `targets`, `fieldConfig` … */
  parts: string[];
}

export interface DashboardChange {
  uid: string;
  title: string;
  kind: 'added' | 'removed' | 'changed';
  /** What differs apart from panels: `templating`, `time` … */
  settings: string[];
  panels: PanelChange[];
}

/** Panels of a dashboard, those inside folded rows too. */
export function allPanels(dashboard: Dashboard): Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

function differing(before: object, after: object, ignored: readonly string[]): string[] {
  const values = (of: object) => of as Record<string, unknown>;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => !ignored.includes(key) && !isDeepStrictEqual(values(before)[key], values(after)[key]),
  );
}

/** A panel is the same one while its id is. */
function panelChanges(before: Dashboard, after: Dashboard): PanelChange[] {
  const old = new Map(allPanels(before).map((panel) => [panel.id ?? 0, panel]));
  const changes: PanelChange[] = [];
  for (const panel of allPanels(after)) {
    const id = panel.id ?? 0;
    const title = panel.title ?? '';
    const was = old.get(id);
    old.delete(id);
    if (!was) changes.push({ id, title, kind: 'added', parts: [] });
    else {
      const parts = differing(was, panel, ['gridPos', 'panels']);
      const moved = !isDeepStrictEqual(was.gridPos, panel.gridPos);
      if (parts.length > 0) changes.push({ id, title, kind: 'changed', parts });
      else if (moved) changes.push({ id, title, kind: 'moved', parts: ['gridPos'] });
    }
  }
  for (const [id, panel] of old) changes.push({ id, title: panel.title ?? '', kind: 'removed', parts: [] });
  return changes;
}

/** What differs between two sets of dashboards. Equal ones are left out. */
export function changesBetween(
  before: readonly DashboardEntry[],
  after: readonly DashboardEntry[],
): DashboardChange[] {
  const old = new Map(before.map((entry) => [entry.uid, entry]));
  const changes: DashboardChange[] = [];
  for (const { uid, title, json } of after) {
    const was = old.get(uid);
    old.delete(uid);
    if (!was) changes.push({ uid, title, kind: 'added', settings: [], panels: [] });
    else {
      const settings = differing(was.json, json, ['panels', 'version']);
      const panels = panelChanges(was.json, json);
      if (settings.length + panels.length > 0)
        changes.push({ uid, title, kind: 'changed', settings, panels });
    }
  }
  for (const { uid, title } of old.values())
    changes.push({ uid, title, kind: 'removed', settings: [], panels: [] });
  return changes;
}
