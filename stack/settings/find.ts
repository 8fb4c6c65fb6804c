import { z } from 'zod';
import { DEMO, DEPENDENCIES, SERVICES } from '../../catalogue/services.ts';
import { dnsLabel, host, hostAndPort, isPort } from '../../lib/forms.ts';
import { remove, set } from '../../lib/setting-commands.ts';
import { consulAgent, oneCredential } from './consul.ts';
import type { RawSettings } from './schema.ts';

/** A number, with quotes or without, or a name as Kubernetes has it (RFC 6335): a letter is among its characters. */
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/;
const port = z.union([
  z.int().min(1).max(65_535),
  z.string().refine((text) => isPort(text) || PORT_NAME.test(text), {
    message: 'a port from 1 to 65535, or the name of a port of its Service',
  }),
]);

/** How the copies of a service are found: in the cluster, by DNS or in Consul. */
export const find = z.strictObject({
  namespace: dnsLabel.optional().describe('Namespace of its Service in the cluster.'),
  service: dnsLabel.optional().describe("Name of its Service there. Default: the service's name."),
  labels: z
    .record(z.string().min(1), z.string())
    .optional()
    .describe('Labels of its Services instead, whatever their names.'),
  dns: host
    .optional()
    .describe(
      'A name with one address for each copy: a service of Docker Compose, or tasks.<service> of a swarm.',
    ),
  consul: z
    .strictObject({
      ...consulAgent,
      service: z.string().min(1).optional().describe("Its name in Consul. Default: the service's name."),
    })
    .superRefine(oneCredential)
    .optional()
    .describe('Consul lists its copies, with their ports.'),
  port: port
    .optional()
    .describe(
      "Port of each copy: a number, or the name of a port of its Service. Default: the catalogue's, else 8080.",
    ),
});

type Find = z.output<typeof find>;
type Consul = NonNullable<Find['consul']>;

/** How the copies of a service are found. */
export type Found =
  | {
      readonly by: 'kubernetes';
      readonly namespace: string;
      readonly service: string;
      /** Labels of its Services, whatever their names. Default: `service` alone is it. */
      readonly labels?: Readonly<Record<string, string>>;
      /** Number of a port of its pods, or the name of one of its Service. */
      readonly port: number | string;
    }
  | { readonly by: 'dns'; readonly name: string; readonly port: number }
  | { readonly by: 'consul'; readonly consul: Consul & { readonly service: string } };

/** A number where it is one, whatever the quotes. */
const portOf = (given: number | string) => (isPort(String(given)) ? Number(given) : given);

/**
 * A checked setting with its defaults.
 * @param known port where the setting names none.
 */
export function foundBy(
  { namespace = '', service, labels, dns, consul, port: given }: Find,
  name: string,
  known: number,
): Found {
  const port = portOf(given ?? known);
  if (consul !== undefined) return { by: 'consul', consul: { ...consul, service: consul.service ?? name } };
  if (dns !== undefined)
    return { by: 'dns', name: dns.replace(/\.$/, ''), port: typeof port === 'number' ? port : known };
  return {
    by: 'kubernetes',
    namespace,
    service: service ?? name,
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    port,
  };
}

/** What the HTTP probe asks of a service whose copies are found: one address for all of them, none of Consul's. */
export function probedAt(found: Found, address: string | undefined, known: number): readonly string[] {
  if (address !== undefined) return [address];
  switch (found.by) {
    case 'kubernetes':
      return [
        `${found.service}.${found.namespace}.svc:${typeof found.port === 'number' ? found.port : known}`,
      ];
    case 'dns':
      // A swarm answers its service's own name with the address that users go through.
      return [`${found.name.replace(/^tasks\./, '')}:${found.port}`];
    case 'consul':
      return [];
  }
}

interface Context {
  readonly stack: string;
  readonly demoEnabled: boolean;
}

/** Ways to find copies that cannot be, and addresses behind which each scrape meets another copy. */
export function findProblems(raw: RawSettings, context: Context): readonly string[] {
  const { stack } = context;
  return raw.services.flatMap((service, index) => {
    if (service.off) return [];
    const key = `services[${index}]`;
    if (service.find === undefined) return virtualAddresses(raw, service, key, context);
    return [
      ...(service.addresses === undefined
        ? []
        : [
            `${key}.addresses is set, but find is too: either lists the copies, not both. Remove it: ${remove(`${key}.addresses`, stack)}`,
          ]),
      ...waysOf(service.find, service.name, raw, `${key}.find`, stack),
    ];
  });
}

const IN_CLUSTER = ['namespace', 'service', 'labels'] as const;

function waysOf(given: Find, name: string, raw: RawSettings, key: string, stack: string): readonly string[] {
  const { platform } = raw;
  const inCluster = IN_CLUSTER.filter((each) => given[each] !== undefined);
  const ways = [...inCluster.slice(0, 1), ...(['dns', 'consul'] as const).filter((each) => given[each])];
  if (ways.length > 1)
    return [
      `${key} has ${ways.join(' and ')}, but must be one way alone: namespace with service or labels, dns, or consul. ` +
        `Remove what is not meant: ${remove(`${key}.${ways.at(-1)}`, stack)}`,
    ];
  const [way] = ways;
  if (way === undefined)
    return [
      `${key} names no way to find the copies: it must have ${platform === 'kubernetes' ? 'namespace' : 'dns or consul'}. ` +
        `Set it: ${set(`${key}.${platform === 'kubernetes' ? 'namespace' : 'dns'}`, platform === 'kubernetes' ? '<namespace>' : '<name>', stack)}`,
    ];
  if (inCluster.length > 0) {
    if (platform !== 'kubernetes')
      return [
        `${key}.${way} is set, but needs platform kubernetes, and platform is ${platform}. ` +
          `Use dns or consul instead, and remove it: ${remove(`${key}.${way}`, stack)}`,
      ];
    return given.namespace === undefined
      ? [
          `${key}.namespace is missing, but must be the namespace of the Service. Set it: ${set(`${key}.namespace`, '<namespace>', stack)}`,
        ]
      : [];
  }
  const place = way === 'dns' ? serviceAt(given.dns ?? '', raw) : undefined;
  return [
    ...(platform === 'kubernetes' && raw.kubernetes.operator !== undefined
      ? [
          `${key}.${way} is set, but kubernetes.operator is too: a ServiceMonitor finds services of the cluster alone, by namespace. ` +
            `Remove it: ${remove(`${key}.${way}`, stack)}`,
        ]
      : []),
    ...(place === undefined
      ? []
      : [
          `${key}.dns is ${JSON.stringify(given.dns)}, a Service of a cluster, which has one address for all of its pods. ` +
            `Write find: { ${meant(place, name, given.port)} } instead: Pulumi.${stack}.yaml.`,
        ]),
    ...(way === 'dns' && typeof portOf(given.port ?? 1) === 'string'
      ? [
          `${key}.port is ${JSON.stringify(given.port)}, but must be a number beside dns, which knows no ports. Change it: ${set(`${key}.port`, '<port>', stack)}`,
        ]
      : []),
    ...(way === 'consul' && given.port !== undefined
      ? [
          `${key}.port is set, but Consul names the port of each copy. Remove it: ${remove(`${key}.port`, stack)}`,
        ]
      : []),
  ];
}

/** Names of the internet and of private networks with two parts: the others are a Service and its namespace. */
const TOP_LEVEL =
  /\.(?!(?:ml|qa|ai)$)(?:[a-z]{2}|com|org|net|info|biz|cloud|internal|local|localdomain|lan|corp|home|intern|example)$/;

interface Place {
  readonly service: string;
  readonly namespace: string;
}

/**
 * The Service of a cluster that a host names, which stands for all of its pods; undefined where it names none. A pod of a
 * headless Service, which has a part more, is one copy.
 */
export function serviceAt(
  host: string,
  { platform, kubernetes }: Pick<RawSettings, 'platform' | 'kubernetes'>,
): Place | undefined {
  const name = host.toLowerCase();
  const domain = [kubernetes.clusterDomain, 'cluster.local'].find((each) => name.endsWith(`.svc.${each}`));
  const short = domain === undefined ? name : name.slice(0, -domain.length - 1);
  const [service = '', namespace = kubernetes.namespace, ...more] = short.split('.');
  if (more.length > 0) return more.join('.') === 'svc' ? { service, namespace } : undefined;
  if (platform !== 'kubernetes' || !/[a-z]/.test(short) || TOP_LEVEL.test(short)) return undefined;
  return host.startsWith('[') ? undefined : { service, namespace };
}

/** The sample feature store is at these, a copy each. */
const DEMO_ADDRESSES = new Set(
  Object.entries({ ...SERVICES, ...DEPENDENCIES, ...DEMO }).map(([name, { port }]) => `${name}:${port}`),
);

function virtualAddresses(
  raw: RawSettings,
  { name, address, addresses }: RawSettings['services'][number],
  key: string,
  { stack, demoEnabled }: Context,
): readonly string[] {
  // There a ServiceMonitor reads the namespace in it, and finds the pods.
  if (raw.platform === 'kubernetes' && raw.kubernetes.operator !== undefined) return [];
  const all = [
    ...(address === undefined ? [] : [{ at: address, path: 'address' }]),
    ...(addresses ?? []).map((at, index) => ({ at, path: `addresses[${index}]` })),
  ];
  return all.flatMap(({ at, path }) => {
    const given = hostAndPort(at);
    const place = given && serviceAt(given.host, raw);
    if (place === undefined || (demoEnabled && DEMO_ADDRESSES.has(at))) return [];
    const found = `find: { ${meant(place, name, given?.port)} }`;
    const mend =
      raw.platform === 'kubernetes'
        ? `Write ${found} in its place, with the port of the pods or the name of the Service's port; the probe still asks the Service`
        : `Platform kubernetes has ${found} in its place; on platform ${raw.platform} list each copy in addresses`;
    return [
      `${key}.${path} is ${JSON.stringify(at)}, a Service of a cluster: each scrape would meet another of its pods, ` +
        `and every rate would be wrong. ${mend}: Pulumi.${stack}.yaml.`,
    ];
  });
}

/** A setting that finds the pods of a Service. */
const meant = ({ service, namespace }: Place, name: string, port: number | string | undefined) =>
  [
    `namespace: ${namespace}`,
    ...(service === name ? [] : [`service: ${service}`]),
    ...(port === undefined ? [] : [`port: ${port}`]),
  ].join(', ');
