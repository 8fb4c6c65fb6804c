import type { ReceiverConfig } from '../../../notifications/config.ts';
import { type Change, compared, counted, type Effect, named } from '../change.ts';
import { describeDifference, differences } from '../differences.ts';
import type { Model } from '../model.ts';

/** The ways in which a receiver sends, in the words of people: `slack #alerts`, `email to a@example.org`. */
export function channelsOf(receiver: ReceiverConfig): readonly string[] {
  return Object.entries(receiver).flatMap(([key, entries]) => {
    if (!key.endsWith('_configs')) return [];
    const kind = key.slice(0, -'_configs'.length);
    return (entries as readonly Readonly<Record<string, unknown>>[]).map(({ channel, to }) =>
      [kind, channel, to && `to ${to}`].filter(Boolean).join(' '),
    );
  });
}

/** What happens to receivers, with the alerts that they are told of. */
export function receiverChanges(before: Model, after: Model): readonly Change[] {
  const byName = ({ alertmanager: { receivers = [] } }: Model) =>
    new Map(receivers.map((receiver) => [receiver.name, receiver]));
  const { added, removed, both } = compared(byName(before), byName(after));
  const toldOf = (name: string) =>
    [...after.alerts.values()]
      .filter(({ notified }) => notified.some(({ receiver }) => receiver === name))
      .map((alert) => alert.name)
      .sort();
  const told = (name: string) => {
    const alerts = toldOf(name);
    return alerts.length === 0 ? '' : ` (${counted(alerts.length, 'alert')}: ${named(alerts)})`;
  };
  return [
    // Which alerts lose it, or gain it, is told by itself.
    ...removed.map(([name, was]) =>
      change(name, `removed (${channelsOf(was).join(', ')})`, 'neutral', 'removed'),
    ),
    ...added.map(([name, now]) => change(name, `added (${channelsOf(now).join(', ')})`, 'neutral', 'added')),
    ...both.flatMap(({ name, was, now }) => {
      const [old, fresh] = [channelsOf(was).join(', '), channelsOf(now).join(', ')];
      if (old !== fresh)
        return [
          change(
            name,
            `sends to ${fresh || 'nobody'} instead of ${old || 'nobody'}: other people are told${told(name)}`,
            fresh === '' ? 'weaker' : 'unclear',
          ),
        ];
      return differences(was, now).map((found) =>
        change(name, `${describeDifference(found)}${told(name)}`, 'unclear'),
      );
    }),
  ];
}

function change(name: string, text: string, effect: Effect, kind: Change['kind'] = 'changed'): Change {
  return { area: 'notification', subject: `receiver ${name}`, kind, text, effect, loss: 'silent' };
}
