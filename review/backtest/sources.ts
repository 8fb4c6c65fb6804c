import type { Recording } from '../../rules/index.ts';
import { type AlertRule, identity, type RuleVersion, readBy } from './rules.ts';
import type { RunningRule, Server } from './server.ts';
import type { Span } from './witness.ts';

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
    alerts.flatMap(({ expr }) => readBy(version, expr)).map((rule) => [identity(rule), rule] as const),
  );
  const known = await Promise.all(
    [...read].map(async ([key, rule]): Promise<[string, boolean]> => {
      const now = runs.get(series(rule)) ?? was.get(series(rule)) ?? key;
      return [key, now === key && (await server.has(series(rule), from, to))];
    }),
  );
  const recorded = new Map(known);
  return (rule) => recorded.get(identity(rule)) ?? false;
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
