import { seconds } from '../../../lib/promql/parse.ts';
import type { Route } from '../../../notifications/config.ts';
import type { AlertmanagerConfig } from '../../../notifications/index.ts';
import { formatMatcher, parseMatcher } from '../../../notifications/matcher.ts';
import { messages, route, simulate } from '../../../notifications/simulate.ts';
import { routesIn } from '../../../notifications/tree.ts';
import { type Arrival, arrivals, routesAlike } from '../arrivals.ts';
import { type Change, compared, counted, type Effect, list, named } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import type { AlertModel, Model } from '../model.ts';
import { covers, describeAudience } from '../notified.ts';
import { pairAlerts } from './alerts.ts';
import { inhibitionChanges } from './inhibitions.ts';
import { receiverChanges } from './receivers.ts';
import { doubtfulWays, groupedBy, routesTo, WAITS, waitsOf } from './routing.ts';

/** Who is told, how and when. */
export function notificationChanges(before: Model, after: Model): readonly Change[] {
  const [was, now] = [before.alertmanager, after.alertmanager];
  const told = [
    ...audience(before, after),
    ...receiverChanges(before, after),
    ...timings(was, now),
    ...timingsOfMoved(before, after),
    ...grouping(before, after),
    ...inhibitionChanges(before, after),
    ...intervals(was, now),
    ...differences(rest(was), rest(now)).map((each) =>
      change('Alertmanager', describeDifference(each), 'unclear'),
    ),
  ];
  return [...told, ...tree(before, after, told)];
}

function change(subject: string, text: string, effect: Effect, more: Partial<Change> = {}): Change {
  return { area: 'notification', subject, kind: 'changed', text, effect, ...more };
}

/** What no part of this file tells. */
function rest(config: AlertmanagerConfig): unknown {
  const { route: _, receivers: __, inhibit_rules: ___, time_intervals: ____, ...others } = config;
  return others;
}

/** Alerts that other people hear of, those with the same change together. */
function audience(before: Model, after: Model): readonly Change[] {
  const moved = pairAlerts(before, after).both.filter(({ was, now }) => heard(was) !== heard(now));
  const groups = Map.groupBy(moved, ({ was, now }) => `notifies ${heard(was)} → ${heard(now)}`);
  return [...groups].map(([text, alerts]): Change => {
    const lost = new Set(
      alerts.flatMap(({ was, now }) =>
        was.notified
          .filter((each) => !now.notified.some((other) => covers(other, each)))
          .map(({ receiver }) => receiver),
      ),
    );
    const names = alerts.map(({ now }) => now.name).sort();
    return change(
      names.length === 1 ? names.join() : counted(names.length, 'alert'),
      `${text}${lost.size > 0 ? `: ${[...lost].join(', ')} ${lost.size === 1 ? 'is' : 'are'} told less` : ''}${names.length === 1 ? '' : ` (${named(names)})`}`,
      lost.size > 0 ? 'weaker' : 'stricter',
      { loss: 'silent', ...(names.length === 1 ? {} : { reaches: names }) },
    );
  });
}

const heard = ({ notified, sent }: AlertModel): string =>
  sent === undefined ? 'nobody (relabelling drops it)' : list(notified.map(describeAudience));

type Named = { readonly name: string };

const byName = <T extends Named>(items: readonly T[] = []) => new Map(items.map((item) => [item.name, item]));

/** What a time interval says is judged by nobody but people; one that no route uses is harmless. */
function intervals(was: AlertmanagerConfig, now: AlertmanagerConfig): readonly Change[] {
  const { added, removed, both } = compared(byName(was.time_intervals), byName(now.time_intervals));
  return [
    // A route that uses it changes too, and is told with the alerts that take it.
    ...removed.map(([name]) => change(`time interval ${name}`, 'removed', 'neutral', { kind: 'removed' })),
    ...added.map(([name]) => change(`time interval ${name}`, 'added', 'neutral', { kind: 'added' })),
    ...both.flatMap((each) =>
      differences(each.was, each.now).map((found) =>
        change(`time interval ${each.name}`, describeDifference(found), 'unclear'),
      ),
    ),
  ];
}

/** Waits and repetitions along the tree. Where a route leads is told by alert. */
function timings(was: AlertmanagerConfig, now: AlertmanagerConfig): readonly Change[] {
  return compared(routes(was.route), routes(now.route)).both.flatMap((each) =>
    differences(settings(each.was), settings(each.now))
      .filter(({ before, after }) => seconds(before) !== seconds(after))
      .map((found) =>
        change(`route ${each.name}`, describeDifference(found), wait(found), { loss: 'later' }),
      ),
  );
}

/** Waits of alerts that take another route to the same receiver, since its matchers or their own labels changed. */
function timingsOfMoved(before: Model, after: Model): readonly Change[] {
  const { both } = pairAlerts(before, after);
  if (routesAlike(before, after, both)) return [];
  const all = arrivals(before, after, both);
  const ways = ({ alertmanager }: Model, side: 'was' | 'now') => {
    const names = new Map([...routes(alertmanager.route)].map(([name, route]) => [route, name]));
    return new Map(
      all.flatMap((arrival, index) =>
        route(alertmanager, arrival[side], new Date(0)).map((hop) => {
          const way = routesTo(alertmanager, hop.path);
          const name = names.get(way.at(-1) ?? {}) ?? '';
          return [`${hop.receiver} ${index}`, { ...hop, ...arrival, name, waits: waitsOf(way) }] as const;
        }),
      ),
    );
  };
  // A route that has its name in both versions is told by itself.
  const moved = compared(ways(before, 'was'), ways(after, 'now')).both.filter(
    (each) => each.was.name !== each.now.name,
  );
  const told = moved.flatMap(({ was, now }) =>
    differences(was.waits, now.waits)
      .filter((found) => seconds(found.before) !== seconds(found.after))
      // Another severity is told with its own words: what matters here is what comes later for it.
      .filter((found) => wait(found) !== 'stricter' || !isRelabelled(now))
      .map((found) => ({ found, alert: now.alert, receiver: now.receiver })),
  );
  const text = ({ found, receiver }: (typeof told)[number]) =>
    `${describeDifference(found)} on the way to ${receiver}`;
  return [...Map.groupBy(told, text)].flatMap(([words, group]): Change[] => {
    const [first] = group;
    if (first === undefined) return [];
    const names = [...new Set(group.map(({ alert }) => alert))].sort();
    return [
      change(names.length === 1 ? names.join() : counted(names.length, 'alert'), words, wait(first.found), {
        loss: 'later',
        ...(names.length === 1 ? {} : { reaches: names }),
      }),
    ];
  });
}

const isRelabelled = ({ was, now }: Arrival): boolean => differences(was, now).length > 0;

/** A message that comes later, or is repeated later; its absence means what the route above says. */
function wait({ path, before, after }: Difference): Effect {
  if (!WAITS.includes(path)) return 'unclear';
  const longer = seconds(after) - seconds(before);
  if (Number.isNaN(longer)) return 'unclear';
  return longer > 0 ? 'weaker' : longer < 0 ? 'stricter' : 'neutral';
}

/** Told by the alerts that take a route, or by the groups that come of it. */
const SIMULATED = [
  'routes',
  'matchers',
  'receiver',
  'continue',
  'group_by',
  'mute_time_intervals',
  'active_time_intervals',
];

/** A route's own settings, without what is simulated. */
const settings = (route: Route) =>
  Object.fromEntries(Object.entries(route).filter(([key]) => !SIMULATED.includes(key)));

/** Routes by what leads to them. */
function routes(root: Route | undefined): ReadonlyMap<string, Route> {
  if (root === undefined) return new Map();
  const all = routesIn(root);
  const nameOf = (path: readonly number[]) =>
    path
      .map((_, depth) => all.find((node) => node.path.join() === path.slice(0, depth + 1).join())?.route)
      .map((route) => list(matchersOf(route?.matchers), route?.receiver ?? 'rest'))
      .join(' › ') || 'default';
  const found = new Map<string, Route>();
  for (const { route, path } of all) {
    const name = nameOf(path);
    let key = name;
    // Siblings may ask for the same and lead to several receivers.
    for (let count = 2; found.has(key); count += 1) key = `${name} #${count}`;
    found.set(key, route);
  }
  return found;
}

/** Matchers in one spelling and one order: all must hold. */
const matchersOf = (matchers: readonly string[] = []): readonly string[] => matchers.map(spelled).sort();

/** Matchers by source: a configuration is compared in several ways, and to parse one compiles its expression. */
const spellings = new Map<string, string>();

function spelled(text: string): string {
  const known = spellings.get(text) ?? formatMatcher(parseMatcher(text));
  spellings.set(text, known);
  return known;
}

/** Alerts that share a message with others than before: incidents that merge or fall apart. */
function grouping(before: Model, after: Model): readonly Change[] {
  const { both } = pairAlerts(before, after);
  if (routesAlike(before, after, both)) return [];
  const all = arrivals(before, after, both);
  const at = new Date(0);
  const keys = ({ alertmanager }: Model, side: 'was' | 'now') => {
    if (alertmanager.route === undefined) return new Map<string, string>();
    return new Map(
      all.flatMap((arrival, index) =>
        route(alertmanager, arrival[side], at).map((hop) => [
          `${hop.receiver} ${index}`,
          groupedBy(alertmanager, hop.path).join(', ') || 'nothing',
        ]),
      ),
    );
  };
  const moved = compared(keys(before, 'was'), keys(after, 'now')).both.filter(
    (each) => each.was !== each.now,
  );
  return [...Map.groupBy(moved, ({ was, now }) => `${was} → ${now}`)].map(([text, group]) => {
    const receivers = [...new Set(group.map(({ name }) => name.split(' ')[0] ?? ''))];
    const count = ({ alertmanager }: Model, side: 'was' | 'now') =>
      messages(
        simulate(
          alertmanager,
          all.map((arrival) => arrival[side]),
          at,
        ).map((outcome) => ({ ...outcome, inhibitedBy: [] })),
      ).filter(({ receiver }) => receivers.includes(receiver)).length;
    const [was, now] = [count(before, 'was'), count(after, 'now')];
    const merge = now < was ? ': incidents merge' : now > was ? ': incidents fall apart' : '';
    return change(
      `groups of ${receivers.join(', ')}`,
      `group_by ${text}; if every alert fired, ${counted(was, 'message')} would become ${now}${merge}`,
      'unclear',
    );
  });
}

/**
 * A tree that is another one although no alert takes another way: harmless where no label that data may bring makes
 * one of them lose a message, or hear it later.
 */
function tree(before: Model, after: Model, told: readonly Change[]): readonly Change[] {
  const plain = (route: Route | undefined): unknown =>
    route && {
      ...route,
      matchers: matchersOf(route.matchers),
      ...(route.group_by && { group_by: route.group_by.toSorted() }),
      routes: (route.routes ?? []).map(plain),
    };
  const [was, now] = [before.alertmanager.route, after.alertmanager.route];
  const found = differences(plain(was), plain(now), 'route');
  if (found.length === 0) return [];
  // Timings are told each by itself; everything else is told by alert, if an alert takes another way.
  const left = found.filter(({ path }) => !WAITS.some((key) => path.endsWith(`.${key}`)));
  const isTold = told.some(({ text }) => text.startsWith('notifies ') || text.startsWith('group_by '));
  if (left.length === 0) return [];
  const doubt = doubtfulWays(before, after);
  const words =
    left.length === 1 ? left.map(describeDifference).join() : `${left.length} places of the tree changed`;
  if (doubt.alerts.length > 0)
    return [
      change(
        'routes',
        `${words}; where data brings ${doubt.labels.join(', ')}, ${named(doubt.alerts)} may be told less or later`,
        'unclear',
        { reaches: doubt.alerts },
      ),
    ];
  return isTold ? [] : [change('routes', `${words}; every alert takes the same way`, 'neutral')];
}
