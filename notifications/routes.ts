import { CHANNELS } from './channels/index.ts';
import type { AlertmanagerConfig, Labels, Route } from './config.ts';
import { activeIntervals, generalMutes, serviceMutes } from './intervals.ts';
import { anyOf, matchesAll } from './matcher.ts';
import { allReceivers, HEARTBEAT, pages, UNROUTED } from './receivers.ts';
import type { NotificationsSettings, RouteSettings } from './settings.ts';
import { HEARTBEAT_SEVERITY, SEVERITIES, type Severity } from './severity.ts';
import { routesIn } from './tree.ts';

/** People read by alert: one message tells of every service that has the same trouble. */
const GROUP_BY = ['alertname'] as const;

/**
 * An incident is of one trouble or objective, so that each can be taken, and ended, by itself. The services of a
 * user's own share the names of their alerts: an outage of many is one page, which lists them.
 */
const PAGE_GROUP_BY = ['alertname', 'slo'] as const;

/**
 * The routing tree: one branch a severity, with its timings; in it the exceptions of the settings, then the
 * severity's own receivers. A branch that no alert would take is left out.
 */
export function routingTree(settings: NotificationsSettings, alerts: readonly Labels[]): Route {
  return {
    receiver: UNROUTED,
    group_by: GROUP_BY,
    ...timing(settings, 'warning'),
    routes: [
      ...heartbeat(settings, alerts),
      ...SEVERITIES.flatMap((severity) => branch(settings, severity, alerts)),
    ],
  };
}

/**
 * Names of the receivers that wake people up, read from a configuration alone. Routes to those of `pagersOf` group by
 * incident and no other does. A configuration without such a route is not this project's: there the channels page that
 * page by themselves, and what is called `pager`.
 */
export function pagersIn({ route, receivers }: AlertmanagerConfig): readonly string[] {
  const grouped = routesIn(route).flatMap(({ route: { receiver, group_by = [] } }) =>
    receiver !== undefined && PAGE_GROUP_BY.every((label) => group_by.includes(label)) ? [receiver] : [],
  );
  if (grouped.length > 0) return [...new Set(grouped)];
  return receivers
    .filter(
      (receiver) =>
        receiver.name === 'pager' ||
        CHANNELS.some(({ pages, list }) => pages && (receiver[list]?.length ?? 0) > 0),
    )
    .map(({ name }) => name);
}

/** What the labels of an alert must be for an exception of the settings to hold. */
export function exceptionMatchers({ severity, service, team }: RouteSettings): readonly string[] {
  return Object.entries({ severity, service, team }).flatMap(([label, value]) =>
    value === undefined ? [] : [anyOf(label, [value])],
  );
}

function heartbeat(settings: NotificationsSettings, alerts: readonly Labels[]): readonly Route[] {
  const matchers = [anyOf('severity', [HEARTBEAT_SEVERITY])];
  if (!alerts.some((alert) => matchesAll(matchers, alert))) return [];
  return [{ matchers, receiver: HEARTBEAT, ...timing(settings, 'heartbeat') }];
}

function branch(
  settings: NotificationsSettings,
  severity: Severity,
  alerts: readonly Labels[],
): readonly Route[] {
  const matchers = [anyOf('severity', [severity])];
  let waiting = alerts.filter((alert) => matchesAll(matchers, alert));
  if (waiting.length === 0) return [];
  const routes: Route[] = [];
  for (const exception of settings.routes) {
    if (exception.severity !== undefined && exception.severity !== severity) continue;
    const { severity: _, ...rest } = exception;
    const narrowed = exceptionMatchers(rest);
    const taken = waiting.filter((alert) => matchesAll(narrowed, alert));
    if (taken.length === 0) continue;
    routes.push(...leaves(settings, severity, exception.receivers, exception.also, narrowed, taken));
    if (!exception.also) waiting = waiting.filter((alert) => !taken.includes(alert));
  }
  if (waiting.length > 0) {
    routes.push(...leaves(settings, severity, settings.severities[severity], false, [], waiting));
  }
  return [{ matchers, ...timing(settings, severity), routes }];
}

/** One route a receiver, each but the last handing on to the next. */
function leaves(
  settings: NotificationsSettings,
  severity: Severity,
  receivers: readonly string[],
  handOn: boolean,
  matchers: readonly string[],
  alerts: readonly Labels[],
): readonly Route[] {
  const known = allReceivers(settings);
  return receivers.map((receiver, index) => {
    const goesOn = handOn || index < receivers.length - 1;
    const channel = known[receiver];
    return {
      receiver,
      ...(matchers.length > 0 && { matchers }),
      ...(channel && pages(channel) && { group_by: PAGE_GROUP_BY }),
      ...(goesOn && { continue: true }),
      ...times(settings, severity, []),
      ...maintained(settings, severity, alerts),
    };
  });
}

/** Services under maintenance of their own: the same receiver, quiet for longer. */
function maintained(settings: NotificationsSettings, severity: Severity, alerts: readonly Labels[]) {
  const routes = serviceMutes(settings, severity).flatMap(({ services, intervals }) => {
    const matchers = [anyOf('service', services)];
    if (!alerts.some((alert) => matchesAll(matchers, alert))) return [];
    return [{ matchers, ...times(settings, severity, intervals) }];
  });
  return routes.length > 0 ? { routes } : {};
}

/** Routes do not inherit time intervals: each states all of its own. */
function times(settings: NotificationsSettings, severity: Severity, mutes: readonly string[]) {
  const mute = [...generalMutes(settings, severity), ...mutes];
  const active = activeIntervals(settings, severity);
  return {
    ...(mute.length > 0 && { mute_time_intervals: mute }),
    ...(active.length > 0 && { active_time_intervals: active }),
  };
}

function timing(settings: NotificationsSettings, of: keyof NotificationsSettings['timings']) {
  const { groupWait, groupInterval, repeatInterval } = settings.timings[of];
  return { group_wait: groupWait, group_interval: groupInterval, repeat_interval: repeatInterval };
}
