import type { Route } from '../../notifications/config.ts';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import { routesIn } from '../../notifications/tree.ts';
import { seconds } from '../../rules/promql/parse.ts';
import { type Change, compared, type Effect, list } from '../change.ts';
import { type Difference, describeDifference, differences } from '../differences.ts';
import type { AlertModel, Model } from '../model.ts';
import { covers, describeAudience } from '../notified.ts';

/** Who is told, how and when. */
export function notificationChanges(before: Model, after: Model): readonly Change[] {
  const [was, now] = [before.alertmanager, after.alertmanager];
  return [
    ...audience(before, after),
    ...named('receiver', was.receivers, now.receivers),
    ...timings(was, now),
    ...named('inhibition', was.inhibit_rules, now.inhibit_rules),
    ...named('time interval', was.time_intervals, now.time_intervals, 'unclear'),
    ...differences(was.global, now.global, 'global').map((each) =>
      change('Alertmanager', describeDifference(each), 'neutral'),
    ),
  ];
}

function change(subject: string, text: string, effect: Effect, kind: Change['kind'] = 'changed'): Change {
  return { area: 'notification', subject, kind, text, effect };
}

/** Alerts that other people hear of, those with the same change together. */
function audience(before: Model, after: Model): readonly Change[] {
  const moved = compared(before.alerts, after.alerts).both.filter(
    ({ was, now }) => heard(was) !== heard(now),
  );
  const groups = Map.groupBy(moved, ({ was, now }) => `notifies ${heard(was)} → ${heard(now)}`);
  return [...groups].map(([text, alerts]): Change => {
    const lost = alerts.some(({ was, now }) =>
      was.notified.some((each) => !now.notified.some((other) => covers(other, each))),
    );
    const names = alerts.map(({ name }) => name).sort();
    return {
      ...change(
        names.length === 1 ? names.join() : `${names.length} alerts`,
        text,
        lost ? 'weaker' : 'stricter',
      ),
      ...(names.length === 1 ? {} : { after: names.join('\n') }),
    };
  });
}

const heard = ({ notified }: AlertModel): string => list(notified.map(describeAudience));

type Named = { readonly name: string };

/** @param changed what a change within one means. Default: nothing known. */
function named(
  what: string,
  was: readonly Named[] = [],
  now: readonly Named[] = [],
  changed: Effect = 'neutral',
): readonly Change[] {
  const byName = (items: readonly Named[]) => new Map(items.map((item) => [item.name, item]));
  const { added, removed, both } = compared(byName(was), byName(now));
  return [
    ...removed.map(([name]) => change(`${what} ${name}`, 'removed', 'neutral', 'removed')),
    ...added.map(([name]) => change(`${what} ${name}`, 'added', 'neutral', 'added')),
    ...both.flatMap((each) =>
      differences(each.was, each.now).map((found) =>
        change(`${what} ${each.name}`, describeDifference(found), changed),
      ),
    ),
  ];
}

/** Waits and repetitions along the tree. Where a route leads is told by alert. */
function timings(was: AlertmanagerConfig, now: AlertmanagerConfig): readonly Change[] {
  return compared(routes(was.route), routes(now.route)).both.flatMap((each) =>
    differences(settings(each.was), settings(each.now)).map((found) =>
      change(`route ${each.name}`, describeDifference(found), wait(found)),
    ),
  );
}

const WAITS: readonly string[] = ['group_wait', 'group_interval', 'repeat_interval'];

/** A message that comes later, or is repeated later; its absence means what the route above says. */
function wait({ path, before, after }: Difference): Effect {
  if (!WAITS.includes(path)) return 'neutral';
  const longer = seconds(after) - seconds(before);
  if (Number.isNaN(longer)) return 'unclear';
  return longer > 0 ? 'weaker' : longer < 0 ? 'stricter' : 'neutral';
}

/** A route's own settings, without where it leads. */
function settings({ routes: _, matchers: __, receiver: ___, continue: ____, ...rest }: Route) {
  return rest;
}

/** Routes by what leads to them. */
function routes(root: Route | undefined): ReadonlyMap<string, Route> {
  if (root === undefined) return new Map();
  const all = routesIn(root);
  const nameOf = (path: readonly number[]) =>
    path
      .map((_, depth) => all.find((node) => node.path.join() === path.slice(0, depth + 1).join())?.route)
      .map((route) => list(route?.matchers ?? [], route?.receiver ?? 'rest'))
      .join(' › ') || 'default';
  return new Map(all.map(({ route, path }) => [nameOf(path), route]));
}
