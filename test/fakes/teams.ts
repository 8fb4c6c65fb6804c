import { teams } from '../../notifications/channels/teams.ts';
import { HttpFake, json } from './http.ts';
import { limitOf } from './limits.ts';

export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly {
    readonly contentType: string;
    readonly content: {
      readonly type: string;
      readonly version: string;
      readonly body: readonly { readonly type: string; readonly text: string; readonly color?: string }[];
    };
  }[];
}

const MAX_MESSAGE = limitOf(teams, 'message');

/** A Teams workflow that posts adaptive cards. */
export function fakeTeams(path: string): HttpFake<TeamsMessage> {
  return new HttpFake<TeamsMessage>((request) => {
    const refuse = (status: number, body: string) => ({ refused: { status, body } });
    if (request.path !== path) return refuse(404, 'workflow not found');
    if (Buffer.byteLength(request.body) > MAX_MESSAGE) return refuse(413, 'message too large');
    const message = json(request) as Partial<TeamsMessage> | undefined;
    const card = message?.attachments?.[0];
    if (
      message?.type !== 'message' ||
      card?.contentType !== 'application/vnd.microsoft.card.adaptive' ||
      card.content.type !== 'AdaptiveCard' ||
      !card.content.body.every((block) => block.type === 'TextBlock' && block.text !== '')
    ) {
      return refuse(400, 'invalid card');
    }
    return { taken: message as TeamsMessage, reply: { status: 202, body: '' } };
  });
}
