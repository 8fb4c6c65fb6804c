import { CHANNELS } from './channels/index.ts';
import { allReceivers, channelsOf, sharedOf } from './receivers.ts';
import type { NotificationsSettings } from './settings.ts';

/** A place that Alertmanager connects to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Every place to which notifications may go, each once: what network policies have to let through. Web services stand
 * before mail servers, so that a change of a channel's place in the list moves no network policy.
 */
export function receiverAddresses(settings: NotificationsSettings): readonly Address[] {
  const urls = [
    ...CHANNELS.flatMap((channel) => channel.sharedUrls(sharedOf(settings, channel))),
    settings.heartbeat.url,
    ...Object.values(allReceivers(settings)).flatMap((receiver) =>
      channelsOf(receiver).flatMap(({ channel, own }) => channel.ownUrls(own, sharedOf(settings, channel))),
    ),
  ].filter((url) => url !== undefined);
  const [web, others] = [urls.filter(isWeb), urls.filter((url) => !isWeb(url))];
  const places = [...web, ...others].flatMap(addressOf);
  return [...new Map(places.map((place) => [`${place.host}:${place.port}`, place])).values()];
}

const isWeb = (url: string) => /^https?:/i.test(url);

/** Nothing of what is no URL: a secret that is not decrypted here has a placeholder. */
function addressOf(url: string): readonly Address[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return [{ host, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) }];
}
