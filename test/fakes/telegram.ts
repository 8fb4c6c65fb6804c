import { z } from 'zod';
import { telegram } from '../../notifications/channels/telegram.ts';
import { HttpFake, json, length } from './http.ts';
import { limitOf } from './limits.ts';

const MESSAGE = z.object({
  chat_id: z.coerce.string(),
  text: z.string(),
  parse_mode: z.string().optional(),
  message_thread_id: z.coerce.string().optional(),
  disable_notification: z.coerce.string().optional(),
});

export type TelegramMessage = z.output<typeof MESSAGE>;

/** Tags that messages in HTML may have: https://core.telegram.org/bots/api#html-style */
const TAGS = 'b|strong|i|em|u|ins|s|strike|del|span|tg-spoiler|a|tg-emoji|code|pre|blockquote'.split('|');

/** Telegram's Bot API for one bot in some chats: refuses what the published API refuses. */
export function fakeTelegram(token: string, chats: readonly number[]): HttpFake<TelegramMessage> {
  return new HttpFake<TelegramMessage>((request) => {
    const refuse = (status: number, description: string) => ({
      refused: { status, ...answer({ ok: false, error_code: status, description }) },
    });
    if (!request.path.startsWith(`/bot${token}/`)) return refuse(401, 'Unauthorized');
    if (request.path !== `/bot${token}/sendMessage`) return refuse(404, 'Not Found');
    const message = MESSAGE.safeParse(json(request)).data;
    if (message === undefined) return refuse(400, 'Bad Request: message text is empty');
    const { text, parse_mode, chat_id } = message;
    if (!chats.map(String).includes(chat_id)) return refuse(400, 'Bad Request: chat not found');
    const flaw = parse_mode === 'HTML' ? htmlFlaw(text) : undefined;
    if (flaw !== undefined) return refuse(400, `Bad Request: can't parse entities: ${flaw}`);
    const shown = parse_mode === 'HTML' ? shownOf(text) : text;
    if (shown.trim() === '') return refuse(400, 'Bad Request: message text is empty');
    if (length(shown) > limitOf(telegram, 'text')) return refuse(400, 'Bad Request: message is too long');
    const result = { message_id: 1, date: 0, chat: { id: Number(chat_id), type: 'group' }, text: shown };
    return { taken: message, reply: { status: 200, ...answer({ ok: true, result }) } };
  });
}

const answer = (body: unknown) => ({ type: 'application/json', body: JSON.stringify(body) });

/** What Telegram counts: the text without its tags, each entity one character. */
const shownOf = (text: string) => text.replaceAll(/<[^>]*>/g, '').replaceAll(/&(?:#\d+|[a-z]+);/g, 'x');

/** What is wrong with the markup of a text, if anything is. */
function htmlFlaw(text: string): string | undefined {
  const open: string[] = [];
  for (const [, part = ''] of text.matchAll(/(<[^<>]*>?|[>]|&[^\s;<>&]*;?)/g)) {
    if (part.startsWith('&')) {
      if (!/^&(?:#\d+|#x[0-9a-f]+|lt|gt|amp|quot);/i.test(part)) return `unknown entity ${part}`;
      continue;
    }
    if (part === '>') continue;
    const found = /^<(\/?)([a-z-]+)(?: [a-z]+="[^"<>]*")*>$/.exec(part);
    const [, closing = '', tag = ''] = found ?? [];
    if (found === null || !TAGS.includes(tag)) return `Unsupported start tag ${part}`;
    if (closing === '') open.push(tag);
    else if (open.pop() !== tag) return `Unmatched end tag ${part}`;
  }
  return open.length > 0 ? `Can't find end tag corresponding to start tag ${open.at(-1)}` : undefined;
}
