import { slack } from '../../notifications/channels/slack.ts';
import { HttpFake, json, length } from './http.ts';
import { limitOf } from './limits.ts';

export interface SlackMessage {
  readonly path: string;
  readonly channel: string;
  readonly username: string;
  readonly text?: string;
  readonly attachments: readonly {
    readonly title: string;
    readonly title_link: string;
    readonly text: string;
    readonly fallback: string;
    readonly color: string;
    readonly footer: string;
  }[];
}

const MAX_TEXT = limitOf(slack, 'text');
const MAX_ATTACHMENTS = limitOf(slack, 'attachments');

/** Slack's incoming webhooks under some paths, in a workspace with some channels. */
export function fakeSlack(paths: readonly string[], channels: readonly string[]): HttpFake<SlackMessage> {
  return new HttpFake<SlackMessage>((request) => {
    const refuse = (status: number, body: string) => ({ refused: { status, body } });
    if (!paths.includes(request.path)) return refuse(404, 'no_service');
    if (!request.contentType.startsWith('application/json')) return refuse(400, 'invalid_payload');
    const message = json(request) as Partial<SlackMessage> | undefined;
    if (message === undefined) return refuse(400, 'invalid_payload');
    const { attachments = [], channel, text = '' } = message;
    if (channel !== undefined && !channels.includes(channel)) return refuse(404, 'channel_not_found');
    if (attachments.length > MAX_ATTACHMENTS) return refuse(400, 'too_many_attachments');
    if (text === '' && attachments.every((part) => !part.text && !part.fallback))
      return refuse(400, 'no_text');
    if ([text, ...attachments.map((part) => part.text)].some((part) => length(part) > MAX_TEXT)) {
      return refuse(400, 'msg_too_long');
    }
    return {
      taken: { ...(message as SlackMessage), path: request.path },
      reply: { status: 200, body: 'ok' },
    };
  });
}
