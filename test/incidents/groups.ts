import { seconds } from '../../lib/promql/parse.ts';
import type { AlertmanagerConfig, Labels } from '../../notifications/config.ts';
import { route } from '../../notifications/simulate.ts';
import { routesTo, waitsOf } from '../../operations/review/diff/routing.ts';

/** A place of the tree of routes that an alert reaches. */
export type Hop = ReturnType<typeof route>[number];

/** Alerts that are told together. */
export interface Group<Member> {
  readonly hop: Hop;
  readonly members: Member[];
}

/** Prometheus evaluates every 15 s; an alert that it saw last is resolved at the next evaluation. */
export const EVALUATION_MS = 15_000;

/** Whether an alert is on at an instant. Unix milliseconds: the first evaluation that saw it, and the last. */
export const isActive = ({ from, to }: { readonly from: number; readonly to: number }, at: number): boolean =>
  from <= at && at < to + EVALUATION_MS;

export const groupKeyOf = ({ path, groupKey }: Hop): string => `${path.join('.')} ${groupKey}`;

/** The groups that alerts come into, by key. */
export function groupsOf<Member>(
  config: AlertmanagerConfig,
  members: readonly Member[],
  alertOf: (member: Member) => { readonly labels: Labels; readonly time: Date },
): ReadonlyMap<string, Group<Member>> {
  const groups = new Map<string, Group<Member>>();
  for (const member of members) {
    const { labels, time } = alertOf(member);
    for (const hop of route(config, labels, time)) {
      const key = groupKeyOf(hop);
      const group = groups.get(key) ?? { hop, members: [] };
      group.members.push(member);
      groups.set(key, group);
    }
  }
  return groups;
}

/** Alertmanager’s own defaults. */
const DEFAULTS = { group_wait: '30s', group_interval: '5m' };

/** How long a group waits with its first message, and between two. Milliseconds. */
export function waitsOfGroup(
  config: AlertmanagerConfig,
  { path }: Hop,
): { readonly wait: number; readonly interval: number } {
  const own = waitsOf(routesTo(config, path)) as Partial<Record<keyof typeof DEFAULTS, string>>;
  const length = (key: keyof typeof DEFAULTS) => 1000 * seconds(own[key] ?? DEFAULTS[key]);
  return { wait: length('group_wait'), interval: length('group_interval') };
}
