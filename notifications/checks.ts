import { listed } from '../lib/list-names.ts';
import { nearest } from '../lib/nearest.ts';
import { sentence } from '../lib/sentence.ts';
import type { AlertmanagerConfig, Labels } from './config.ts';
import { matchesAll } from './matcher.ts';
import { allReceivers, HEARTBEAT } from './receivers.ts';
import { exceptionMatchers } from './routes.ts';
import type { NotificationsSettings } from './settings.ts';
import { HEARTBEAT_SEVERITY, SEVERITIES } from './severity.ts';
import { type SilenceContext, silenceProblems } from './silence-checks.ts';
import { route as hopsOf } from './simulate.ts';
import { routesIn } from './tree.ts';

/** Notifications that cannot be built as they are set. Nothing has been touched when it is thrown. */
export class NotificationsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `notifications cannot be set up like this:\n${problems.map((problem) => `  - ${sentence(problem)}`).join('\n')}`,
    );
    this.name = 'NotificationsError';
    this.problems = problems;
  }
}

/** Mistakes that show before anything is built: names that are not there, and what would never be used. */
export function problemsOfSettings(
  settings: NotificationsSettings,
  alerts: readonly Labels[],
  context: SilenceContext,
): readonly string[] {
  const receivers = Object.keys(allReceivers(settings));
  const problems: string[] = [];
  const known = (key: string, name: string, names: readonly string[], kind: string) => {
    if (names.includes(name)) return true;
    const near = nearest(name, names);
    const hint = near === undefined ? `known are ${names.join(', ')}` : `did you mean ${near}?`;
    problems.push(`${key} is ${name}, which is no ${kind}; ${hint}`);
    return false;
  };
  const labelValues = (label: string) => [...new Set(alerts.flatMap((alert) => alert[label] ?? []))].sort();

  if (HEARTBEAT in settings.receivers) {
    problems.push(`notifications.receivers.${HEARTBEAT} is taken: set notifications.heartbeat.url instead`);
  }
  for (const severity of SEVERITIES) {
    for (const [index, name] of settings.severities[severity].entries()) {
      known(`notifications.severities.${severity}[${index}]`, name, receivers, 'receiver');
    }
    problems.push(...twice(`notifications.severities.${severity}`, settings.severities[severity]));
  }
  for (const [index, exception] of settings.routes.entries()) {
    const key = `notifications.routes[${index}]`;
    const named = exception.receivers.map((name, at) =>
      known(`${key}.receivers[${at}]`, name, receivers, 'receiver'),
    );
    problems.push(...twice(`${key}.receivers`, exception.receivers));
    const { service, team } = exception;
    const served =
      service === undefined ||
      known(`${key}.service`, service, labelValues('service'), 'service with alerts');
    const owned = team === undefined || known(`${key}.team`, team, labelValues('team'), 'team with alerts');
    if (served && owned && !named.includes(false) && !reached(settings, index, alerts)) {
      problems.push(`${key} is reached by no alert: none fits it that an exception before it does not take`);
    }
  }
  for (const [index, window] of settings.maintenance.entries()) {
    const key = `notifications.maintenance[${index}]`;
    for (const [at, service] of (window.services ?? []).entries()) {
      known(`${key}.services[${at}]`, service, labelValues('service'), 'service with alerts');
    }
  }
  problems.push(
    ...repeated(
      'maintenance',
      settings.maintenance.map(({ name }) => name),
      'name',
    ),
  );
  problems.push(
    ...repeated(
      'silences',
      settings.silences.map(({ id }) => id),
      'id',
    ),
  );
  problems.push(...silenceProblems(settings.silences, alerts, context));
  const inUse = [
    ...Object.values(settings.severities).flat(),
    ...settings.routes.flatMap((route) => route.receivers),
  ];
  for (const name of Object.keys(settings.receivers)) {
    if (!inUse.includes(name) && name !== 'unrouted' && name !== HEARTBEAT) {
      problems.push(
        `notifications.receivers.${name} is used by no route: name it in notifications.severities or notifications.routes, or remove it`,
      );
    }
  }
  return problems;
}

/**
 * Mistakes that only show in what comes of every alert: a route that none reaches, an alert that only the root
 * hears of, one that is told twice. Who pages is a matter of policies.
 */
export function problemsOfOutcome(config: AlertmanagerConfig, alerts: readonly Labels[]): readonly string[] {
  const problems: string[] = [];
  const causes = new Map<string, Set<string>>();
  const tell = (alert: Labels, cause: string) =>
    causes.set(cause, (causes.get(cause) ?? new Set()).add(alert.alertname ?? ''));
  const reachedPaths = new Set<string>();
  for (const alert of alerts) {
    const hops = hopsOf(config, alert, new Date(0));
    const { severity = '' } = alert;
    for (const { path } of hops) {
      for (let length = 0; length <= path.length; length++) reachedPaths.add(path.slice(0, length).join('.'));
    }
    const names = hops.map(({ receiver }) => receiver);
    if (hops.some(({ path }) => path.length === 0)) {
      const allowed = [...SEVERITIES, HEARTBEAT_SEVERITY].join(', ');
      tell(alert, `reaches only the default route: its severity is "${severity}", not one of ${allowed}`);
    }
    if (new Set(names).size < names.length) {
      tell(alert, `would reach ${names.join(', ')}: one receiver is told twice; see notifications.routes`);
    }
  }
  problems.push(...[...causes].map(([cause, names]) => `${subjectOf([...names])} ${cause}`));
  for (const { path, route } of routesIn(config.route)) {
    if (alerts.length > 0 && !reachedPaths.has(path.join('.'))) {
      const matchers = route.matchers?.join(', ') ?? 'no matchers';
      problems.push(
        `The route ${path.join('.')} to ${route.receiver ?? 'its parent’s receiver'} (${matchers}) is reached by no alert`,
      );
    }
  }
  for (const rule of config.inhibit_rules) {
    const both = alerts.find(
      (alert) => matchesAll(rule.source_matchers, alert) && matchesAll(rule.target_matchers, alert),
    );
    if (both) problems.push(`Inhibition ${rule.name}: alert ${both.alertname} is on both of its sides`);
  }
  return problems;
}

/** Some alerts with one trouble: a line tells of all, however many they are. */
const subjectOf = (names: readonly string[]): string =>
  names.length === 1 ? `alert ${names[0]}` : `each of the alerts ${listed(names)}`;

/** Whether some alert comes to an exception past those before it. */
function reached(settings: NotificationsSettings, index: number, alerts: readonly Labels[]): boolean {
  const before = settings.routes.slice(0, index).filter(({ also }) => !also);
  const own = settings.routes[index];
  return (
    own !== undefined &&
    alerts.some(
      (alert) =>
        alert.severity !== HEARTBEAT_SEVERITY &&
        matchesAll(exceptionMatchers(own), alert) &&
        !before.some((other) => matchesAll(exceptionMatchers(other), alert)),
    )
  );
}

function twice(key: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [`${key}[${index}] is ${name}, which the list has already; remove it`],
  );
}

function repeated(list: string, names: readonly string[], field: string): readonly string[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          `notifications.${list}[${index}].${field} is ${name}, which another has already; each needs its own`,
        ],
  );
}
