import { z } from 'zod';
import { opsgenie } from '../../notifications/channels/opsgenie.ts';
import { HttpFake, json } from './http.ts';
import { limitOf } from './limits.ts';

const text = (field: string) => z.string().max(limitOf(opsgenie, field));

const CREATE = z.object({
  message: text('message').min(1),
  alias: text('alias'),
  description: text('description').optional(),
  details: z.record(z.string(), z.string()),
  source: text('source').optional(),
  entity: text('entity').optional(),
  tags: z.array(text('tags.each')).max(limitOf(opsgenie, 'tags')).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
});
const UPDATE = {
  message: z.object({ message: text('message').min(1) }),
  description: z.object({ description: text('description') }),
};
const CLOSE = z.object({ source: text('source').optional() });

export interface OpsgenieRequest {
  readonly action: 'create' | 'message' | 'description' | 'close';
  readonly alias: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * The alerts of Jira Service Management for one key, as those of Opsgenie were. The real one answers before it has
 * looked at a text’s length, and drops the alert later: the fake refuses at once.
 */
export function fakeOpsgenie(base: string, key: string): HttpFake<OpsgenieRequest> {
  return new HttpFake<OpsgenieRequest>((request) => {
    const refuse = (status: number, message: string) => ({
      refused: {
        status,
        type: 'application/json',
        body: JSON.stringify({ message, took: 0, requestId: 'r' }),
      },
    });
    if (request.authorization !== `GenieKey ${key}`) return refuse(401, 'Could not authenticate');
    if (!request.path.startsWith(`${base}/v2/alerts`)) return refuse(404, 'not found');
    const rest = request.path.slice(`${base}/v2/alerts`.length);
    const known = /^\/([^/?]+)\/(close|message|description)\?identifierType=alias$/.exec(rest);
    const action = (rest === '' ? 'create' : known?.[2]) as OpsgenieRequest['action'] | undefined;
    if (action === undefined) return refuse(404, 'not found');
    if (request.method !== (action === 'create' || action === 'close' ? 'POST' : 'PUT'))
      return refuse(405, 'method not allowed');
    const schema = action === 'create' ? CREATE : action === 'close' ? CLOSE : UPDATE[action];
    const body = schema.safeParse(json(request));
    if (!body.success) return refuse(422, `Request body is not processable: ${body.error.message}`);
    const alias = known?.[1] ?? (body.data as z.output<typeof CREATE>).alias;
    return {
      taken: { action, alias, body: body.data },
      reply: {
        status: 202,
        type: 'application/json',
        body: JSON.stringify({ result: 'Request will be processed', took: 0.1, requestId: 'r' }),
      },
    };
  });
}
