import { isDeepStrictEqual } from 'node:util';
import type { Dashboard, DashboardEntry, Panel } from '../model/dashboard.ts';
import { panelsByKey } from '../model/panels.ts';

export interface PanelChange {
  /** Undefined for a panel without one, of which no picture can be asked for. */
  id?: number;
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

/** A panel is the same one while its id is, or its title where it has none. */
function panelChanges(before: Dashboard, after: Dashboard): PanelChange[] {
  const [old, now] = [panelsByKey(allPanels(before)), panelsByKey(allPanels(after))];
  const about = ({ id, title = '' }: Panel) => ({ ...(id === undefined ? {} : { id }), title });
  const changes: PanelChange[] = [];
  for (const [key, panel] of now) {
    const was = old.get(key);
    if (!was) changes.push({ ...about(panel), kind: 'added', parts: [] });
    else {
      const parts = differing(was, panel, ['gridPos', 'panels']);
      const moved = !isDeepStrictEqual(was.gridPos, panel.gridPos);
      if (parts.length > 0) changes.push({ ...about(panel), kind: 'changed', parts });
      else if (moved) changes.push({ ...about(panel), kind: 'moved', parts: ['gridPos'] });
    }
  }
  for (const [key, panel] of old)
    if (!now.has(key)) changes.push({ ...about(panel), kind: 'removed', parts: [] });
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
