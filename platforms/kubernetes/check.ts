import { posix } from 'node:path';
import type { Workload } from '../workload.ts';
import { isMetadata } from './addresses.ts';
import { fileRefusals } from './files.ts';
import { DATA_VOLUME } from './pod.ts';

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** Pods of a StatefulSet carry its name and a hash of eleven characters in a label of at most 63. */
const MAX_NAME = 52;

/** Registry with a dot or a port, repository, tag, and a digest where images are pinned. */
const IMAGE = /^([a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?|[a-z0-9-]+:\d+)\/[^\s:@]+:[\w.-]+(@sha256:[0-9a-f]{64})?$/;

/** Why this platform cannot carry out a workload: empty where it can. */
export function refusals(workload: Workload): string[] {
  const { name } = workload;
  const found: string[] = [];
  const refuse = (condition: boolean, message: string) => {
    if (condition) found.push(`${name}: ${message}`);
  };

  refuse(
    !DNS_LABEL.test(name) || name.length > MAX_NAME,
    `the name is not a DNS label: allowed are at most ${MAX_NAME} lower-case letters, digits and '-'`,
  );
  refuse(
    !Number.isInteger(workload.user) || workload.user < 1,
    `user is ${workload.user}: containers run as a numbered user from 1, never as root`,
  );
  for (const { image } of [
    workload.program,
    ...(workload.sidecars ?? []).map((sidecar) => sidecar.program),
  ]) {
    refuse(
      !IMAGE.test(image) || image.endsWith(':latest'),
      `image is '${image}': a full name with a pinned tag is needed, such as docker.io/prom/prometheus:v3.15.0`,
    );
  }

  const replicas = workload.replicas ?? 1;
  refuse(
    !Number.isInteger(replicas) || replicas < 1,
    `replicas is ${replicas}: allowed are whole numbers from 1`,
  );
  refuse(
    workload.perNode === true && replicas > 1,
    `replicas is ${replicas}, but one copy runs on each node`,
  );
  refuse(
    workload.perNode === true && workload.data !== undefined,
    'data is kept in a volume claim, which copies on every node cannot share',
  );
  refuse(
    workload.host !== undefined && (workload.data !== undefined || replicas > 1),
    'host access goes with neither data nor replicas',
  );
  refuse(
    (workload.stop?.signal ?? 'SIGTERM') !== 'SIGTERM',
    `stop.signal is ${workload.stop?.signal}: Kubernetes sends SIGTERM, unless the image itself says otherwise`,
  );

  const portNames = workload.ports.map((port) => port.name);
  for (const port of workload.ports) {
    refuse(
      !/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(port.name) || !/[a-z]/.test(port.name),
      `port '${port.name}': allowed are at most 15 lower-case letters, digits and '-', one letter at least`,
    );
    refuse(
      !Number.isInteger(port.port) || port.port < 1 || port.port > 65_535,
      `port '${port.name}' is ${port.port}`,
    );
  }
  for (const twice of repeated(portNames)) refuse(true, `two ports are named '${twice}'`);
  const probed = 'http' in workload.health ? workload.health.http.port : workload.health.tcp.port;
  refuse(
    !portNames.includes(probed),
    `health names port '${probed}': there are ${portNames.join(', ') || 'none'}`,
  );

  const { memoryMebibytes, memoryLimitMebibytes = memoryMebibytes } = workload.resources;
  refuse(
    memoryLimitMebibytes < memoryMebibytes,
    `memory is limited to ${memoryLimitMebibytes} MiB, less than the ${memoryMebibytes} MiB that are guaranteed`,
  );
  refuse(
    workload.data !== undefined && !(workload.data.gibibytes > 0),
    `data.gibibytes is ${workload.data?.gibibytes}: a volume has a size`,
  );
  for (const to of workload.connectsTo ?? []) {
    refuse(
      'outside' in to && isMetadata(to.outside),
      `connects to ${'outside' in to ? to.outside : ''}, where a cloud gives out a machine's credentials: no workload may`,
    );
  }
  found.push(...mountRefusals(workload), ...fileRefusals(workload));
  return found;
}

/** A folder mounted inside a read-only one has no place to be mounted at. */
function mountRefusals(workload: Workload): string[] {
  const { name } = workload;
  const directories = workload.directories ?? [];
  const names = directories.map((directory) => directory.name);
  const readOnly = directories.map((directory) => directory.mount);
  const all = [
    ...readOnly,
    ...(workload.data === undefined ? [] : [workload.data.mount]),
    ...(workload.scratch ?? []),
    ...(workload.host?.paths ?? []).map((path) => path.mount),
  ];
  return [
    ...repeated(all).map((mount) => `${name}: '${mount}' is mounted twice`),
    ...repeated(names).map((twice) => `${name}: two directories are named '${twice}'`),
    ...names
      .filter((directory) => !DNS_LABEL.test(directory) || directory === DATA_VOLUME)
      .map(
        (directory) =>
          `${name}: directory '${directory}': allowed are DNS labels other than '${DATA_VOLUME}'`,
      ),
    ...all
      .filter((mount) => !posix.isAbsolute(mount) || posix.normalize(mount) !== mount || mount === '/')
      .map((mount) => `${name}: mount '${mount}' is not an absolute, plain path`),
    ...all.flatMap((mount) =>
      readOnly
        .filter((outer) => mount !== outer && mount.startsWith(`${outer}/`))
        .map(
          (outer) => `${name}: '${mount}' lies in '${outer}', which is read-only: mount them side by side`,
        ),
    ),
  ];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
