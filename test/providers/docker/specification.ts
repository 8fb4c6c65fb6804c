import type Docker from 'dockerode';
import type { Properties } from '../serve.ts';
import { labelMap } from './kind.ts';

export const MEBIBYTE = 1024 * 1024;
const NANOSECONDS = 1_000_000_000;

export interface NetworkInput {
  readonly name: string;
  readonly aliases?: readonly string[];
}
export interface UploadInput {
  readonly file: string;
  readonly content?: string;
  readonly permissions?: string;
}
interface Inputs {
  readonly name: string;
  readonly image: string;
  readonly entrypoints?: string[];
  readonly command?: string[];
  readonly envs?: string[];
  readonly user?: string;
  readonly hostname?: string;
  readonly capabilities?: { readonly adds?: string[]; readonly drops?: string[] };
  readonly securityOpts?: string[];
  readonly privileged?: boolean;
  readonly readOnly?: boolean;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly memorySwap?: number;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly networkMode?: string;
  readonly hosts?: { readonly host: string; readonly ip: string }[];
  readonly ports?: {
    readonly internal: number;
    readonly external: number;
    readonly ip: string;
    readonly protocol: string;
  }[];
  readonly mounts?: MountInput[];
  readonly tmpfs?: Record<string, string>;
  readonly pidMode?: string;
  readonly restart?: string;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly healthcheck?: {
    readonly tests: string[];
    readonly interval: string;
    readonly timeout: string;
    readonly startPeriod: string;
    readonly retries: number;
  };
  readonly logDriver?: string;
  readonly logOpts?: Record<string, string>;
  readonly labels?: unknown;
}
interface MountInput {
  readonly type: Docker.MountType;
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
  readonly volumeOptions?: { readonly noCopy?: boolean };
  readonly bindOptions?: { readonly propagation: Docker.MountPropagation };
}

/** The Engine API's form of a container's inputs. */
export function creation(properties: Properties): Docker.ContainerCreateOptions {
  const inputs = properties as unknown as Inputs;
  const { healthcheck, ports = [] } = inputs;
  return {
    name: inputs.name,
    Image: inputs.image,
    ...given('Entrypoint', inputs.entrypoints),
    ...given('Cmd', inputs.command),
    ...given('Env', inputs.envs),
    ...given('User', inputs.user),
    ...given('Hostname', inputs.hostname),
    ...given('StopSignal', inputs.stopSignal),
    ...given('StopTimeout', inputs.stopTimeout),
    Labels: labelMap(inputs.labels),
    ExposedPorts: Object.fromEntries(ports.map((port) => [`${port.internal}/${port.protocol}`, {}])),
    ...(healthcheck === undefined
      ? {}
      : {
          Healthcheck: {
            Test: healthcheck.tests,
            Interval: nanoseconds(healthcheck.interval),
            Timeout: nanoseconds(healthcheck.timeout),
            StartPeriod: nanoseconds(healthcheck.startPeriod),
            Retries: healthcheck.retries,
          },
        }),
    HostConfig: hostConfig(inputs),
  };
}

function hostConfig(inputs: Inputs): Docker.HostConfig {
  return {
    NetworkMode: inputs.networkMode ?? 'bridge',
    RestartPolicy: { Name: inputs.restart ?? 'no' },
    Privileged: inputs.privileged ?? false,
    ReadonlyRootfs: inputs.readOnly ?? false,
    Init: false,
    ...given('PidMode', inputs.pidMode),
    ...given('Tmpfs', inputs.tmpfs),
    ...given('CapAdd', inputs.capabilities?.adds),
    ...given('CapDrop', inputs.capabilities?.drops),
    ...given('SecurityOpt', inputs.securityOpts),
    ...given('CpuShares', inputs.cpuShares),
    ...given('CpuPeriod', inputs.cpuPeriod),
    ...given('CpuQuota', inputs.cpuQuota),
    Memory: (inputs.memory ?? 0) * MEBIBYTE,
    MemoryReservation: (inputs.memoryReservation ?? 0) * MEBIBYTE,
    MemorySwap: (inputs.memorySwap ?? 0) * MEBIBYTE,
    ExtraHosts: (inputs.hosts ?? []).map(({ host, ip }) => `${host}:${ip}`),
    LogConfig: { Type: inputs.logDriver ?? '', Config: inputs.logOpts ?? {} },
    PortBindings: Object.fromEntries(
      (inputs.ports ?? []).map(({ internal, external, ip, protocol }) => [
        `${internal}/${protocol}`,
        [{ HostIp: ip, HostPort: String(external) }],
      ]),
    ),
    Mounts: (inputs.mounts ?? []).map(mount),
  };
}

function mount(input: MountInput): Docker.MountSettings {
  const { volumeOptions, bindOptions } = input;
  return {
    Type: input.type,
    Source: input.source ?? '',
    Target: input.target,
    ReadOnly: input.readOnly ?? false,
    ...(volumeOptions === undefined
      ? {}
      : {
          VolumeOptions: {
            NoCopy: volumeOptions.noCopy ?? false,
            Labels: {},
            DriverConfig: { Name: '', Options: {} },
          },
        }),
    ...(bindOptions === undefined ? {} : { BindOptions: { Propagation: bindOptions.propagation } }),
  };
}

function nanoseconds(duration: string): number {
  const seconds = /^(\d+)s$/.exec(duration)?.[1];
  if (seconds === undefined) throw new Error(`the duration ${duration} is not carried out: only seconds are`);
  return Number(seconds) * NANOSECONDS;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
