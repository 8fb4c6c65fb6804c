import type { ContainerArgs } from '@pulumi/docker';
import type { ConfigDirectory, Transform, Workload } from '../workload.ts';
import { CONFINEMENT, LOGGING } from './confinement.ts';
import { containerArgs, type Mount } from './container.ts';
import { HELPER_IMAGE, imageReference } from './images.ts';
import { DATA, type Label, labels, owned, volumeName } from './names.ts';
import type { Settings } from './options.ts';
import { TYPES } from './types.ts';
import { dataVolume } from './volumes.ts';

/** A compose file before it is text. Keys are those of the Compose Specification. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

export type Profile = 'monitoring' | 'demo';

/** What a container of the provider says, as plain data. */
type Container = {
  readonly [K in keyof ContainerArgs]: unknown;
};

/** The one-shot service that all others wait for. */
const PREPARE = 'prepare';
const HEALTH = 'health';
const PREPARING = `cp /bin/busybox /health/.incoming
mv -f /health/.incoming /health/busybox
while [ "$#" -gt 0 ]; do
  [ "$(stat -c %u "$2")" = "$1" ] || chown -R "$1:$1" "$2"
  chmod 0750 "$2"
  shift 2
done`;

/**
 * What carries out the workloads without Pulumi: the same containers, with configuration from folders beside the file, and
 * secrets from files that whoever runs it writes.
 * @param profileOf which profile starts a workload.
 * @param transform changes containers. Default: they stay as declared.
 * @throws ComposeError where a transform sets what compose cannot say.
 */
export function composeFile(
  workloads: readonly Workload[],
  settings: Settings,
  profileOf: (workload: Workload) => Profile,
  transform?: Transform,
): ComposeFile {
  const secrets = Object.fromEntries(
    workloads.flatMap((workload) =>
      secretsOf(workload).map(({ key, path }) => [key, { file: `\${SECRETS_FOLDER:-./secrets}/${path}` }]),
    ),
  );
  const data = Object.assign({}, ...workloads.map((workload) => dataVolume(workload, settings))) as Record<
    string,
    { readonly name: string; readonly labels: readonly Label[] }
  >;
  return {
    name: settings.prefix,
    services: {
      [PREPARE]: prepare(workloads, settings),
      ...Object.fromEntries(
        workloads.map((workload) => [
          workload.name,
          service(workload, settings, profileOf(workload), transform),
        ]),
      ),
    },
    networks: {
      [settings.prefix]: {
        name: settings.prefix,
        driver: 'bridge',
        ipam: { config: [{ subnet: settings.subnet, gateway: settings.gateway }] },
        labels: record(labels(settings)),
      },
      ...Object.fromEntries(settings.networks.map((name) => [name, { name, external: true }])),
    },
    volumes: {
      [HEALTH]: { name: owned(settings, HEALTH), labels: record(labels(settings)) },
      ...Object.fromEntries(
        Object.entries(data).map(([key, { name, labels: own }]) => [key, { name, labels: record(own) }]),
      ),
    },
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  };
}

/** Files that are mounted from beside the compose file, by path from its folder. None of them is a secret. */
export function configFiles(workloads: readonly Workload[]): Record<string, string> {
  return Object.fromEntries(
    workloads.flatMap((workload) =>
      (workload.directories ?? [])
        .filter(({ secret }) => secret !== true)
        .flatMap(({ name, files }) =>
          Object.entries(files).map(([path, content]) => {
            if (typeof content !== 'string')
              throw new Error(`${workload.name}: ${name}/${path} is known to the engine alone`);
            return [`config/${workload.name}/${name}/${path}`, content];
          }),
        ),
    ),
  );
}

/** A file that must be there, and who reads it. */
export interface NeededFile {
  /** Path from the folder of the secrets. */
  readonly path: string;
  readonly workload: string;
  /** Numeric uid of the process. */
  readonly user: number;
}

/** The files of secrets that the services mount. */
export function neededFiles(workloads: readonly Workload[]): readonly NeededFile[] {
  return workloads.flatMap((workload) =>
    secretsOf(workload).map(({ path }) => ({ path, workload: workload.name, user: workload.user })),
  );
}

function secretsOf(workload: Workload) {
  return (workload.directories ?? [])
    .filter(({ secret }) => secret === true)
    .flatMap(({ name, mount, files }) =>
      Object.keys(files).map((file) => ({
        key: `${workload.name}-${name}-${file}`.replaceAll(/[^a-zA-Z0-9._-]/g, '-'),
        path: `${workload.name}/${name}/${file}`,
        target: `${mount}/${file}`,
      })),
    );
}

/** Nobody tells a program of changed files here: one that does not look for itself is replaced with them. */
function composed(workload: Workload): Workload {
  const directories = (workload.directories ?? []).map((directory): ConfigDirectory => {
    const files =
      directory.secret === true
        ? Object.fromEntries(Object.keys(directory.files).map((path) => [path, '']))
        : directory.files;
    return { ...directory, files, onChange: directory.onChange === 'watched' ? 'watched' : 'restart' };
  });
  return { ...workload, directories };
}

function service(
  workload: Workload,
  settings: Settings,
  profile: Profile,
  transform: Transform | undefined,
): object {
  const declared = containerArgs(composed(workload), settings, {
    image: imageReference(workload.program.image, settings),
    network: settings.prefix,
    health: HEALTH,
    volume: (name) => name,
  });
  const args = transformed(workload.name, declared, transform);
  const secrets = secretsOf(workload).map(({ key, target }) => ({ source: key, target }));
  return {
    ...escaped(serviceOf(args)),
    profiles: [profile],
    depends_on: { [PREPARE]: { condition: 'service_completed_successfully' } },
    volumes: (args.mounts as unknown as readonly Mount[]).flatMap((each) => volume(each, workload)),
    ...(secrets.length === 0 ? {} : { secrets }),
  };
}

/** The container as a transform changes it. */
function transformed(name: string, args: ContainerArgs, transform: Transform | undefined): ContainerArgs {
  const type = TYPES.Container;
  const props = args as unknown as Record<string, unknown>;
  return (transform?.({ type, name, props, opts: {} }).props ?? props) as unknown as ContainerArgs;
}

/** What a transform says of a container and a compose file cannot. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
}

/** Each argument of a container in compose's words. What only the provider does is left out. */
const WORDS: { readonly [K in keyof Required<ContainerArgs>]?: (value: never) => object } = {
  name: (value: string) => ({ container_name: value }),
  image: (value: string) => ({ image: value }),
  entrypoints: (value: string[]) => ({ entrypoint: value }),
  command: (value: string[]) => ({ command: value }),
  envs: (value: string[]) => (value.length === 0 ? {} : { environment: value }),
  user: (value: string) => ({ user: value }),
  securityOpts: (value: string[]) => ({ security_opt: value }),
  privileged: (value: boolean) => (value ? { privileged: true } : {}),
  capabilities: ({ drops = [], adds = [] }: { drops?: string[]; adds?: string[] }) => ({
    ...(drops.length === 0 ? {} : { cap_drop: drops }),
    ...(adds.length === 0 ? {} : { cap_add: adds }),
  }),
  readOnly: (value: boolean) => ({ read_only: value }),
  memory: (value: number) => ({ mem_limit: `${value}m` }),
  memoryReservation: (value: number) => ({ mem_reservation: `${value}m` }),
  memorySwap: (value: number) => ({ memswap_limit: `${value}m` }),
  cpuShares: (value: number) => ({ cpu_shares: value }),
  cpuPeriod: (value: number) => ({ cpu_period: value }),
  cpuQuota: (value: number) => ({ cpu_quota: value }),
  hostname: (value: string) => ({ hostname: value }),
  networkMode: (value: string) => (value === 'bridge' ? {} : { network_mode: value }),
  networksAdvanced: (value: { name: string; aliases?: string[] }[]) => ({
    networks: Object.fromEntries(
      value.map(({ name, aliases }) => [name, aliases === undefined ? {} : { aliases }]),
    ),
  }),
  hosts: (value: { host: string; ip: string }[]) => ({
    extra_hosts: value.map(({ host, ip }) => `${host}:${ip}`),
  }),
  ports: (value: { internal: number; external: number; ip: string; protocol: string }[]) =>
    value.length === 0
      ? {}
      : {
          ports: value.map(({ internal, external, ip, protocol }) => ({
            target: internal,
            published: String(external),
            host_ip: ip,
            protocol,
          })),
        },
  tmpfs: (value: Record<string, string>) => ({
    tmpfs: Object.entries(value).map(([target, options]) => `${target}:${options}`),
  }),
  pidMode: (value: string) => ({ pid: value }),
  restart: (value: string) => ({ restart: value }),
  stopSignal: (value: string) => ({ stop_signal: value }),
  stopTimeout: (value: number) => ({ stop_grace_period: `${value}s` }),
  healthcheck: (value: {
    tests: string[];
    interval: string;
    timeout: string;
    startPeriod: string;
    retries: number;
  }) => ({
    healthcheck: {
      test: value.tests,
      interval: value.interval,
      timeout: value.timeout,
      start_period: value.startPeriod,
      retries: value.retries,
    },
  }),
  ulimits: (value: { name: string; soft: number; hard: number }[]) => ({
    ulimits: Object.fromEntries(value.map(({ name, soft, hard }) => [name, { soft, hard }])),
  }),
  sysctls: (value: Record<string, string>) => ({ sysctls: value }),
  dns: (value: string[]) => ({ dns: value }),
  cpuSet: (value: string) => ({ cpuset: value }),
  logDriver: () => ({ logging: { driver: LOGGING.logDriver, options: LOGGING.logOpts } }),
  labels: (value: Label[]) => ({ labels: record(value) }),
};
/** Said elsewhere, or of no meaning without the provider: it waits for health and for the end of a container. */
const LEFT_OUT = ['mounts', 'logOpts', 'wait', 'waitTimeout', 'destroyGraceSeconds'];

function serviceOf(args: Container): object {
  return Object.assign(
    {},
    ...Object.entries(args)
      .filter(([key]) => !LEFT_OUT.includes(key))
      .map(([key, value]) => {
        const word = WORDS[key as keyof ContainerArgs];
        if (word === undefined)
          throw new ComposeError(
            `The transform sets “${key}” of the container ${args.name}, for which the compose file has no word: ` +
              'leave it out, or say it in a compose.override.yml beside the rendered file.',
          );
        return word(value as never);
      }),
  );
}

/** A volume of the engine, a folder beside the file, or one of the machine; secrets are mounted one by one. */
function volume({ type, source, target, readOnly }: Mount, { name, directories = [] }: Workload): object[] {
  if (type === 'bind') {
    const propagation = '${HOST_MOUNTS:-rslave}';
    return [{ type, source, target, read_only: readOnly, bind: { propagation } }];
  }
  const directory = directories.find((each) => volumeName(name, each.name) === source);
  if (directory === undefined)
    return [
      // The engine would give an empty volume what the image has at that place, and its owner.
      { type, source, target, read_only: readOnly, volume: { nocopy: true } },
    ];
  if (directory.secret === true) return [];
  const folder = `./config/${name}/${directory.name}`;
  return [{ type: 'bind', source: folder, target, read_only: true, bind: { create_host_path: false } }];
}

/** Gives volumes to their processes, and every container the program that asks for its health. */
function prepare(workloads: readonly Workload[], settings: Settings): object {
  const kept = workloads.filter(({ data }) => data !== undefined);
  const mount = (source: string, target: string) => ({
    type: 'volume',
    source,
    target,
    volume: { nocopy: true },
  });
  return {
    container_name: owned(settings, PREPARE),
    image: imageReference(HELPER_IMAGE, settings),
    entrypoint: ['/bin/busybox', 'sh'],
    command: escaped([
      '-euc',
      PREPARING,
      PREPARE,
      ...kept.flatMap(({ name, user }) => [String(user), `/data/${name}`]),
    ]),
    user: '0:0',
    security_opt: CONFINEMENT.securityOpts,
    cap_drop: ['ALL'],
    cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
    read_only: true,
    network_mode: 'none',
    mem_limit: '32m',
    memswap_limit: '32m',
    restart: 'no',
    profiles: ['monitoring', 'demo'],
    logging: { driver: LOGGING.logDriver, options: LOGGING.logOpts },
    labels: record(labels(settings)),
    volumes: [
      mount(HEALTH, '/health'),
      ...kept.map(({ name }) => mount(volumeName(name, DATA), `/data/${name}`)),
    ],
  };
}

/** Compose takes `$` for a variable of its own. */
function escaped<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$') as T;
  if (Array.isArray(value)) return value.map(escaped) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escaped(each)])) as T;
}

function record(
  all: readonly { readonly label: unknown; readonly value: unknown }[],
): Record<string, unknown> {
  return Object.fromEntries(all.map(({ label, value }) => [String(label), value]));
}
