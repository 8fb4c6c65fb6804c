import { createHash } from 'node:crypto';
import { BlockList, isIPv4 } from 'node:net';
import type * as pulumi from '@pulumi/pulumi';
import type { Sizing } from '../sizes.ts';
import type { Transform } from '../workload.ts';

/** Where and how the stack stands on a Docker engine. Every option but the stack's name has a default. */
export interface DockerOptions {
  /** Name of the stack: everything it owns on the engine is called `monitoring-<stack>…`. */
  readonly stack: string;
  /** Address of the engine, such as `ssh://user@host`. Default: `DOCKER_HOST`, then the machine's own. */
  readonly host?: pulumi.Input<string>;
  /** Address of the machine on which ports are published. Default: `127.0.0.1`, this machine alone. */
  readonly publishAddress?: string;
  /** Port of the machine for a workload's main port. Its other ports move by the same distance. Default: none. */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * The main logical port of workloads that `ports` moves and that have more than one, by name.
   * Default: every port of such a workload is taken for its main one.
   */
  readonly mainPorts?: Readonly<Record<string, number>>;
  /**
   * The stack's own network, an IPv4 subnet of 24 to 28 bits. Default: `10.213.<n>.0/24`, where n comes from the
   * stack's name: outside the ranges that Docker gives out, and different for most pairs of stacks.
   */
  readonly subnet?: string;
  /**
   * Workloads that use the machine's network. They listen on the stack's gateway address, where the stack's
   * containers reach them and other machines do not. Default: none.
   */
  readonly onHostNetwork?: readonly string[];
  /**
   * Existing networks, such as `shop_default` of a compose file, that workloads join that
   * connect to a name which a container may have: services there are reached by their names. Default: none. A service of the machine itself is reached
   * as `host.docker.internal`, without this.
   */
  readonly networks?: readonly string[];
  /**
   * How mounts of the machine reach containers that see its folders: `rslave` shows file systems that are mounted later
   * too, and fails where the engine runs in a machine of its own (Docker Desktop, WSL). Default: `rslave`.
   */
  readonly hostMounts?: HostMounts;
  /** CPU and memory by workload; `all` is for every one that is not named itself. Default: as each workload says. */
  readonly resources?: Readonly<Record<string, Sizing>>;
  /** Registry that mirrors `docker.io` and the others, with an optional path, for closed networks. Default: none. */
  readonly imageRegistry?: string;
  /** Credentials by registry. Default: what the provider finds in Docker's own configuration. */
  readonly registryAuth?: readonly RegistryAuth[];
  /** Digest (`sha256:…`) by full image name: what `make pin-images` found. Default: the tags alone. */
  readonly digests?: Readonly<Record<string, string>>;
  /**
   * Whether volumes with data stay when the stack is destroyed. `purge` removes them then. Default: true.
   */
  readonly retain?: boolean;
  /** Changes the arguments and options of what all workloads share. Default: they stay as declared. */
  readonly transform?: Transform;
  /** Before the engine's name of every resource, so that one program has several stacks. Default: nothing. */
  readonly resourcePrefix?: string;
  /** Provider of every object. Default: one for `host` and `registryAuth`. */
  readonly provider?: pulumi.ProviderResource;
  /** Parent of what all workloads share. Default: the stack. */
  readonly parent?: pulumi.Resource;
}

export type HostMounts = 'rslave' | 'rprivate';

export interface RegistryAuth {
  readonly address: string;
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
}

/** Options with their defaults, as the builders take them. */
export interface Settings {
  /** What every name on the engine starts with. */
  readonly prefix: string;
  readonly publishAddress: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly mainPorts: Readonly<Record<string, number>>;
  readonly subnet: string;
  /** The machine's address in the stack's network. */
  readonly gateway: string;
  readonly onHostNetwork: readonly string[];
  readonly networks: readonly string[];
  readonly hostMounts: HostMounts;
  readonly resources: Readonly<Record<string, Sizing>>;
  readonly imageRegistry: string | undefined;
  readonly digests: Readonly<Record<string, string>>;
  readonly retain: boolean;
}

/** Puts the defaults in. Throws where an option cannot be, and names it. */
export function resolveOptions(options: DockerOptions): Settings {
  const { stack, publishAddress = '127.0.0.1', subnet = defaultSubnet(stack) } = options;
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(stack)) {
    throw new Error(
      `The stack is called '${stack}': on Docker allowed are 1 to 40 lower-case letters, digits and '-', starting and ending with a letter or digit`,
    );
  }
  if (!isIPv4(publishAddress)) {
    throw new Error(
      `docker.publishAddress is '${publishAddress}': allowed is an IPv4 address of this machine, or 0.0.0.0 for all of them`,
    );
  }
  for (const [image, digest] of Object.entries(options.digests ?? {})) {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw new Error(
        `the digest of ${image} is '${digest}': allowed is sha256: and 64 hexadecimal digits; write them again with make pin-images`,
      );
    }
  }
  return {
    prefix: `monitoring-${stack}`,
    publishAddress,
    ports: options.ports ?? {},
    mainPorts: options.mainPorts ?? {},
    subnet,
    gateway: gatewayOf(subnet),
    onHostNetwork: options.onHostNetwork ?? [],
    networks: options.networks ?? [],
    hostMounts: options.hostMounts ?? 'rslave',
    resources: options.resources ?? {},
    imageRegistry: options.imageRegistry?.replace(/\/+$/, ''),
    digests: options.digests ?? {},
    retain: options.retain ?? true,
  };
}

function defaultSubnet(stack: string): string {
  return `10.213.${createHash('sha256').update(stack).digest()[0]}.0/24`;
}

/** The first address of the subnet. */
function gatewayOf(subnet: string): string {
  const [address = '', bits = ''] = subnet.split('/');
  const parts = address.split('.').map(Number);
  const size = Number(bits);
  const aligned = (parts[3] ?? 0) % 2 ** (32 - size) === 0;
  if (!isIPv4(address) || !/^2[4-8]$/.test(bits) || !aligned || !isPrivate(address)) {
    throw new Error(
      `docker.subnet is '${subnet}': allowed is a private IPv4 subnet of 24 to 28 bits, such as 10.213.7.0/24`,
    );
  }
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join('.');
}

function isPrivate(address: string): boolean {
  // RFC 1918.
  const ranges = new BlockList();
  ranges.addSubnet('10.0.0.0', 8);
  ranges.addSubnet('172.16.0.0', 12);
  ranges.addSubnet('192.168.0.0', 16);
  return ranges.check(address);
}
