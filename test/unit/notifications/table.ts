import type { AlertmanagerConfig, Labels } from '../../../notifications/config.ts';
import { matchesAll } from '../../../notifications/matcher.ts';
import { inhibitions, type Outcome, simulate } from '../../../notifications/simulate.ts';

/** Alerts that matter together: each by itself, and each two of which one inhibits the other in some way. */
export function combinations(
  config: AlertmanagerConfig,
  alerts: readonly Labels[],
): readonly (readonly Labels[])[] {
  const pairs = config.inhibit_rules.flatMap((rule) => {
    const sources = alerts.filter((alert) => matchesAll(rule.source_matchers, alert));
    const targets = alerts.filter((alert) => matchesAll(rule.target_matchers, alert));
    return sources.flatMap((source) => targets.map((target) => [source, target]));
  });
  const unique = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]));
  return [...alerts.map((alert) => [alert]), ...unique.values()];
}

/** Of the pairs, those that say most: every one in which something is quiet, and a near miss of each rule. */
export function telling(
  config: AlertmanagerConfig,
  alerts: readonly Labels[],
): readonly (readonly Labels[])[] {
  const missed = new Set<string>();
  return combinations(config, alerts).filter((set) => {
    const [source, target] = set;
    if (source === undefined || target === undefined) return false;
    if (inhibitions(config.inhibit_rules, target, set).length > 0) return true;
    const near = config.inhibit_rules.find(
      (rule) => matchesAll(rule.source_matchers, source) && matchesAll(rule.target_matchers, target),
    );
    if (near === undefined || missed.has(near.name)) return false;
    missed.add(near.name);
    return true;
  });
}

/** The batch proof as text: what comes of every alert at every instant, and of every two that meet. */
export function batchTable(
  config: AlertmanagerConfig,
  alerts: readonly Labels[],
  instants: Readonly<Record<string, Date>>,
  sets: readonly (readonly Labels[])[] = combinations(config, alerts),
): string {
  const lines: string[] = [];
  for (const [when, at] of Object.entries(instants)) {
    lines.push(`## ${when} (${at.toISOString()})`, '');
    for (const alert of alerts) lines.push(...describe(simulate(config, [alert], at)));
    lines.push('');
  }
  lines.push('## together', '');
  for (const set of sets.filter(({ length }) => length > 1)) {
    const [, target] = simulate(config, set, new Date(0));
    if (target === undefined) continue;
    const [source] = set;
    const by = target.inhibitedBy.map(({ rule }) => rule).join(', ');
    lines.push(
      `${name(target.alert)} with ${source && name(source)}: ${by === '' ? 'both heard' : `quiet (${by})`}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function describe(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(({ alert, hops }) => {
    const ways = hops.map(
      ({ receiver, groupKey, mutedBy }) =>
        `${receiver}${mutedBy.length > 0 ? ` (quiet: ${mutedBy.join(', ')})` : ''} by ${groupKey}`,
    );
    return `${name(alert)}\n${ways.map((way) => `    ${way}`).join('\n')}`;
  });
}

/** An alert and what the data adds to it. */
export function name(alert: Labels): string {
  const { alertname, severity, service, signal, team, ...rest } = alert;
  const more = Object.entries(rest).map(([label, value]) => `${label}=${value}`);
  return `${alertname}${more.length > 0 ? `{${more.join(',')}}` : ''}`;
}
