import type { DashboardModel } from './model.ts';

/** A query of a panel, as far as it is compared by name; everything else of it is compared as it stands. */
export interface Target {
  readonly refId?: string;
  readonly expr?: string;
  readonly hide?: boolean;
  readonly [key: string]: unknown;
}

export interface Panel {
  readonly id?: number;
  readonly type?: string;
  readonly title?: string;
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
  readonly gridPos?: unknown;
  readonly [key: string]: unknown;
}

/** Every panel of a dashboard in its order, those in rows too. */
export const panelsOf = ({ json }: DashboardModel): readonly Panel[] =>
  ((json.panels ?? []) as readonly Panel[]).flatMap((each) => [each, ...(each.panels ?? [])]);

/** How people call a panel. */
export const panelTitle = ({ title, type, id }: Panel): string =>
  title || (id === undefined ? `${type}` : `${type} ${id}`);

/** The expressions of a panel. */
export const queriesOf = ({ targets = [] }: Panel): readonly string[] =>
  targets.flatMap(({ expr }) => expr ?? []);

/** A panel of one version and the same of another. */
export interface PanelPair {
  readonly was: Panel;
  readonly now: Panel;
}

/** What makes two panels the same one, the surest first. */
const TRAITS: readonly ((panel: Panel) => string | undefined)[] = [
  (panel) => JSON.stringify(panel),
  ({ id, title, type }) => (id === undefined ? undefined : `${id} ${title} ${type}`),
  ({ title, type }) => (title ? `${title} ${type}` : undefined),
  ({ title }) => title || undefined,
  (panel) => (queriesOf(panel).length > 0 ? queriesOf(panel).join('\n') : undefined),
  ({ id, title, type }) => (id === undefined || title === undefined ? undefined : `${id} ${type}`),
  ({ id }) => (id === undefined ? undefined : `${id}`),
  ({ id, title, type }) => (id === undefined && !title ? type : undefined),
];

/** Pairs the panels of two versions: by id and title, by title, by queries, by id; each is paired once. */
export function pairPanels(
  before: readonly Panel[],
  after: readonly Panel[],
): {
  readonly pairs: readonly PanelPair[];
  readonly removed: readonly Panel[];
  readonly added: readonly Panel[];
} {
  const [removed, added] = [new Set(before), new Set(after)];
  const pairs: PanelPair[] = [];
  for (const trait of TRAITS) {
    for (const now of [...added]) {
      const key = trait(now);
      const was = key === undefined ? undefined : [...removed].find((panel) => trait(panel) === key);
      if (was === undefined) continue;
      removed.delete(was);
      added.delete(now);
      pairs.push({ was, now });
    }
  }
  const order = (panel: Panel) => after.indexOf(panel);
  return {
    pairs: pairs.sort((a, b) => order(a.now) - order(b.now)),
    removed: [...removed],
    added: [...added],
  };
}
