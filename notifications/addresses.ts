import { allReceivers } from './receivers.ts';
import type { NotificationsSettings } from './settings.ts';

/** A place that Alertmanager connects to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Every place to which notifications may go, each once: what network policies have to let through. */
export function receiverAddresses(settings: NotificationsSettings): readonly Address[] {
  const { slack, pagerduty, teams, webhook, heartbeat, email } = settings;
  const receivers = Object.values(allReceivers(settings));
  const urls = [
    slack.webhookUrl,
    pagerduty.url,
    teams.webhookUrl,
    webhook.url,
    heartbeat.url,
    ...receivers.flatMap((each) => [each.slack?.webhookUrl, each.teams?.webhookUrl, each.webhook?.url]),
    ...(email === undefined ? [] : [`smtp://${email.smarthost}`]),
  ];
  const places = urls.flatMap((url) => (url === undefined ? [] : addressOf(url)));
  return [...new Map(places.map((place) => [`${place.host}:${place.port}`, place])).values()];
}

/** Nothing of what is no URL: a secret that is not decrypted here has a placeholder. */
function addressOf(url: string): readonly Address[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return [{ host, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) }];
}
