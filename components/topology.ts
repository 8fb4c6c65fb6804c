import { DEMO, DEPENDENCIES, PROBE_JOBS, SERVICES } from '../catalogue/services.ts';
import { STACK, type StackName } from '../catalogue/stack.ts';
import type { Addressing, Connection, Permission } from '../platforms/workload.ts';
import type { Service, Settings } from '../stack/settings/index.ts';
import { targetsFolder } from './mount-paths.ts';
import { type AnyPart, EXPORTERS, furtherJobs, portOf, runningParts } from './parts/index.ts';
import type { PartContext } from './parts/part.ts';
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
  /** What Prometheus reads of the platform's API to find targets, besides discovery. */
  readonly permissions: readonly Permission[];
  /** The name that the DNS probe looks up, or undefined where no resolver is known. */
  readonly dnsName: string | undefined;
}

/** The workloads of the stack itself that run under these settings. */
export const stackWorkloads = (settings: Settings): readonly StackName[] =>
  runningParts(settings).map(({ name }) => name);

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
  const context = partContext(settings, platform);
  const places = new Places(settings, platform);
  const own = runningParts(settings);
  const ownPorts = own.map((part) => ({ workload: part.name, port: portOf(part, settings) }));
  const asked = resolver(settings, platform);
  const further = EXPORTERS.map((part) => furtherJobs(part, context));
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
      ...own.flatMap((part) => stackProbe(part, platform)),
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
  return {
    jobs: [
      ...services,
      ...own.map((part) => stackJob(part, platform, replicas, portOf(part, settings))),
      ...further.flatMap(({ jobs }) => jobs),
    ],
    probes,
    scraped: [
      ...settings.services.flatMap(
        ({ name, addresses }) =>
          found.get(name)?.connections ?? addresses.map((address) => places.connection(address)),
      ),
      ...ownPorts,
      ...further.flatMap(({ connections = [] }) => connections),
      ...configuredAddresses(settings.prometheus).map((address) => places.connection(address)),
      ...(findsTargets(settings.prometheus) ? ANYWHERE : []),
    ],
    probed: [
      ...settings.services.flatMap(({ addresses }) => addresses.map((address) => places.connection(address))),
      ...ownPorts,
      ...probes.tcp.map(({ instance }) => places.connection(instance)),
      ...(asked?.connections ?? []),
    ],
    dnsName: asked?.name,
    permissions: [
      ...further.flatMap(({ permissions = [] }) => permissions),
      ...foundPermissions(settings.services),
    ],
  };
}

/** Settings and addresses, as the parts take them. */
export function partContext(settings: Settings, platform: Addressing): PartContext<Settings> {
  const places = new Places(settings, platform);
  return {
    settings,
    platform,
    dial: (address) => places.dial(address),
    connection: (address) => places.connection(address),
  };
}

function dependencyAddresses(settings: Settings, name: 'redis' | 'kafka'): readonly string[] {
  const { address } = settings[name];
  if (address === undefined) return [];
  return name === 'redis' ? [address, ...settings.redis.further] : [address];
}

export interface Replicas {
  readonly prometheus: number;
  readonly alertmanager: number;
}

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

function stackJob(part: AnyPart, platform: Addressing, replicas: Replicas, port: number): ScrapeJob {
  const { name } = part;
  const scrape = 'scrape' in part ? part.scrape : {};
  const names = 'perNode' in part && part.perNode === true ? platform.perNode?.(name) : undefined;
  if (names !== undefined) return { job: name, ...scrape, targets: [], discovered: { names, port } };
  const copies = name === 'prometheus' || name === 'alertmanager' ? replicas[name] : 1;
  const logical = `${name}:${port}`;
  return {
    job: name,
    ...scrape,
    targets:
      copies === 1
        ? [{ address: platform.address(name, port), instance: logical }]
        : platform
            .addresses(name, port, copies)
            .map((address, index) => ({ address, instance: `${name}-${index}:${port}` })),
  };
}

function stackProbe({ name, port, probed }: AnyPart, platform: Addressing): readonly Probe[] {
  if (probed === undefined) return [];
  return [
    {
      service: name,
      target: `http://${platform.address(name, port)}${probed}`,
      instance: `${name}:${port}`,
    },
  ];
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
