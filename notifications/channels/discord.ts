import { z } from 'zod';
import { defineChannel, secret, sendResolved, template, urlSecret } from './channel.ts';
import { fittingTemplate } from './fitting-template.ts';

const webhookUrl = secret().describe('URL of a webhook of the channel. A secret.');
const SOURCE = 'https://discord.com/developers/docs/resources/message#embed-object-embed-limits';

/** Longest description of an embed. Alertmanager would cut a longer one in the middle of a link. */
const MAX_DESCRIPTION = 4096;

/** Discord, by a webhook of a channel. */
export const discord = defineChannel({
  name: 'discord',
  title: 'Discord',
  list: 'discord_configs',
  pages: false,
  shared: z.strictObject({ webhookUrl }).prefault({}),
  own: z.strictObject({ webhookUrl, sendResolved }),
  secrets: { webhookUrl: urlSecret('a Discord webhook') },
  secretShapes: [['the URL of a Discord webhook', /discord(?:app)?\.com\/api\/webhooks\/\d+\/\S+/]],
  about:
    'An embed for each group, with title and description in Discord’s Markdown. As many alerts as fit are shown, ten at most; the rest is counted. Names in texts notify no one.',
  example: { shared: {}, own: {} },
  templated: [],
  limits: {
    'embeds.title': { max: 256, unit: 'characters', source: SOURCE },
    'embeds.description': { max: MAX_DESCRIPTION, unit: 'characters', source: SOURCE },
    embeds: { max: 6000, unit: 'characters', source: SOURCE },
    content: {
      max: 2000,
      unit: 'characters',
      source: 'https://discord.com/developers/docs/resources/webhook#execute-webhook',
    },
  },
  defaults: () => ({}),
  sharedUrls: (shared) => [shared.webhookUrl],
  ownUrls: (own) => [own.webhookUrl],
  config: ({ own, secretFile }) => {
    const webhook_url_file = secretFile('webhookUrl');
    if (webhook_url_file === undefined) return undefined;
    return {
      send_resolved: own.sendResolved,
      webhook_url_file,
      username: 'Alertmanager',
      title: template('fsm.subject'),
      message: template('fsm.discord.message'),
    };
  },
  template: fittingTemplate('fsm.discord.message', {
    max: MAX_DESCRIPTION,
    heading: false,
    markup: {
      escape: String.raw` | reReplaceAll "([\\\\*_~|<>\\x60\\[\\]])" "\\$1"`,
      escapeUrl: String.raw` | reReplaceAll " " "%20" | reReplaceAll "\\(" "%28" | reReplaceAll "\\)" "%29"`,
      strong: '"**%s**"',
      link: '"[%[1]s](%[2]s)"',
      output: '',
    },
  }),
});
