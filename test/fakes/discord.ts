import { z } from 'zod';
import { discord } from '../../notifications/channels/discord.ts';
import { HttpFake, json, length } from './http.ts';
import { limitOf } from './limits.ts';

const MESSAGE = z.object({
  content: z.string().max(limitOf(discord, 'content')).optional(),
  username: z.string().min(1).max(80).optional(),
  embeds: z
    .array(
      z.object({
        title: z.string().max(limitOf(discord, 'embeds.title')),
        description: z.string().max(limitOf(discord, 'embeds.description')),
        color: z.int().min(0).max(0xffffff),
      }),
    )
    .max(10)
    .optional(),
});

export type DiscordMessage = z.output<typeof MESSAGE>;

/** A webhook of a Discord channel. Zod counts UTF-16 units, which is never less than Discord counts. */
export function fakeDiscord(path: string): HttpFake<DiscordMessage> {
  return new HttpFake<DiscordMessage>((request) => {
    const refuse = (status: number, code: number, message: string) => ({
      refused: { status, type: 'application/json', body: JSON.stringify({ message, code }) },
    });
    if (request.path !== path) return refuse(404, 10_015, 'Unknown Webhook');
    const message = MESSAGE.safeParse(json(request));
    if (!message.success)
      return refuse(
        400,
        50_035,
        `Invalid Form Body: ${message.error.issues.map(({ path }) => path.join('.')).join()}`,
      );
    const { content = '', embeds = [] } = message.data;
    const inEmbeds = embeds.reduce((sum, embed) => sum + length(embed.title) + length(embed.description), 0);
    if (inEmbeds > limitOf(discord, 'embeds')) return refuse(400, 50_035, 'Invalid Form Body: embeds');
    if (content === '' && inEmbeds === 0) return refuse(400, 50_006, 'Cannot send an empty message');
    return { taken: message.data, reply: { status: 204, body: '' } };
  });
}
