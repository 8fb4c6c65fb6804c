import { spawn } from 'node:child_process';
import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Opening, Place } from '../../../platforms/kubernetes/openings.ts';
import type { Workload } from '../../../platforms/workload.ts';
import type { Cluster } from '../../cluster/cluster.ts';

/** Long enough for an answer on a busy machine; what is dropped takes it whole. */
const TIMEOUT_MS = 1000;
/** The throwaway cluster has them on its node. It has no IPv6. */
const METADATA = ['169.254.169.254', '169.254.170.2', '100.100.100.200'];
/** What listens on machines, and ports at which nothing does. */
const PORTS = [1, 22, 53, 80, 443, 2379, 6443, 8443, 10_250, 10_256, 65_535];
const NAME = 'app.kubernetes.io/name';
const INSTANCE = 'app.kubernetes.io/instance';

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers: readonly { readonly ports?: readonly { readonly containerPort: number }[] }[];
  };
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly {
      readonly containerID?: string;
      readonly state: { readonly running?: object };
    }[];
  };
}

/** Somebody with an address: a pod, a machine, or a cloud's metadata. */
export interface Somebody {
  readonly name: string;
  readonly address: string;
  readonly namespace?: string;
  /** That of the stack which its policies know it as. */
  readonly workload?: string;
  /** Id of a container that runs, of a pod with a network of its own. */
  readonly container?: string;
}

/** A connection, as `prometheus-0 > redis-0 (10.243.0.7) 6379`. */
type Connection = string;

/** Everybody whom a pod could connect to, and every port that is worth a try. */
export function everybody(cluster: Cluster, namespace: string): { all: Somebody[]; ports: number[] } {
  const list = <T>(kind: string) =>
    (JSON.parse(cluster.kubectl(['get', kind, '--all-namespaces', '--output=json'])) as { items: T[] }).items;
  const pods = list<Pod>('pods').filter(
    ({ spec, status }) => spec.hostNetwork !== true && status.podIP !== undefined,
  );
  const nodes = list<{ status: { addresses: { type: string; address: string }[] } }>('nodes').flatMap(
    ({ status }) => status.addresses.filter(({ type }) => type === 'InternalIP'),
  );
  const known = nodes.map(({ address }) => address);
  const beside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ address }) => known.some((node) => node !== address && sameNetwork(node, address)));
  return {
    all: [
      ...pods.map(({ metadata, status }) => ({
        name: metadata.name,
        address: status.podIP ?? '',
        namespace: metadata.namespace,
        ...(metadata.namespace === namespace &&
          metadata.labels?.[INSTANCE] === namespace && { workload: metadata.labels[NAME] ?? '' }),
        container:
          status.containerStatuses?.find(({ state }) => state.running !== undefined)?.containerID ?? '',
      })),
      ...known.map((address) => ({ name: 'node', address })),
      ...beside.map(({ address }) => ({ name: 'machine outside the cluster', address })),
      ...METADATA.map((address) => ({ name: 'metadata', address })),
    ],
    ports: [
      ...new Set([
        ...PORTS,
        ...pods.flatMap(({ spec }) =>
          spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
        ),
      ]),
    ],
  };
}

/** What the openings let through from somebody to everybody else. */
export function declared(
  openings: readonly Opening[],
  workloads: readonly Workload[],
  from: Somebody,
  all: readonly Somebody[],
  ports: readonly number[],
): Connection[] {
  const of = (workload: string | undefined, direction: Opening['direction']) =>
    openings.filter(
      (opening) =>
        opening.direction === direction && (opening.workload === undefined || opening.workload === workload),
    );
  const goesOut = (to: Somebody, port: number) =>
    from.workload === undefined || of(from.workload, 'to').some((opening) => covers(opening, to, port));
  /** A pod of the stack lets in what says that it connects to it, at each of its ports, and whom it names. */
  const comesIn = (to: Somebody, port: number) => {
    if (to.workload === undefined) return true;
    const said = of(from.workload, 'to').some(({ places }) =>
      places.some((place) => 'workload' in place && place.workload === to.workload),
    );
    const listens = workloads
      .find(({ name }) => name === to.workload)
      ?.ports.some((each) => each.port === port && each.protocol !== 'udp');
    return (
      (from.workload !== undefined && said && listens === true) ||
      of(to.workload, 'from').some((opening) => opening.workload !== undefined && covers(opening, from, port))
    );
  };
  return all.flatMap((to) =>
    to === from
      ? []
      : ports
          .filter((port) => goesOut(to, port) && comesIn(to, port))
          .map((port) => connection(from, to, port)),
  );
}

/** What a probe in the network of somebody's pod reaches. */
export async function reached(
  cluster: Cluster,
  from: Somebody,
  all: readonly Somebody[],
  ports: readonly number[],
): Promise<Connection[]> {
  const [command = '', ...before] = cluster.enter(from.container ?? '') ?? [];
  const program = join(import.meta.dirname, 'connects.ts');
  const probe = spawn(command, [...before, process.execPath, program, String(TIMEOUT_MS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const others = all.filter((to) => to !== from);
  probe.stdin.end(JSON.stringify(others.flatMap(({ address }) => ports.map((port) => [address, port]))));
  const answered = JSON.parse(await text(probe.stdout)) as [string, number][];
  return answered.flatMap(([address, port]) => {
    const to = others.find((each) => each.address === address);
    return to === undefined ? [] : [connection(from, to, port)];
  });
}

function connection(from: Somebody, to: Somebody, port: number): Connection {
  return `${from.name} > ${to.name} (${to.address}) ${port}`;
}

function covers({ places, ports }: Opening, somebody: Somebody, port: number): boolean {
  return (
    (ports === undefined || ports.some((each) => each.port === port && each.protocol === 'TCP')) &&
    places.some((place) => isAt(place, somebody))
  );
}

function isAt(place: Place, { workload, namespace, address }: Somebody): boolean {
  if ('workload' in place) return place.workload === workload;
  if ('cidr' in place)
    return within(place.cidr, address) && !place.except.some((each) => within(each, address));
  return namespace !== undefined && (place.namespace === undefined || place.namespace === namespace);
}

function within(cidr: string, address: string): boolean {
  const [base = '', bits = ''] = cidr.split('/');
  const family = isIPv4(base) ? 'ipv4' : 'ipv6';
  if (isIPv4(address) !== isIPv4(base)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
}

/** Whether two IPv4 addresses have the first three numbers in common. */
function sameNetwork(one: string, other: string): boolean {
  const network = (address: string) => address.split('.').slice(0, 3).join('.');
  return isIPv4(one) && isIPv4(other) && network(one) === network(other);
}
