import { CHANNELS } from './channels/index.ts';
import { channelsOf, sharedOf } from './receivers.ts';
import type { NotificationsSettings } from './settings.ts';

/** A text of the settings that Alertmanager executes as a template. */
export interface UserTemplate {
  /** The setting, such as `notifications.slack.title`. */
  readonly key: string;
  readonly text: string;
}

/** Every text of the settings with a template in it, in the fields that a channel says Alertmanager executes. */
export function userTemplates(settings: NotificationsSettings): readonly UserTemplate[] {
  return [
    ...CHANNELS.flatMap((channel) =>
      textsOf(`notifications.${channel.name}`, sharedOf(settings, channel), channel.templated),
    ),
    ...Object.entries(settings.receivers).flatMap(([name, receiver]) =>
      channelsOf(receiver).flatMap(({ channel, own }) =>
        textsOf(`notifications.receivers.${name}.${channel.name}`, own, channel.templated),
      ),
    ),
  ];
}

function textsOf(group: string, settings: unknown, fields: readonly string[]): readonly UserTemplate[] {
  const values = (settings ?? {}) as Readonly<Record<string, string | undefined>>;
  return fields.flatMap((field) => {
    const text = values[field];
    return text?.includes('{{') ? [{ key: `${group}.${field}`, text }] : [];
  });
}
