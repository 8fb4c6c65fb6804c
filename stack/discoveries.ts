import { dump, load } from 'js-yaml';
import { nearest } from '../lib/nearest.ts';
import { isThisMachine } from '../platforms/kinds.ts';
import { BUILT_DISCOVERIES, TOOLS } from '../tools/versions.ts';
import { remove, type Settings, SettingsError } from './settings/index.ts';

/** Told the keys of discoveries that promtool does not know; throws where Prometheus will not know them either. */
export type LackingDiscovery = (keys: readonly string[]) => void;

/**
 * Discoveries of a Prometheus release, by the prefix of their `_sd_configs`.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
const RELEASED = [
  'aws',
  'azure',
  'consul',
  'digitalocean',
  'dns',
  'docker',
  'dockerswarm',
  'ec2',
  'ecs',
  'elasticache',
  'eureka',
  'file',
  'gce',
  'hetzner',
  'http',
  'ionos',
  'kubernetes',
  'kuma',
  'lightsail',
  'linode',
  'marathon',
  'msk',
  'nerve',
  'nomad',
  'oci',
  'openstack',
  'outscale',
  'ovhcloud',
  'puppetdb',
  'rds',
  'scaleway',
  'serverset',
  'stackit',
  'static',
  'triton',
  'uyuni',
  'vultr',
];

/** What a build here has, by the prefix of its keys: the plugin moby brings two. */
const BUILT = [
  ...BUILT_DISCOVERIES.flatMap((name) => (name === 'moby' ? ['docker', 'dockerswarm'] : [name])),
  'file',
  'http',
  'static',
];

/** Keys of discoveries that promtool calls unknown, such as `ec2_sd_configs`. */
export function unknownDiscoveries(said: string): readonly string[] {
  return [...new Set([...said.matchAll(/field (\w+_sd_configs) not found/g)].map(([, key = '']) => key))];
}

/** A configuration without some discoveries, for a promtool that lacks them; the rest of it is checked. */
export function withoutDiscoveries(config: string, keys: readonly string[]): string {
  const parsed = load(config) as { readonly scrape_configs: readonly Readonly<Record<string, unknown>>[] };
  const scrape_configs = parsed.scrape_configs.map((job) =>
    Object.fromEntries(Object.entries(job).filter(([key]) => !keys.includes(key))),
  );
  return dump({ ...parsed, scrape_configs }, { lineWidth: -1, noRefs: true });
}

/**
 * Refuses discoveries that the Prometheus of a stack does not have. In a container runs the release, which has them all; as
 * a process the one that promtool came with, which lacks most where it was built from its Go module.
 * @throws SettingsError naming each key, and which build has it.
 */
export function refuseLacking(settings: Settings, keys: readonly string[]): void {
  const { scrapeConfigs } = settings.prometheus;
  const problems = scrapeConfigs.flatMap((entry, index) =>
    keys
      .filter((key) => key in entry)
      .flatMap((key) => problemOf(key, `prometheus.scrapeConfigs[${index}].${key}`, settings)),
  );
  if (problems.length > 0) throw new SettingsError(problems, `Pulumi.${settings.stack}.yaml`);
}

function problemOf(key: string, path: string, { platform, stack }: Settings): readonly string[] {
  const name = key.replace(/_sd_configs$/, '');
  if (!RELEASED.includes(name)) {
    const near = nearest(name, RELEASED);
    const hint = near === undefined ? '' : `; did you mean ${near}_sd_configs?`;
    return [`${path} is no discovery of Prometheus${hint || '.'} Remove it: ${remove(path, stack)}`];
  }
  if (!isThisMachine(platform)) return [];
  const { version } = TOOLS.prometheus;
  return [
    `${path} needs the discovery ${name}, which the Prometheus of this machine lacks: it was built from its Go module, with ${BUILT.toSorted().join(', ')} alone. ` +
      `The release has every discovery: put prometheus and promtool ${version} of https://github.com/prometheus/prometheus/releases on PATH, ` +
      `or run the stack on docker or kubernetes, whose image is the release. Or remove it: ${remove(path, stack)}`,
  ];
}
