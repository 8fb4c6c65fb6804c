import type { Labels } from '../../../notifications/config.ts';
import { parseMatcher } from '../../../notifications/matcher.ts';
import type { Outside } from './stack.ts';

/** One message that came out, whatever the channel. */
export interface Heard {
  readonly channel: 'slack' | 'pagerduty' | 'email' | 'teams' | 'webhook';
  readonly receiver: string;
  /** Labels that the alerts of the message share, read from its link to a new silence. */
  readonly labels: Labels;
}

/** Receivers with e-mail and with Teams in the settings of the batch proof. */
const MAIL_RECEIVER = 'features';

/** Everything that the fakes took, in one form. */
export function heard(outside: Outside): readonly Heard[] {
  return [
    ...outside.slack.taken.map(({ attachments }) => {
      const { title_link = '', text = '' } = attachments[0] ?? {};
      return { channel: 'slack', receiver: receiverOf(title_link), labels: silenced(text) } as const;
    }),
    ...outside.pagerduty.taken.map(({ client_url = '', links = [] }) => {
      const link = links.find(({ text }) => text === 'Silence')?.href ?? '';
      return { channel: 'pagerduty', receiver: receiverOf(client_url), labels: silenced(link) } as const;
    }),
    ...outside.smtp.taken.map(
      ({ text }) => ({ channel: 'email', receiver: MAIL_RECEIVER, labels: silenced(text) }) as const,
    ),
    ...outside.teams.taken.map(({ attachments }) => {
      const text = attachments[0]?.content.body[1]?.text ?? '';
      return { channel: 'teams', receiver: MAIL_RECEIVER, labels: silenced(text) } as const;
    }),
    ...outside.webhook.taken.map(
      ({ receiver, commonLabels }) => ({ channel: 'webhook', receiver, labels: commonLabels }) as const,
    ),
  ];
}

function receiverOf(link: string): string {
  return new URL(link.replace('/#/', '/')).searchParams.get('receiver') ?? '';
}

/** The labels in the first link to a new silence of a text. */
export function silenced(text: string): Labels {
  const encoded = /#\/silences\/new\?filter=([^\s|>)"]+)/.exec(text)?.[1] ?? '%7B%7D';
  const filter = decodeURIComponent(encoded).slice(1, -1);
  const matchers = filter === '' ? [] : filter.split(/, (?=[a-z_]+=")/).map(parseMatcher);
  return Object.fromEntries(matchers.map(({ label, value }) => [label, value]));
}
