import { panelsByKey } from '../../dashboards/preview/model/panels.ts';
import { type Change, compared } from '../change.ts';
import { differences } from '../differences.ts';
import type { DashboardModel, Model } from '../model.ts';
import { expressionChanges } from './expression.ts';

interface Target {
  readonly refId?: string;
  readonly expr?: string;
}
interface Panel {
  readonly id?: number;
  readonly type?: string;
  readonly title?: string;
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
  readonly gridPos?: unknown;
}

/** What people see. Panels are the same ones while their ids are, or their titles where they have none. */
export function dashboardChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.dashboards, after.dashboards);
  const size = (dashboard: DashboardModel) => `${panelsOf(dashboard).size} panels`;
  return [
    ...removed.map(([, each]) => change(each.title, `removed (${size(each)})`, { kind: 'removed' })),
    ...added.map(([, each]) => change(each.title, `added (${size(each)})`, { kind: 'added' })),
    ...both.flatMap(({ was, now }) => [...frame(was, now), ...panels(was, now)]),
  ];
}

function change(subject: string, text: string, more: Partial<Change> = {}): Change {
  return { area: 'dashboard', subject, kind: 'changed', text, effect: 'neutral', ...more };
}

/** Title, folder, variables, time range, links. */
function frame(was: DashboardModel, now: DashboardModel): readonly Change[] {
  const without = ({ json: { panels: _, version: __, ...rest }, path }: DashboardModel) => ({
    ...rest,
    path,
  });
  const keys = new Set(
    differences(without(was), without(now)).map(({ path }) => path.split(/[.[]/)[0] ?? ''),
  );
  return keys.size === 0
    ? []
    : [change(now.title, `${[...keys].map((key) => WORDS[key] ?? key).join(', ')} changed`)];
}

function panels(was: DashboardModel, now: DashboardModel): readonly Change[] {
  const { added, removed, both } = compared(panelsOf(was), panelsOf(now));
  const moved = both.filter((each) => differences(each.was.gridPos, each.now.gridPos).length > 0);
  return [
    ...removed.map(([, panel]) => change(now.title, `panel “${nameOf(panel)}” removed`, { kind: 'removed' })),
    ...added.map(([, panel]) =>
      change(now.title, `panel “${nameOf(panel)}” added (${panel.type})`, {
        kind: 'added',
        after: queries(panel),
      }),
    ),
    ...both.flatMap((each) => panel(now.title, each.was, each.now)),
    ...(moved.length === 0
      ? []
      : [
          change(
            now.title,
            `${moved.length} panels moved: ${moved.map((each) => nameOf(each.now)).join(', ')}`,
          ),
        ]),
  ];
}

/** Rows are places, and text without a title has no name to tell it by; both count as what is in them. */
function panelsOf({ json }: DashboardModel): ReadonlyMap<string, Panel> {
  const all = ((json.panels ?? []) as readonly Panel[]).flatMap((each) => [each, ...(each.panels ?? [])]);
  return panelsByKey(all);
}

const nameOf = ({ title, type, id }: Panel) => title || (id === undefined ? `${type}` : `${type} ${id}`);
const queries = ({ targets = [] }: Panel) => targets.flatMap(({ expr }) => expr ?? []).join('\n');

function panel(dashboard: string, was: Panel, now: Panel): readonly Change[] {
  const name = nameOf(now);
  const byId = (targets: readonly Target[] = []) =>
    new Map(targets.map((target) => [target.refId ?? '', target]));
  const targets = compared(byId(was.targets), byId(now.targets));
  const legends = targets.both.some(
    (each) => differences({ ...each.was, expr: '' }, { ...each.now, expr: '' }).length > 0,
  );
  const plain = ({ targets: _, panels: __, gridPos: ___, ...rest }: Panel) => rest;
  const found = differences(plain(was), plain(now));
  const limits = found.filter(({ path }) => LIMIT.test(path));
  const parts = new Set(
    found.filter((each) => !limits.includes(each)).map(({ path }) => path.split(/[.[]/)[0] ?? ''),
  );
  const words = [...parts].map((part) => WORDS[part] ?? part).concat(legends ? ['legends'] : []);
  const crossed = [...new Set(limits.map(({ before, after }) => `${before} → ${after}`))];
  return [
    ...targets.removed.map(([id, { expr }]) =>
      change(dashboard, `panel “${name}”: query ${id} removed`, { before: expr ?? '' }),
    ),
    ...targets.added.map(([id, { expr }]) =>
      change(dashboard, `panel “${name}”: query ${id} added`, { after: expr ?? '' }),
    ),
    ...targets.both.flatMap((each) =>
      expressionChanges({
        area: 'dashboard',
        subject: dashboard,
        name: `panel “${name}”: query ${each.name}`,
        was: each.was.expr ?? '',
        now: each.now.expr ?? '',
      }),
    ),
    ...(crossed.length === 0 ? [] : [change(dashboard, `panel “${name}”: limit ${crossed.join(', ')}`)]),
    ...(words.length === 0 ? [] : [change(dashboard, `panel “${name}”: ${words.join(', ')} changed`)]),
  ];
}

/** A line that a panel draws, or where its colour changes. */
const LIMIT = /\.thresholds\.steps\[\d+\]\.value$/;

/** What Grafana's keys mean to people. */
const WORDS: Readonly<Record<string, string>> = {
  fieldConfig: 'units and limits',
  options: 'options',
  description: 'description',
  title: 'title',
  type: 'kind',
  transformations: 'transformations',
  links: 'links',
  templating: 'variables',
  annotations: 'annotations',
  time: 'time range',
  path: 'folder',
  refresh: 'refresh',
};
