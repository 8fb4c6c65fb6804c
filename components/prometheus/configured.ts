import { leaves } from '../../stack/settings/http-client.ts';
import type { Settings } from '../../stack/settings/index.ts';

type Configured = Pick<Settings['prometheus'], 'scrapeConfigs' | 'remoteWrite'>;
type Entry = Configured['scrapeConfigs'][number];

/**
 * The `host:port` of everything that the user's own parts of `prometheus.yml` name: where samples are written to, static
 * targets, the exporters that are asked in their place, and the proxies and token servers in front of each.
 */
export function configuredAddresses({ scrapeConfigs, remoteWrite }: Configured): readonly string[] {
  return [...scrapeConfigs, ...remoteWrite].flatMap(addressesIn);
}

/** Whether one of them has Prometheus find targets by itself. */
export function findsTargets({ scrapeConfigs }: Configured): boolean {
  return scrapeConfigs.some((entry) => Object.keys(entry).some((key) => key.endsWith('_sd_configs')));
}

/** Nothing of what is no address: Prometheus refuses it, and a secret that is not decrypted here has a placeholder. */
function addressesIn(entry: Entry): readonly string[] {
  const values = new Map(leaves(entry).map(({ path, value }) => [path.join('.'), String(value)]));
  const scheme = values.get('scheme') ?? 'http';
  return [...values].flatMap(([key, value]) => {
    if (URLS.test(key)) return addressOf(value);
    // A target with a path is what an exporter is asked for; a replacement may stand for a part of the address.
    return isTarget(key, values) && !/[/$]/.test(value) ? addressOf(`${scheme}://${value}`) : [];
  });
}

const URLS = /^url$|(^|\.)(proxy_url|token_url)$/;

function isTarget(key: string, values: ReadonlyMap<string, string>): boolean {
  if (/^static_configs\.\d+\.targets\.\d+$/.test(key)) return true;
  const rule = /^(relabel_configs\.\d+)\.replacement$/.exec(key)?.[1];
  return rule !== undefined && values.get(`${rule}.target_label`) === '__address__';
}

function addressOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  if (hostname === '') return [];
  return [`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`];
}
