import { isIP } from 'node:net';
import type { ContainerArgs } from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import { filesFingerprint } from '../fingerprint.ts';
import { sized } from '../sizes.ts';
import type { Workload } from '../workload.ts';
import { CONFINEMENT, LOGGING } from './confinement.ts';
import { HEALTH_FOLDER, healthcheck, waitSeconds } from './health.ts';
import { DATA, filesLabel, labels, owned, volumeName } from './names.ts';
import { hostEntries, MACHINE, machinePort } from './network.ts';
import type { Settings } from './options.ts';

/** What a container refers to: names on the engine, known only once the resources exist. */
export interface References {
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  /** Volume with the helper that asks for health. */
  readonly health: pulumi.Input<string>;
  /** A volume by its resource name. */
  volume(name: string): pulumi.Input<string>;
}

export type Mount = NonNullable<pulumi.Unwrap<ContainerArgs['mounts']>>[number];

const DEFAULT_STOP = { signal: 'SIGTERM', graceSeconds: 30 } as const;
const CPU_PERIOD_MICROSECONDS = 100_000;
/** Ten times what it is guaranteed, and a core at least: a runaway ends there, and no scrape is ever delayed. */
const CPU_BURST = 10;
/** The engine adds the label by itself to what sees the machine's processes: undeclared, it would be a difference. */
const MACHINE_PROCESSES = { pidMode: 'host', securityOpts: [...CONFINEMENT.securityOpts, 'label=disable'] };
/** Memory that a folder of scratch may take. */
const SCRATCH_SIZE = '64m';

/** The container that carries out a workload. */
export function containerArgs(workload: Workload, settings: Settings, refer: References): ContainerArgs {
  const { name, user, stop = DEFAULT_STOP, readOnlyRoot = true } = workload;
  const [entry, ...before] = workload.program.command ?? [];
  const fingerprint = filesFingerprint(workload, (onChange) => onChange === 'restart');
  return {
    name: owned(settings, name),
    image: refer.image,
    ...(entry === undefined ? {} : { entrypoints: [entry] }),
    command: [...before, ...workload.args],
    envs: Object.entries(workload.env ?? {}).map(([key, value]) => `${key}=${value}`),
    user: `${user}:${user}`,
    ...CONFINEMENT,
    capabilities: { drops: ['ALL'] },
    readOnly: readOnlyRoot,
    ...resources(workload, settings),
    ...networking(workload, settings, refer),
    mounts: mounts(workload, settings, refer),
    ...scratchFolders(workload),
    ...(workload.host?.pid === true ? MACHINE_PROCESSES : {}),
    restart: 'unless-stopped',
    stopSignal: stop.signal,
    stopTimeout: stop.graceSeconds,
    // Without it the provider kills: no last flush, and a write-ahead log to replay.
    destroyGraceSeconds: stop.graceSeconds,
    healthcheck: healthcheck(workload, settings),
    wait: true,
    waitTimeout: waitSeconds(workload),
    ...LOGGING,
    labels: [...labels(settings, name), ...(fingerprint === undefined ? [] : [filesLabel(fingerprint)])],
  };
}

/** Whole numbers, as the provider reads them back: its own `cpus` is a text, and it has no request of CPU. */
function resources({ name, resources: own }: Workload, { resources: sizes }: Settings) {
  const wanted = sized(own, sizes[name] ?? sizes.all);
  const { cpuMillis, memoryMebibytes, memoryLimitMebibytes = 2 * memoryMebibytes } = wanted;
  const { cpuLimitMillis = Math.max(1000, CPU_BURST * cpuMillis) } = wanted;
  return {
    memory: memoryLimitMebibytes,
    memoryReservation: memoryMebibytes,
    // The same as the limit: no swap, in which a scrape would time out.
    memorySwap: memoryLimitMebibytes,
    // 1024 shares are a core's worth, and 2 the kernel's least.
    cpuShares: Math.max(2, Math.round((cpuMillis * 1024) / 1000)),
    cpuPeriod: CPU_PERIOD_MICROSECONDS,
    // A millisecond is the kernel's least.
    cpuQuota: Math.max(1000, cpuLimitMillis * (CPU_PERIOD_MICROSECONDS / 1000)),
  };
}

function networking(workload: Workload, settings: Settings, refer: References) {
  const { name } = workload;
  if (workload.host?.network === true) return { networkMode: 'host' };
  const joins = (workload.connectsTo ?? []).some(
    (to) => 'outside' in to && isContainerName(to.outside, settings.networks),
  );
  const hosts = hostEntries(workload, settings);
  return {
    hostname: name,
    networkMode: 'bridge',
    networksAdvanced: [
      { name: refer.network, aliases: [name] },
      ...(joins ? settings.networks.map((network) => ({ name: network })) : []),
    ],
    ...(hosts.length === 0 ? {} : { hosts }),
    ports: workload.ports
      .filter(({ published }) => published === true)
      .map(({ port, protocol = 'tcp' }) => ({
        internal: port,
        external: machinePort(settings, name, port),
        ip: settings.publishAddress,
        protocol,
      })),
  };
}

/**
 * Whether a host may be a container of an existing network: its name, its name with that of the network, or whatever
 * discovery finds. Addresses, the machine itself and names of the internet need no network of others.
 */
function isContainerName(host: string, networks: readonly string[]): boolean {
  if (isIP(host) !== 0 || host === MACHINE || host === 'localhost') return false;
  // A swarm has the addresses of a service's tasks under a name of two parts.
  return (
    !host.replace(/^tasks\./, '').includes('.') || networks.some((network) => host.endsWith(`.${network}`))
  );
}

/** Owned by the process: after a restart runc 1.1 takes the mode of the folder below, which only root may write. */
function scratchFolders({ scratch = [], user }: Workload) {
  if (scratch.length === 0) return {};
  const options = `rw,noexec,nosuid,nodev,size=${SCRATCH_SIZE},mode=0700,uid=${user},gid=${user}`;
  return { tmpfs: Object.fromEntries(scratch.map((target) => [target, options])) };
}

function mounts(workload: Workload, settings: Settings, refer: References): Mount[] {
  const { name, directories = [], data, host } = workload;
  const volume = (source: pulumi.Input<string>, target: string, readOnly: boolean): Mount => ({
    type: 'volume',
    source: source as string,
    target,
    readOnly,
  });
  return [
    volume(refer.health, HEALTH_FOLDER, true),
    ...directories.map((directory) =>
      volume(refer.volume(volumeName(name, directory.name)), directory.mount, true),
    ),
    ...(data === undefined ? [] : [volume(refer.volume(volumeName(name, DATA)), data.mount, false)]),
    ...(host?.paths ?? []).map(({ path, mount }) => ({
      type: 'bind',
      source: path,
      target: mount,
      readOnly: true,
      // File systems that the machine mounts later are seen too.
      bindOptions: { propagation: settings.hostMounts },
    })),
  ];
}
