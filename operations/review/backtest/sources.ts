import { alertnameOf, type Recording } from '../../../rules/index.ts';
import { alertsReadBy } from './alert-series.ts';
import { isRunning } from './causes/versions.ts';
import type { Span } from './firing-evidence.ts';
import { type AlertRule, identity, isSame, type RuleVersion, readBy } from './rules.ts';
import type { RunningRule, Server } from './server.ts';

/**
 * Which recording rules the server recorded as they stand in one version: those that it runs like that, and of
 * those that it runs no longer what it has and the other version has not changed.
 */
export async function recordedBy(
  server: Server,
  running: readonly RunningRule[],
  version: RuleVersion,
  other: RuleVersion | undefined,
  alerts: readonly AlertRule[],
  { from, to }: Span,
): Promise<(rule: Recording) => boolean> {
  const runs = new Map(
    running
      .filter(({ type }) => type === 'recording')
      .map(({ name, query, labels }) => {
        const rule = { record: name, expr: query, labels };
        return [series(rule), identity(rule)];
      }),
  );
  const was = new Map((other?.recordings ?? []).map((rule) => [series(rule), identity(rule)]));
  const read = new Map(
    [...alerts, ...alertsBehind(version, alerts)]
      .flatMap(({ expr }) => readBy(version, expr))
      .map((rule) => [identity(rule), rule] as const),
  );
  const known = await Promise.all(
    [...read].map(async ([key, rule]): Promise<[string, boolean]> => {
      const now = runs.get(series(rule)) ?? was.get(series(rule)) ?? key;
      return [key, now === key && (await server.has(series(rule), from, to))];
    }),
  );
  const recorded = new Map(known);
  const isRecorded = (rule: Recording) => recorded.get(identity(rule)) ?? false;
  return (rule) => {
    const alertname = rule.record === 'ALERTS' ? rule.labels?.alertname : undefined;
    return alertname === undefined
      ? isRecorded(rule)
      : evaluatedAs(running, version, other, alertname, isRecorded);
  };
}

/**
 * Whether what the server wrote of an alert was written by the alert as it stands in one version: it runs it like
 * that now, or where it runs it no longer the other version has the same.
 */
function evaluatedAs(
  running: readonly RunningRule[],
  version: RuleVersion,
  other: RuleVersion | undefined,
  alertname: string,
  isRecorded: (rule: Recording) => boolean,
): boolean {
  const alerts = version.alerts.filter((alert) => alertnameOf(alert) === alertname);
  const now = running.filter(({ type, name }) => type === 'alerting' && name === alertname);
  const was = (other?.alerts ?? []).filter((alert) => alertnameOf(alert) === alertname);
  // Nobody has the alert: its series are as empty as they were.
  if (alerts.length === 0) return now.length === 0 && was.length === 0;
  if (now.length > 0) {
    return alerts.every(
      (alert) => now.some((rule) => isRunning(alert, rule)) && readBy(version, alert.expr).every(isRecorded),
    );
  }
  return (
    other === undefined ||
    alerts.every((alert) => was.some((before) => isSame(other, before, version, alert)))
  );
}

/** The alerts whose series others read, directly or through recording rules. */
function alertsBehind(version: RuleVersion, alerts: readonly AlertRule[]): readonly AlertRule[] {
  const names = new Set(
    alerts.flatMap(({ expr }) =>
      [expr, ...readBy(version, expr).map((rule) => rule.expr)].flatMap((each) =>
        alertsReadBy(version, each),
      ),
    ),
  );
  return version.alerts.filter((alert) => names.has(alertnameOf(alert)));
}

/** The series that a rule writes, as a selector. */
function series({ record, labels = {} }: Pick<Recording, 'record' | 'labels'>): string {
  const matchers = Object.entries(labels).sort();
  return `${record}{${matchers.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ')}}`;
}

/**
 * At which offset within its interval the server evaluates a group, in milliseconds: the time of the newest
 * sample that one of the group's rules wrote.
 * @returns undefined where none wrote any in the five minutes before `at`.
 */
export async function offsetOf(
  server: Server,
  running: readonly RunningRule[],
  group: string,
  interval: number,
  at: number,
): Promise<number | undefined> {
  const rules = running.filter((rule) => rule.group === group && rule.interval === interval);
  const names = (type: RunningRule['type']) => [
    ...new Set(rules.filter((rule) => rule.type === type).map(({ name }) => name)),
  ];
  const alerts = names('alerting').join('|');
  // A timestamp has no name: two series that differ by it alone cannot be asked for at once.
  const written = [...names('recording'), ...(alerts === '' ? [] : [`ALERTS{alertname=~"${alerts}"}`])];
  for (const selector of written) {
    const [newest] = await server.instant(`max(timestamp(${selector}))`, at);
    const time = newest?.samples[0]?.[1];
    if (time !== undefined) return Math.round(time * 1000) % interval;
  }
  return undefined;
}
