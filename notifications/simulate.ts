import type { AlertmanagerConfig, InhibitRule, Labels, Route } from './config.ts';
import { formatMatcher, matchesAll, parseMatcher } from './matcher.ts';
import { intervalsAt } from './time.ts';

/** One way of an alert through the routing tree. */
export interface Hop {
  readonly receiver: string;
  /** Place of the route in the tree: index of the child on each level. */
  readonly path: readonly number[];
  /** As Alertmanager writes it: matchers along the way, and the group's labels. */
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** Time intervals outside which it is quiet; none: it is never quiet for that. */
  readonly activeIn: readonly string[];
  /** Time intervals in which it is quiet. */
  readonly mutedIn: readonly string[];
  /** Time intervals that keep it quiet at the instant: those to mute in, or those to be active in if it is outside all. */
  readonly mutedBy: readonly string[];
}

export interface Inhibition {
  readonly rule: string;
  readonly source: Labels;
}

/** What becomes of one alert among others that fire at the same time. */
export interface Outcome {
  readonly alert: Labels;
  readonly hops: readonly Hop[];
  readonly inhibitedBy: readonly Inhibition[];
  /** Receivers that get a message of it: those of the hops that nothing keeps quiet, in the tree's order. */
  readonly notified: readonly string[];
}

/** One group of alerts that a receiver gets in one message. */
export interface Message {
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly alerts: readonly Labels[];
}

/** What Alertmanager does with alerts that fire together at an instant. Pure. */
export function simulate(
  config: AlertmanagerConfig,
  alerts: readonly Labels[],
  at: Date,
): readonly Outcome[] {
  return alerts.map((alert) => {
    const hops = route(config, alert, at);
    const inhibitedBy = inhibitions(config.inhibit_rules, alert, alerts);
    const heard = inhibitedBy.length > 0 ? [] : hops.filter(({ mutedBy }) => mutedBy.length === 0);
    return { alert, hops, inhibitedBy, notified: heard.map(({ receiver }) => receiver) };
  });
}

/** The messages that come of it, those of one group together. */
export function messages(outcomes: readonly Outcome[]): readonly Message[] {
  const groups = new Map<string, { hop: Hop; alerts: Labels[] }>();
  for (const { alert, hops, inhibitedBy } of outcomes) {
    if (inhibitedBy.length > 0) continue;
    for (const hop of hops.filter(({ mutedBy }) => mutedBy.length === 0)) {
      const key = `${hop.path.join('.')} ${hop.groupKey}`;
      const group = groups.get(key) ?? { hop, alerts: [] };
      group.alerts.push(alert);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ hop: { receiver, groupKey, groupLabels }, alerts }) => ({
    receiver,
    groupKey,
    groupLabels,
    alerts,
  }));
}

/** The leaves of the routing tree that an alert reaches. */
export function route(config: AlertmanagerConfig, alert: Labels, at: Date): readonly Hop[] {
  return walk(config.route, alert, [], { receiver: '', groupBy: [], key: '' }).map(
    ({ node, path, receiver, groupBy, key }) => {
      const groupLabels = Object.fromEntries(
        Object.entries(alert)
          .filter(([label]) => groupBy.includes(label) || groupBy.includes('...'))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      return {
        receiver,
        path,
        groupKey: `${key}:${formatLabels(groupLabels)}`,
        groupLabels,
        activeIn: node.active_time_intervals ?? [],
        mutedIn: node.mute_time_intervals ?? [],
        mutedBy: mutedBy(config, node, at),
      };
    },
  );
}

interface Inherited {
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly key: string;
}

interface Leaf extends Inherited {
  readonly node: Route;
  readonly path: readonly number[];
}

/** Depth first; a child that matches ends the search among its siblings unless it says to continue. */
function walk(node: Route, alert: Labels, path: readonly number[], above: Inherited): readonly Leaf[] {
  if (!matchesAll(node.matchers, alert)) return [];
  const here: Inherited = {
    receiver: node.receiver ?? above.receiver,
    groupBy: node.group_by ?? above.groupBy,
    key: `${path.length === 0 ? '' : `${above.key}/`}${routeKey(node)}`,
  };
  const found: Leaf[] = [];
  for (const [index, child] of (node.routes ?? []).entries()) {
    const leaves = walk(child, alert, [...path, index], here);
    found.push(...leaves);
    if (leaves.length > 0 && child.continue !== true) break;
  }
  return found.length > 0 ? found : [{ node, path, ...here }];
}

function routeKey(node: Route): string {
  const sorted = (node.matchers ?? [])
    .map(parseMatcher)
    .sort((a, b) => compare(a.label, b.label) || compare(a.value, b.value));
  return `{${sorted.map(formatMatcher).join(',')}}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function formatLabels(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}

/** Outside every active interval is quiet; so is inside any mute interval. Neither comes from a parent. */
function mutedBy(config: AlertmanagerConfig, node: Route, at: Date): readonly string[] {
  const active = node.active_time_intervals ?? [];
  if (active.length > 0 && intervalsAt(config, active, at).length === 0) return active;
  return intervalsAt(config, node.mute_time_intervals ?? [], at);
}

/** Each target asks again for the sources among the same alerts, and there may be thousands of both. */
const sources = new WeakMap<readonly Labels[], Map<InhibitRule, readonly Labels[]>>();

function sourcesOf(rule: InhibitRule, alerts: readonly Labels[]): readonly Labels[] {
  const known = sources.get(alerts) ?? new Map<InhibitRule, readonly Labels[]>();
  sources.set(alerts, known);
  const found = known.get(rule) ?? alerts.filter((source) => matchesAll(rule.source_matchers, source));
  known.set(rule, found);
  return found;
}

/**
 * Every rule and source that inhibits an alert. An alert that matches both sides of a rule is not inhibited by
 * one that does as well, so none inhibits itself. Sources count even where they are quiet themselves.
 */
export function inhibitions(
  rules: readonly InhibitRule[],
  target: Labels,
  alerts: readonly Labels[],
): readonly Inhibition[] {
  return rules.flatMap((rule) => {
    if (!matchesAll(rule.target_matchers, target)) return [];
    const twoSided = matchesAll(rule.source_matchers, target);
    return sourcesOf(rule, alerts)
      .filter((source) => !(twoSided && matchesAll(rule.target_matchers, source)))
      .filter((source) =>
        (rule.equal ?? []).every((label) => (source[label] ?? '') === (target[label] ?? '')),
      )
      .map((source) => ({ rule: rule.name, source }));
  });
}
