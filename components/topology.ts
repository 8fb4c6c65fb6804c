import {
  DEMO,
  DEPENDENCIES,
  PROBE_JOBS,
  REDIS_JOBS,
  SERVICES,
  STACK,
  type StackName,
} from '../catalogue/services.ts';
import type { Addressing, Connection, Permission } from '../platforms/workload.ts';
import type { Service, Settings } from '../stack/settings/index.ts';
import { targetsFolder } from './mount-paths.ts';
import { configuredAddresses, findsTargets } from './prometheus/configured.ts';
import { ANYWHERE, type Discovery, discovery, NODE_JOBS } from './prometheus/discovery.ts';
import { foundPermissions, foundTargets } from './prometheus/found.ts';
import { httpModule, type Probe, type Probes, type ScrapeJob, type Target } from './prometheus/scrape.ts';
import type { StackFiles } from './stack-files.ts';

/** What runs and where it is found: the same names on every platform, the platform's addresses. */
export interface Topology {
  readonly jobs: readonly ScrapeJob[];
  readonly probes: Probes;
  /** What Prometheus connects to. */
  readonly scraped: readonly Connection[];
  /** What the blackbox exporter connects to. */
  readonly probed: readonly Connection[];
  /** Redis as its exporter dials it, or undefined where there is none. */
  readonly redis: RedisTopology | undefined;
  /** What Prometheus reads of the platform's API to find targets, besides discovery. */
  readonly permissions: readonly Permission[];
  /** The name that the DNS probe looks up, or undefined where no resolver is known. */
  readonly dnsName: string | undefined;
}

/** The workloads of the stack itself that run under these settings. */
export function stackWorkloads(settings: Settings): readonly StackName[] {
  return (Object.keys(STACK) as StackName[]).filter(
    (name) =>
      (name !== 'grafana' || settings.grafana.mode === 'managed') &&
      (name !== 'node-exporter' || settings.nodeExporter.mode === 'own') &&
      (name !== 'redis-exporter' || settings.redis.address !== undefined),
  );
}

/** What discovery adds to a stack. */
export function stackDiscovery(
  { discovery: settings, services }: Settings,
  platform: Addressing,
  targets: StackFiles['targets'],
): Discovery {
  return discovery({
    settings,
    targets,
    platform,
    targetsFolder: targetsFolder(platform),
    // In namespaces that are named, services of the stack may be found by their annotation; anybody's are anybody's.
    reserved: [
      ...Object.keys(STACK),
      ...Object.values(PROBE_JOBS),
      ...NODE_JOBS,
      ...(settings.kubernetes.namespaces === 'all' ? services.map(({ name }) => name) : []),
    ],
  });
}

/** Derives every target and probe of a stack. Pure: addresses are known before anything exists. */
export function topology(settings: Settings, platform: Addressing, replicas: Replicas): Topology {
  const places = new Places(settings, platform);
  const own = stackWorkloads(settings);
  const asked = resolver(settings, platform);
  const machines = existingExporters(settings, platform);
  const found = new Map(
    settings.services.flatMap(({ name, find }) =>
      find === undefined ? [] : [[name, foundTargets(find, settings.kubernetes.ipFamily)] as const],
    ),
  );
  const services = settings.services.map((service) =>
    serviceJob(service, places, found.get(service.name)?.config),
  );
  const probes: Probes = {
    http: [
      ...settings.services.flatMap((service) => httpProbes(service, places)),
      ...own.filter((name) => name in HEALTH_PATHS).map((name) => stackProbe(name, platform)),
    ],
    tcp: (['redis', 'kafka'] as const).flatMap((name) =>
      dependencyAddresses(settings, name).map((address) => ({
        service: name,
        target: places.dial(address),
        instance: address,
      })),
    ),
    dns: asked === undefined ? [] : [{ service: 'dns', target: asked.server, instance: asked.instance }],
  };
  const redis = redisTopology(settings, places);
  return {
    jobs: [
      ...services,
      ...own.map((name) => stackJob(name, platform, replicas, portOf(settings, name))),
      ...machines.jobs,
      ...redisJobs(settings, platform, places),
    ],
    probes,
    scraped: [
      ...settings.services.flatMap(
        ({ name, addresses }) =>
          found.get(name)?.connections ?? addresses.map((address) => places.connection(address)),
      ),
      ...own.map((name) => ({ workload: name, port: portOf(settings, name) })),
      ...machines.connections,
      ...configuredAddresses(settings.prometheus).map((address) => places.connection(address)),
      ...(findsTargets(settings.prometheus) ? ANYWHERE : []),
    ],
    probed: [
      ...settings.services.flatMap(({ addresses }) => addresses.map((address) => places.connection(address))),
      ...own.map((name) => ({ workload: name, port: portOf(settings, name) })),
      ...probes.tcp.map(({ instance }) => places.connection(instance)),
      ...(asked?.connections ?? []),
    ],
    redis,
    dnsName: asked?.name,
    permissions: [...machines.permissions, ...foundPermissions(settings.services)],
  };
}

export interface RedisTopology {
  /** URL of the first node, without its user. */
  readonly url: string;
  /** URL of everything that the exporter looks at, the first node included. */
  readonly urls: readonly string[];
  readonly connections: readonly Connection[];
}

function dependencyAddresses(settings: Settings, name: 'redis' | 'kafka'): readonly string[] {
  const { address } = settings[name];
  if (address === undefined) return [];
  return name === 'redis' ? [address, ...settings.redis.further] : [address];
}

function redisUrl({ redis }: Settings, address: string, places: Places): string {
  return `${redis.encrypted.includes(address) ? 'rediss' : 'redis'}://${places.dial(address)}`;
}

function redisTopology(settings: Settings, places: Places): RedisTopology | undefined {
  const { address, further, sentinels } = settings.redis;
  if (address === undefined) return undefined;
  const all = [address, ...further, ...sentinels];
  return {
    url: redisUrl(settings, address, places),
    urls: all.map((each) => redisUrl(settings, each, places)),
    connections: all.map((each) => places.connection(each)),
  };
}

/** Further nodes and sentinels, which the exporter is asked for one by one. */
function redisJobs(settings: Settings, platform: Addressing, places: Places): readonly ScrapeJob[] {
  const { address, further, sentinels } = settings.redis;
  if (address === undefined) return [];
  const exporter = platform.address('redis-exporter', STACK['redis-exporter'].port);
  const asked = (job: string, addresses: readonly string[], keeps?: string): readonly ScrapeJob[] =>
    addresses.length === 0
      ? []
      : [
          {
            job,
            metricsPath: '/scrape',
            targets: addresses.map((each) => ({
              address: exporter,
              instance: each,
              target: redisUrl(settings, each, places),
            })),
            ...(keeps === undefined ? {} : { keeps }),
          },
        ];
  return [
    ...asked(REDIS_JOBS.nodes, further),
    // A sentinel that answers is no Redis that does.
    ...asked(REDIS_JOBS.sentinels, sentinels, 'redis_sentinel_.*'),
  ];
}

export interface Replicas {
  readonly prometheus: number;
  readonly alertmanager: number;
}

/** Pages of the stack that the HTTP probe opens. */
const HEALTH_PATHS: Partial<Record<StackName, string>> = {
  prometheus: '/-/healthy',
  alertmanager: '/-/healthy',
  grafana: '/api/health',
};

/** Which logical addresses are workloads of this stack, and which are taken as they stand. */
class Places {
  readonly #platform: Addressing;
  readonly #demo: ReadonlySet<string>;
  readonly #own: ReadonlySet<string>;

  constructor(settings: Settings, platform: Addressing) {
    this.#platform = platform;
    this.#demo = new Set(
      settings.demoEnabled
        ? Object.entries({ ...SERVICES, ...DEPENDENCIES, demo: DEMO.demo }).map(
            ([name, { port }]) => `${name}:${port}`,
          )
        : [],
    );
    this.#own = new Set(stackWorkloads(settings).map((name) => `${name}:${STACK[name].port}`));
  }

  dial(address: string): string {
    if (!this.#demo.has(address)) return address;
    const { host, port } = split(address);
    return this.#platform.address(host, port);
  }

  connection(address: string): Connection {
    const { host, port } = split(address);
    const known = this.#demo.has(address) || this.#own.has(address);
    return known ? { workload: host, port } : { outside: host, port };
  }

  /** A service with one instance is known by its name; several are told apart by their addresses. */
  target(service: Service, address: string): Target {
    const instance = service.addresses.length === 1 ? `${service.name}:${split(address).port}` : address;
    return { address: this.dial(address), instance };
  }
}

function split(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  // An IPv6 address stands in brackets only before a port.
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}

function serviceJob(service: Service, places: Places, found: ScrapeJob['found']): ScrapeJob {
  return {
    job: service.name,
    ...(found === undefined
      ? { targets: service.addresses.map((address) => places.target(service, address)) }
      : { targets: [], found }),
    metricsPath: service.metricsPath,
    ...(service.params && { params: service.params }),
    interval: service.interval,
    scheme: service.scheme,
    metricNames: service.metricNames,
    ...(service.metricLabels && { metricLabels: service.metricLabels }),
    ...(service.basicAuth && { basicAuth: service.basicAuth }),
    ...(service.token && { token: service.token }),
    ...(service.tls && { tls: service.tls }),
  };
}

function httpProbes(service: Service, places: Places): readonly Probe[] {
  return service.addresses.map((address) => {
    const target = places.target(service, address);
    return {
      service: service.name,
      target: `${service.scheme}://${target.address}${service.healthPath}`,
      instance: target.instance,
      ...(service.tls && { module: httpModule(service.name) }),
    };
  });
}

/** Logical port of a workload of the stack; that of the node exporter is a port of each machine. */
const portOf = ({ nodeExporter }: Settings, name: StackName): number =>
  name === 'node-exporter' ? nodeExporter.port : STACK[name].port;

/**
 * Node exporters that run already: one on each machine of a cluster, or on this machine. Where an operator runs
 * Prometheus, it scrapes them itself, as the job of the same name.
 */
function existingExporters(
  { nodeExporter: { mode, port }, operator }: Settings,
  { kind }: Addressing,
): {
  readonly jobs: readonly ScrapeJob[];
  readonly connections: readonly Connection[];
  readonly permissions: readonly Permission[];
} {
  if (mode !== 'existing' || operator !== undefined) return { jobs: [], connections: [], permissions: [] };
  const job = 'node-exporter';
  if (kind === 'kubernetes')
    return {
      jobs: [{ job, targets: [], machines: { port } }],
      connections: [{ discovered: 'machines', port }],
      permissions: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }],
    };
  const host = kind === 'docker' ? 'host.docker.internal' : '127.0.0.1';
  return {
    jobs: [{ job, targets: [{ address: `${host}:${port}`, instance: `${job}:${port}` }] }],
    connections: [{ outside: host, port }],
    permissions: [],
  };
}

function stackJob(name: StackName, platform: Addressing, replicas: Replicas, port: number): ScrapeJob {
  const names = name === 'node-exporter' ? platform.perNode?.(name) : undefined;
  if (names !== undefined) return { job: name, targets: [], discovered: { names, port } };
  const copies = name === 'prometheus' || name === 'alertmanager' ? replicas[name] : 1;
  const logical = `${name}:${port}`;
  return {
    job: name,
    targets:
      copies === 1
        ? [{ address: platform.address(name, port), instance: logical }]
        : platform
            .addresses(name, port, copies)
            .map((address, index) => ({ address, instance: `${name}-${index}:${port}` })),
  };
}

function stackProbe(name: StackName, platform: Addressing): Probe {
  const { port } = STACK[name];
  return {
    service: name,
    target: `http://${platform.address(name, port)}${HEALTH_PATHS[name]}`,
    instance: `${name}:${port}`,
  };
}

/** A name server, and the name that it is asked for. */
interface Resolver {
  readonly server: string;
  readonly instance: string;
  readonly name: string;
  /** What it takes to reach it, besides the look-ups that every workload may do. */
  readonly connections: readonly Connection[];
}

/** The user's resolver, the platform's own, or the demo's; the last two are asked for a workload of the stack. */
function resolver({ dns, demoEnabled }: Settings, platform: Addressing): Resolver | undefined {
  if (dns !== undefined) {
    const { host, port } = split(dns.server);
    const to = { outside: host, port };
    // An answer that is too long for UDP is asked for again over TCP.
    return { ...dns, instance: dns.server, connections: [{ ...to, protocol: 'udp' }, to] };
  }
  if (platform.dns !== undefined) {
    const { server } = platform.dns;
    return { server, instance: server, name: platform.dns.name('prometheus'), connections: [] };
  }
  if (!demoEnabled) return undefined;
  const { port } = DEMO.demo;
  return {
    server: platform.address('demo', port),
    instance: `demo:${port}`,
    name: 'inference-api',
    connections: [{ workload: 'demo', port }],
  };
}
