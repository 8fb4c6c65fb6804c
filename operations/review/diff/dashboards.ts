import { undefinedVariables } from '../../../dashboards/undefined-variables.ts';
import { type Change, compared, type Effect } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import type { DashboardModel, Model } from '../model.ts';
import { type Panel, type PanelPair, pairPanels, panelsOf, panelTitle, queriesOf } from '../panels.ts';
import { pairAlerts } from './alerts.ts';
import { frameName, isHarmlessFrame } from './display-fields.ts';
import { panelChanges } from './panel.ts';
import { variableChanges } from './variables.ts';

/** What people see. A board is the same one while its uid is, or its title and place; a panel by more than its id. */
export function dashboardChanges(before: Model, after: Model): readonly Change[] {
  const { added, removed, both } = compared(before.dashboards, after.dashboards);
  const moved = added.flatMap(([, now]) => {
    const was = removed.find(([, old]) => old.title === now.title)?.[1];
    return was === undefined ? [] : [{ was, now }];
  });
  const isMoved = (dashboard: DashboardModel) =>
    moved.some(({ was, now }) => was === dashboard || now === dashboard);
  const size = (dashboard: DashboardModel) => `${panelsOf(dashboard).length} panels`;
  const limits = movedLimits(before, after);
  return [
    ...removed
      .filter(([, each]) => !isMoved(each))
      .map(([, each]) => change(each.title, `removed (${size(each)})`, 'unclear', { kind: 'removed' })),
    ...added
      .filter(([, each]) => !isMoved(each))
      .map(([, each]) => change(each.title, `added (${size(each)})`, 'neutral', { kind: 'added' })),
    ...moved.map(({ was, now }) =>
      change(now.title, `uid ${was.uid} → ${now.uid}: the same board, and links to it break`, 'unclear'),
    ),
    ...[...both.filter(({ was, now }) => was !== now), ...moved].flatMap(({ was, now }) => [
      ...frame(was, now),
      ...variableChanges(was, now),
      ...undefinedIn(was, now),
      ...panels(was, now, limits),
    ]),
  ];
}

function change(subject: string, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'dashboard', subject, kind: 'changed', text, effect, ...more };
}

/** Limits that panels draw where a threshold moved alike: `0.15 → 0.2`. */
function movedLimits(before: Model, after: Model): ReadonlySet<string> {
  return new Set(
    pairAlerts(before, after).both.flatMap(({ was, now }) =>
      was.threshold !== undefined &&
      now.threshold !== undefined &&
      was.threshold.value !== now.threshold.value
        ? [`${was.threshold.value} → ${now.threshold.value}`]
        : [],
    ),
  );
}

/** What Grafana or provisioning sets anew with every save. */
const SET_ANEW = ['version', 'iteration', 'id', 'gnetId'];

/** Told elsewhere. */
const ELSEWHERE = ['panels', 'templating', 'uid', ...SET_ANEW];

/** Title, folder, time range, links. */
function frame(was: DashboardModel, now: DashboardModel): readonly Change[] {
  const without = ({ json, path }: DashboardModel) => ({
    ...Object.fromEntries(Object.entries(json).filter(([key]) => !ELSEWHERE.includes(key))),
    file: path,
  });
  return differences(without(was), without(now)).map((found) => {
    const words = frameName(found.path);
    if (words === undefined) return change(now.title, describeDifference(found), 'unclear');
    return change(now.title, told(words, found), isHarmlessFrame(found, now.json) ? 'neutral' : 'unclear');
  });
}

const told = (words: string, { before, after }: Difference): string => `${words} ${before} → ${after}`;

function undefinedIn(was: DashboardModel, now: DashboardModel): readonly Change[] {
  const known = new Set(undefinedVariables(was.json).map((each) => JSON.stringify(each)));
  return undefinedVariables(now.json)
    .filter((each) => !known.has(JSON.stringify(each)))
    .map(({ panel, query, variable }) =>
      change(
        now.title,
        `panel “${panel}”: query ${query} reads $${variable}, which is not defined`,
        'unclear',
      ),
    );
}

function panels(was: DashboardModel, now: DashboardModel, limits: ReadonlySet<string>): readonly Change[] {
  const { pairs, removed, added } = pairPanels(panelsOf(was), panelsOf(now));
  const moved = pairs.filter((each) => differences(each.was.gridPos, each.now.gridPos).length > 0);
  return [
    ...removed.map((panel) =>
      change(now.title, `panel “${panelTitle(panel)}” removed (${panel.type})`, 'unclear', {
        kind: 'removed',
        before: queriesOf(panel).join('\n'),
      }),
    ),
    ...added.map((panel) =>
      change(now.title, `panel “${panelTitle(panel)}” added (${panel.type})`, 'neutral', {
        kind: 'added',
        after: queriesOf(panel).join('\n'),
      }),
    ),
    ...pairs.flatMap((pair) => panelChanges(now.title, pair, limits)),
    ...pairs.flatMap((pair) => folded(rowOf(was, pair.was), rowOf(now, pair.now), pair, now.title)),
    ...(moved.length === 0
      ? []
      : [
          change(
            now.title,
            `${moved.length} panels moved: ${moved.map((each) => panelTitle(each.now)).join(', ')}`,
            'neutral',
          ),
        ]),
  ];
}

/** The title of the closed row that holds a panel; undefined where it is in sight. */
function rowOf({ json }: DashboardModel, panel: Panel): string | undefined {
  const row = ((json.panels ?? []) as readonly Panel[]).find(({ panels = [] }) => panels.includes(panel));
  return row && panelTitle(row);
}

/** What happens to a panel that a closed row hides, or no longer. */
function folded(
  was: string | undefined,
  is: string | undefined,
  { now }: PanelPair,
  dashboard: string,
): readonly Change[] {
  if (was === is) return [];
  const name = `panel “${panelTitle(now)}”`;
  return is === undefined
    ? [change(dashboard, `${name}: in sight, it was in the closed row “${was}”`, 'neutral')]
    : [
        change(
          dashboard,
          `${name}: in the closed row “${is}”${was === undefined ? ', which hides it' : `, it was in “${was}”`}`,
          was === undefined ? 'unclear' : 'neutral',
        ),
      ];
}
