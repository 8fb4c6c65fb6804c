import { seconds } from '../../../lib/promql/parse.ts';
import type { Route } from '../../../notifications/config.ts';
import { type AlertmanagerConfig, type Labels, route } from '../../../notifications/index.ts';
import { type Matcher, parseMatcher } from '../../../notifications/matcher.ts';
import { routesIn } from '../../../notifications/tree.ts';
import { fixedLabels } from '../arrivals.ts';
import type { Model } from '../model.ts';
import { covers } from '../notified.ts';
import { pairAlerts } from './alerts.ts';

/** Settings of a route that say when its messages are sent. */
export const WAITS: readonly string[] = ['group_wait', 'group_interval', 'repeat_interval'];

/** The waits of the last of some routes, each inherited from the nearest route above that has it. */
export const waitsOf = (way: readonly Route[]) =>
  Object.fromEntries(WAITS.map((key) => [key, way.findLast((each) => key in each)?.[key as keyof Route]]));

/** The routes that lead to a place of the tree, from the root on. */
export function routesTo({ route: root }: AlertmanagerConfig, path: readonly number[]): readonly Route[] {
  const way = [root];
  for (const index of path) {
    const next = way.at(-1)?.routes?.[index];
    if (next !== undefined) way.push(next);
  }
  return way;
}

/** The labels that a route groups by, its own or those of the nearest route above. */
export const groupedBy = (config: AlertmanagerConfig, path: readonly number[]): readonly string[] =>
  (routesTo(config, path).findLast(({ group_by }) => group_by !== undefined)?.group_by ?? []).toSorted();

/** More label sets than this are not tried for one alert. */
const MOST = 512;

/** What no matcher names. */
const ANOTHER = 'another value, which no route names';

/**
 * Alerts that may be told less, later or in other groups where data brings a label that routes ask for, with those labels.
 * What an alert’s own labels decide is left out: that is known.
 */
export function doubtfulWays(
  before: Model,
  after: Model,
): { readonly alerts: readonly string[]; readonly labels: readonly string[] } {
  const matchers = [before, after].flatMap(({ alertmanager }) =>
    alertmanager.route === undefined
      ? []
      : routesIn(alertmanager.route).flatMap((each) => (each.route.matchers ?? []).map(parseMatcher)),
  );
  const byLabel = Map.groupBy(matchers, ({ label }) => label);
  const labels = new Set<string>();
  const alerts = pairAlerts(before, after).both.filter(({ was, now }) => {
    if (was.sent === undefined) return false;
    const [old, fresh] = [fixedLabels(was), now.sent === undefined ? undefined : fixedLabels(now)];
    const open = [...byLabel.keys()].filter((label) => !(label in old) || (fresh && !(label in fresh)));
    if (open.length === 0) return false;
    const sets = combinations(open.map((label) => [label, valuesOf(byLabel.get(label) ?? [])]));
    const isLost =
      fresh === undefined ||
      sets === undefined ||
      sets.some((brought) =>
        loses(
          waysOf(before.alertmanager, { ...brought, ...old }),
          waysOf(after.alertmanager, { ...brought, ...fresh }),
        ),
      );
    if (isLost) for (const label of open) labels.add(label);
    return isLost;
  });
  return { alerts: alerts.map(({ now }) => now.name).sort(), labels: [...labels].sort() };
}

/** Values of a label that matchers tell apart; undefined where a regular expression is more than a list of values. */
function valuesOf(matchers: readonly Matcher[]): readonly string[] | undefined {
  const named = matchers.flatMap(({ operator, value }) =>
    operator === '=' || operator === '!=' ? [value] : value.split('|'),
  );
  const isList = matchers.every(
    ({ operator, value }) => !operator.includes('~') || value === '.+' || /^[\w|:/ -]*$/.test(value),
  );
  return isList ? [...new Set(['', ANOTHER, ...named])] : undefined;
}

function combinations(
  labels: readonly (readonly [string, readonly string[] | undefined])[],
): readonly Labels[] | undefined {
  let sets: readonly Labels[] = [{}];
  for (const [label, values] of labels) {
    if (values === undefined || sets.length * values.length > MOST) return undefined;
    sets = sets.flatMap((set) => values.map((value) => (value === '' ? set : { ...set, [label]: value })));
  }
  return sets;
}

/** One message that an alert makes, by receiver. */
interface Way {
  readonly receiver: string;
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly groups: string;
  readonly waits: readonly number[];
}

const waysOf = (config: AlertmanagerConfig, labels: Labels): readonly Way[] =>
  config.route === undefined
    ? []
    : route(config, labels, new Date(0)).map(({ receiver, activeIn: only, mutedIn: except, path }) => ({
        receiver,
        only,
        except,
        groups: groupedBy(config, path).join(),
        waits: Object.values(waitsOf(routesTo(config, path))).map((text) => seconds(String(text))),
      }));

/** Whether some message is sent no more, later, or in another group. */
const loses = (before: readonly Way[], after: readonly Way[]): boolean =>
  !before.every((was) =>
    after.some(
      (now) =>
        covers(now, was) &&
        now.groups === was.groups &&
        now.waits.every((wait, index) => {
          const old = was.waits[index] ?? Number.NaN;
          return Object.is(wait, old) || wait <= old;
        }),
    ),
  );
