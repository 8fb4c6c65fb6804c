import { z } from 'zod';
import { httpUrl } from '../../lib/forms.ts';
import { defineChannel, secret, sendResolved, template } from './channel.ts';
import { fittingTemplate } from './fitting-template.ts';

const chatId = z
  .int({ message: 'the number of a chat, such as -1001234567890; a group’s is negative' })
  .refine((id) => id !== 0, { message: 'the number of a chat, such as -1001234567890, and not 0' })
  .describe('Number of the chat that gets the messages; a group’s is negative.');
const botToken = secret().describe('Token of the bot, as BotFather gives it. A secret.');
const SOURCE = 'https://core.telegram.org/bots/api#sendmessage';

/** Longest text that Telegram takes. Alertmanager would cut a longer one in the middle of a tag, which Telegram refuses. */
const MAX_TEXT = 4096;

/** Telegram, by a bot. */
export const telegram = defineChannel({
  name: 'telegram',
  title: 'Telegram',
  list: 'telegram_configs',
  pages: false,
  shared: z
    .strictObject({
      botToken,
      chatId: chatId.optional(),
      url: httpUrl
        .default('https://api.telegram.org')
        .describe('Server of the Bot API, where it is one of your own.'),
    })
    .prefault({}),
  own: z.strictObject({
    botToken,
    chatId: chatId.optional(),
    threadId: z
      .int()
      .min(1)
      .optional()
      .describe('Topic of a group that has topics. Default: the general one.'),
    silent: z.boolean().default(false).describe('Whether the phones of the chat stay quiet.'),
    sendResolved,
  }),
  secrets: {
    botToken: {
      what: 'the token of a Telegram bot',
      flaw: (value) =>
        /^\d+:[A-Za-z0-9_-]{20,}$/.test(value)
          ? undefined
          : 'a number, a colon and a key, as BotFather gives it',
      example: '1:example-example-example-example',
    },
  },
  secretShapes: [['the token of a Telegram bot', /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/]],
  about:
    'A message of a bot, in HTML. Add the bot to the chat first: Telegram refuses `chat not found` otherwise. As many alerts as fit are shown, ten at most; the rest is counted. Give it a receiver of its own: Alertmanager 0.31 waits for Telegram without a time limit, and holds back the other channels of that receiver meanwhile. Where it cannot connect, it writes the URL, which holds the token, into its log: use a bot that can do nothing else.',
  example: { shared: { chatId: -1001234567890 }, own: {} },
  templated: [],
  limits: { text: { max: MAX_TEXT, unit: 'characters', source: SOURCE } },
  defaults: () => ({}),
  sharedUrls: () => [],
  ownUrls: (_, { url }) => [url],
  config: ({ receiver, own, shared, secretFile, refuse }) => {
    const chat_id = own.chatId ?? shared.chatId;
    if (chat_id === undefined) {
      refuse(
        `notifications.receivers.${receiver}.telegram has no chat: set notifications.telegram.chatId, or a chatId of its own`,
      );
      return undefined;
    }
    const bot_token_file = secretFile('botToken');
    if (bot_token_file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      api_url: shared.url,
      bot_token_file,
      chat_id,
      ...(own.threadId !== undefined && { message_thread_id: own.threadId }),
      disable_notifications: own.silent,
      parse_mode: 'HTML',
      message: template('fsm.telegram.message'),
    };
  },
  template: fittingTemplate('fsm.telegram.message', {
    max: MAX_TEXT,
    heading: true,
    markup: {
      escape: ' | html',
      escapeUrl: ' | html',
      strong: '"<b>%s</b>"',
      link: String.raw`"<a href=\"%[2]s\">%[1]s</a>"`,
      output: ' | safeHtml',
    },
  }),
});
