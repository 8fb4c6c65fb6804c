import { z } from 'zod';
import { interval } from '../../lib/forms.ts';
import { type ChannelConfig, defineChannel, secret, sendResolved, urlSecret } from './channel.ts';

const url = secret().describe('URL that takes Alertmanager’s own messages. A secret.');

/** A program that takes Alertmanager’s own messages, version 4, such as an on-call tool. */
export const webhook = defineChannel({
  name: 'webhook',
  title: 'a webhook',
  list: 'webhook_configs',
  pages: false,
  shared: z.strictObject({ url }).prefault({}),
  own: z.strictObject({
    url,
    timeout: interval.default('10s').describe('After which a delivery has failed and is tried again.'),
    sendResolved,
  }),
  secrets: { url: urlSecret('a webhook') },
  secretShapes: [],
  about:
    'Alertmanager posts its own message, version 4, as JSON. A receiver for an on-call tool says `pages: true`.',
  example: { shared: {}, own: {} },
  templated: [],
  limits: {},
  defaults: () => ({}),
  sharedUrls: (shared) => [shared.url],
  ownUrls: (own) => [own.url],
  config: ({ own, secretFile }) => {
    const url_file = secretFile('url');
    if (url_file === undefined) return undefined;
    return { send_resolved: own.sendResolved, timeout: own.timeout, url_file };
  },
  template: '',
});

/** An entry that calls a URL, from a file or as it stands, with no setting of a receiver. */
export const calling = (
  url: { readonly url_file: string } | { readonly url: string },
  sendsResolved: boolean,
): ChannelConfig => ({ send_resolved: sendsResolved, timeout: '10s', ...url });
