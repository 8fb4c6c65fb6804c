import type { AlertmanagerConfig, Labels, ReceiverConfig } from '../../../notifications/config.ts';
import { messages, type Outcome, simulate } from '../../../notifications/simulate.ts';
import type { Heard } from './heard.ts';
import type { ApiGroup } from './process.ts';
import { CASE } from './transform.ts';

/** Alerts that fire together, marked so that they meet no others. */
export function asCase(alerts: readonly Labels[], index: number | string): readonly Labels[] {
  return alerts.map((alert) => ({ ...alert, [CASE]: `case-${index}` }));
}

export function outcomes(
  config: AlertmanagerConfig,
  cases: readonly (readonly Labels[])[],
  at: Date,
): readonly Outcome[] {
  return cases.flatMap((alerts) => simulate(config, alerts, at));
}

/** The messages that the pure function foretells, one a channel of the receiver, in the form of `heardLines`. */
export function foretold(config: AlertmanagerConfig, all: readonly Outcome[]): readonly string[] {
  const byCase = Map.groupBy(all, ({ alert }) => alert[CASE]);
  const found = [...byCase.values()].flatMap((group) => messages(group));
  return found
    .flatMap(({ receiver, groupLabels }) =>
      channelsOf(config, receiver).map((channel) => line(channel, receiver, groupLabels)),
    )
    .sort();
}

/** The messages that came, with those of their labels that the receiver's groups are made of. */
export function heardLines(messages: readonly Heard[], groupedBy: (receiver: string) => readonly string[]) {
  return messages
    .map(({ channel, receiver, labels }) => {
      const names = groupedBy(receiver).filter((name) => labels[name] !== undefined);
      return line(channel, receiver, Object.fromEntries(names.map((name) => [name, labels[name] ?? ''])));
    })
    .sort();
}

function line(channel: string, receiver: string, labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${labels[CASE]} ${receiver}/${channel} ${sorted.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

function channelsOf(config: AlertmanagerConfig, name: string): readonly Heard['channel'][] {
  const receiver = config.receivers.find((candidate) => candidate.name === name);
  if (receiver === undefined) throw new Error(`no receiver ${name}`);
  const channels: Record<Exclude<keyof ReceiverConfig, 'name'>, Heard['channel']> = {
    slack_configs: 'slack',
    pagerduty_configs: 'pagerduty',
    email_configs: 'email',
    msteamsv2_configs: 'teams',
    webhook_configs: 'webhook',
  };
  return Object.entries(channels).flatMap(([key, channel]) => (key in receiver ? [channel] : []));
}

/** What became of each alert in each group, from the pure function. */
export function foretoldStates(all: readonly Outcome[]): readonly string[] {
  return all
    .flatMap(({ alert, hops, inhibitedBy }) =>
      hops.map(({ receiver, groupLabels, mutedBy }) =>
        stateLine(
          receiver,
          groupLabels,
          alert,
          inhibitedBy.length > 0,
          inhibitedBy.length > 0 ? [] : mutedBy,
        ),
      ),
    )
    .sort();
}

/**
 * The same as Alertmanager tells it. It looks at hours only where something is left after inhibition, and says
 * so for the whole group; a group none of whose alerts get that far has no say.
 */
export function actualStates(groups: readonly ApiGroup[]): readonly string[] {
  return groups
    .flatMap(({ receiver, labels, alerts }) =>
      alerts.map((alert) => {
        const inhibited = alert.status.inhibitedBy.length > 0;
        return stateLine(
          receiver.name,
          labels,
          alert.labels,
          inhibited,
          inhibited ? [] : alert.status.mutedBy,
        );
      }),
    )
    .sort();
}

function stateLine(
  receiver: string,
  group: Labels,
  alert: Labels,
  inhibited: boolean,
  mutedBy: readonly string[],
) {
  const sorted = (labels: Labels) =>
    Object.entries(labels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  const state = inhibited
    ? 'inhibited'
    : mutedBy.length > 0
      ? `muted by ${[...mutedBy].sort().join(', ')}`
      : 'heard';
  return `${receiver} [${sorted(group)}] ${sorted(alert)}: ${state}`;
}
