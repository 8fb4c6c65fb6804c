import type { InhibitRule, Route } from '../../notifications/config.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { formatMatcher, parseMatcher } from '../../notifications/matcher.ts';
import { messages, route, simulate } from '../../notifications/simulate.ts';
import { routesIn } from '../../notifications/tree.ts';
import { seconds } from '../../rules/promql/parse.ts';
import { type Change, compared, counted, type Effect, list, named } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import { mutedPairs, pairKey } from '../inhibited.ts';
import type { AlertModel, Model } from '../model.ts';
import { covers, describeAudience } from '../notified.ts';
import { pairAlerts } from './alerts.ts';
import { receiverChanges } from './receivers.ts';

/** Who is told, how and when. */
export function notificationChanges(before: Model, after: Model): readonly Change[] {
  const [was, now] = [before.alertmanager, after.alertmanager];
  const told = [
    ...audience(before, after),
    ...receiverChanges(before, after),
    ...timings(was, now),
    ...timingsOfMoved(before, after),
    ...grouping(before, after),
    ...inhibition(before, after),
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

/** Waits of alerts that take another route to the same receiver, such as one whose matchers changed with them. */
function timingsOfMoved(before: Model, after: Model): readonly Change[] {
  const [was, now] = [before.alertmanager, after.alertmanager];
  const { added, removed } = compared(routes(was.route), routes(now.route));
  if (added.length === 0 && removed.length === 0) return [];
  const ways = ({ alertmanager, labelSets }: Model) => {
    const names = new Map([...routes(alertmanager.route)].map(([name, route]) => [route, name]));
    return new Map(
      labelSets.flatMap((labels) =>
        route(alertmanager, labels, new Date(0)).map((hop) => {
          const way = routesTo(alertmanager, hop.path);
          const waits = Object.fromEntries(
            WAITS.map((key) => [key, way.findLast((each) => key in each)?.[key as keyof Route]]),
          );
          const name = names.get(way.at(-1) ?? {}) ?? '';
          const { alertname = '' } = labels;
          return [`${hop.receiver} ${JSON.stringify(labels)}`, { ...hop, alertname, name, waits }] as const;
        }),
      ),
    );
  };
  // A route that has its name in both versions is told by itself.
  const moved = compared(ways(before), ways(after)).both.filter((each) => each.was.name !== each.now.name);
  const told = moved.flatMap((each) =>
    differences(each.was.waits, each.now.waits)
      .filter((found) => seconds(found.before) !== seconds(found.after))
      .map((found) => ({ found, alert: each.now.alertname, receiver: each.now.receiver })),
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

/** The routes that lead to a place of the tree, from the root on. */
function routesTo({ route: root }: AlertmanagerConfig, path: readonly number[]): readonly Route[] {
  const way = [root];
  for (const index of path) {
    const next = way.at(-1)?.routes?.[index];
    if (next !== undefined) way.push(next);
  }
  return way;
}

const WAITS: readonly string[] = ['group_wait', 'group_interval', 'repeat_interval'];

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
  return new Map(all.map(({ route, path }) => [nameOf(path), route]));
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
  const sets = (model: Model) => new Map(model.labelSets.map((labels) => [JSON.stringify(labels), labels]));
  const both = compared(sets(before), sets(after)).both.map(({ now }) => now);
  const at = new Date(0);
  const keys = ({ alertmanager }: Model) => {
    if (alertmanager.route === undefined) return new Map<string, string>();
    return new Map(
      both.flatMap((labels) =>
        route(alertmanager, labels, at).map((hop) => [
          `${hop.receiver} ${JSON.stringify(labels)}`,
          Object.keys(groupedBy(alertmanager, hop.path)).join(', ') || 'nothing',
        ]),
      ),
    );
  };
  const moved = compared(keys(before), keys(after)).both.filter((each) => each.was !== each.now);
  return [...Map.groupBy(moved, ({ was, now }) => `${was} → ${now}`)].map(([text, group]) => {
    const receivers = [...new Set(group.map(({ name }) => name.split(' ')[0] ?? ''))];
    const count = (model: Model) =>
      messages(
        simulate(model.alertmanager, both, at).map((outcome) => ({ ...outcome, inhibitedBy: [] })),
      ).filter(({ receiver }) => receivers.includes(receiver)).length;
    const [was, now] = [count(before), count(after)];
    const merge = now < was ? ': incidents merge' : now > was ? ': incidents fall apart' : '';
    return change(
      `groups of ${receivers.join(', ')}`,
      `group_by ${text}; if every alert fired, ${counted(was, 'message')} would become ${now}${merge}`,
      'unclear',
    );
  });
}

/** The labels that a route groups by, its own or those of the nearest route above. */
function groupedBy(config: AlertmanagerConfig, path: readonly number[]): Readonly<Record<string, true>> {
  let node: Route | undefined = config.route;
  let labels = node?.group_by ?? [];
  for (const index of path) {
    node = node?.routes?.[index];
    labels = node?.group_by ?? labels;
  }
  return Object.fromEntries(labels.toSorted().map((label) => [label, true as const]));
}

/** What keeps what quiet, by the pairs of alerts that come of it; a rule that changes none of them is unclear. */
function inhibition(before: Model, after: Model): readonly Change[] {
  const [was, now] = [before.alertmanager, after.alertmanager];
  const canonical = (rule: InhibitRule) => ({
    ...rule,
    source_matchers: matchersOf(rule.source_matchers),
    target_matchers: matchersOf(rule.target_matchers),
    equal: [...(rule.equal ?? [])].sort(),
  });
  const rules = (config: AlertmanagerConfig) =>
    new Map(
      (config.inhibit_rules ?? [])
        .map(canonical)
        .map((rule, index) => [rule.name ?? `rule ${index + 1}`, rule]),
    );
  const { added, removed, both } = compared(rules(was), rules(now));
  const changed = both.filter((each) => differences(each.was, each.now).length > 0);
  if (added.length + removed.length + changed.length === 0) return [];
  const pairs = compared(mutedPairs(was, before.labelSets), mutedPairs(now, after.labelSets));
  const isOld = ({ source, target }: { readonly source: string; readonly target: string }) =>
    [source, target].every((name) => before.alerts.has(name) && after.alerts.has(name));
  const more = pairs.added.map(([, pair]) => pair).filter(isOld);
  const fewer = pairs.removed.map(([, pair]) => pair).filter(isOld);
  const total = `muted pairs ${mutedPairs(was, before.labelSets).size} → ${mutedPairs(now, after.labelSets).size}`;
  const told = (name: string, words: string, kind: Change['kind']): Change => {
    const [mutes, frees] = [more, fewer].map((all) => all.filter(({ rule }) => rule === name));
    const mutual = [...(mutes ?? []), ...(frees ?? [])];
    const effect =
      (mutes ?? []).length > 0
        ? 'weaker'
        : (frees ?? []).length > 0
          ? 'stricter'
          : kind === 'changed'
            ? 'unclear'
            : 'neutral';
    const targets = [...new Set((mutes ?? []).map(({ target }) => target))];
    const quiet = targets.length > 0 ? `; now kept quiet too: ${named(targets)}` : '';
    return change(
      `inhibition ${name}`,
      `${words}; ${mutual.length > 0 ? total : 'no pair of alerts is muted or freed by it'}${quiet}`,
      effect,
      { kind, loss: 'silent', ...(mutual.length > 0 ? { after: mutual.map(pairKey).join('\n') } : {}) },
    );
  };
  return [
    ...removed.map(([name, rule]) => told(name, `removed (${ruleText(rule)})`, 'removed')),
    ...added.map(([name, rule]) => told(name, `added (${ruleText(rule)})`, 'added')),
    ...changed.map((each) =>
      told(each.name, differences(each.was, each.now).map(describeDifference).join('; '), 'changed'),
    ),
  ];
}

const ruleText = ({ source_matchers, target_matchers, equal = [] }: InhibitRule): string =>
  `${source_matchers.join(', ')} mutes ${target_matchers.join(', ')}${equal.length > 0 ? `, where ${equal.join(', ')} are equal` : ''}`;

/**
 * A tree that is another one although no alert takes another way: harmless where no matcher asks for a label that data
 * brings, since then the simulation knows every alert.
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
  if (left.length === 0 || isTold) return [];
  const known = new Set([
    'alertname',
    ...[...after.alerts.values()].flatMap(({ labels }) => Object.keys(labels)),
  ]);
  const asked = [was, now].flatMap((root) =>
    root === undefined
      ? []
      : routesIn(root).flatMap(({ route: { matchers = [] } }) =>
          matchers.map((text) => parseMatcher(text).label),
        ),
  );
  const unknown = [...new Set(asked)].filter((label) => !known.has(label));
  const words =
    left.length === 1 ? left.map(describeDifference).join() : `${left.length} places of the tree changed`;
  return [
    unknown.length === 0
      ? change('routes', `${words}; every alert takes the same way`, 'neutral')
      : change('routes', `${words}; it asks for ${unknown.join(', ')}, which data brings`, 'unclear'),
  ];
}
