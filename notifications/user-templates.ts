import type { NotificationsSettings } from './settings.ts';

/** A text of the settings that Alertmanager executes as a template. */
export interface UserTemplate {
  /** The setting, such as `notifications.slack.title`. */
  readonly key: string;
  readonly text: string;
}

/** Every text of the settings with a template in it. Alertmanager executes titles and channels of Slack. */
export function userTemplates({ slack, receivers }: NotificationsSettings): readonly UserTemplate[] {
  const { title, channel, digestChannel } = slack;
  const own = Object.entries(receivers).flatMap(([name, receiver]) =>
    textsOf(`notifications.receivers.${name}.slack`, {
      title: receiver.slack?.title,
      channel: receiver.slack?.channel,
    }),
  );
  return [...textsOf('notifications.slack', { title, channel, digestChannel }), ...own];
}

const textsOf = (
  group: string,
  texts: Readonly<Record<string, string | undefined>>,
): readonly UserTemplate[] =>
  Object.entries(texts).flatMap(([key, text]) =>
    text?.includes('{{') ? [{ key: `${group}.${key}`, text }] : [],
  );
