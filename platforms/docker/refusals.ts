import { posix } from 'node:path';
import type { Workload } from '../workload.ts';
import { HEALTH_FOLDER } from './health.ts';
import { isPinned } from './images.ts';
import { DATA } from './names.ts';
import { machinePort } from './network.ts';
import type { Settings } from './options.ts';

const DNS_LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Why this workload cannot be a container; each reason names it and what is allowed. Empty where it can. */
export function refusals(workload: Workload, settings: Settings): string[] {
  return [
    ...programRefusals(workload),
    ...portRefusals(workload, settings),
    ...hostRefusals(workload, settings),
    ...folderRefusals(workload),
    ...fileRefusals(workload),
    ...featureRefusals(workload),
  ].map((reason) => `${workload.name} cannot run on Docker: ${reason}`);
}

function programRefusals({ name, program, args, user, resources }: Workload): string[] {
  const { memoryMebibytes, memoryLimitMebibytes = memoryMebibytes } = resources;
  return [
    ...when(
      !DNS_LABEL.test(name),
      `its name is no DNS label: allowed are 63 lower-case letters, digits and '-'`,
    ),
    ...when(
      !isPinned(program.image),
      `its image is '${program.image}'; a full name with a pinned tag is needed, such as docker.io/prom/prometheus:v3.15.0`,
    ),
    ...when(
      !Number.isInteger(user) || user < 1,
      `its user is ${user}; containers run as a numbered user from 1, never as root`,
    ),
    ...when(
      [...(program.command ?? []), ...args].includes(''),
      'it has an empty argument, which the Docker provider refuses',
    ),
    ...when(
      memoryLimitMebibytes < memoryMebibytes,
      `its memory is limited to ${memoryLimitMebibytes} MiB, less than the ${memoryMebibytes} MiB that are guaranteed`,
    ),
  ];
}

function portRefusals(workload: Workload, settings: Settings): string[] {
  const { name, ports, health, directories = [] } = workload;
  const names = ports.map((port) => port.name);
  const probed = 'http' in health ? health.http.port : health.tcp.port;
  const published = ports
    .filter((port) => port.published === true)
    .map((port) => `${machinePort(settings, name, port.port)}/${port.protocol ?? 'tcp'}`);
  const numbers = [...ports.map(({ port }) => port), ...published.map((port) => Number.parseInt(port, 10))];
  return [
    ...repeated(names).map((port) => `two ports are called "${port}"; each needs a name of its own`),
    ...repeated(published).map((port) => `two ports are ${port} on the machine. Change ports.${name}`),
    ...[...new Set(numbers)]
      .filter((port) => !Number.isInteger(port) || port < 1 || port > 65_535)
      .map((port) => `a port is ${port}; 1 to 65535 is allowed. Change ports.${name}`),
    ...when(
      !names.includes(probed),
      `its health check asks the port "${probed}"; its ports are ${names.join(', ') || 'none'}`,
    ),
    ...when(
      ports.length === 0 && directories.some(({ onChange }) => typeof onChange === 'object'),
      'a directory is reloaded by URL, but there is no port to ask',
    ),
  ];
}

function hostRefusals({ name, host, ports }: Workload, settings: Settings): string[] {
  const listed = settings.onHostNetwork.includes(name);
  const uses = host?.network === true;
  return [
    ...when(
      uses && !listed,
      "it uses the machine's network, and has to be named in the option onHostNetwork: its address depends on it",
    ),
    ...when(
      !uses && listed,
      "it is named in the option onHostNetwork, but does not use the machine's network",
    ),
    ...when(
      uses && ports.some(({ published }) => published === true),
      "it uses the machine's network, where no port can be published",
    ),
  ];
}

function folderRefusals({ directories = [], data, scratch = [], host }: Workload): string[] {
  const readOnly = directories.map(({ mount }) => mount);
  const all = [
    ...readOnly,
    ...(data === undefined ? [] : [data.mount]),
    ...scratch,
    ...(host?.paths ?? []).map(({ mount }) => mount),
  ];
  const names = directories.map(({ name }) => name);
  return [
    ...repeated(names).map((twice) => `two directories are called "${twice}"`),
    ...names
      .filter((directory) => !DNS_LABEL.test(directory) || directory === DATA)
      .map(
        (directory) => `the directory "${directory}" needs another name: a DNS label other than "${DATA}"`,
      ),
    ...repeated(all).map((mount) => `two folders are mounted at ${mount}`),
    ...all
      .filter(
        (mount) => !posix.isAbsolute(mount) || posix.normalize(mount) !== mount || /^\/$|\/$/.test(mount),
      )
      .map((mount) => `the mount "${mount}" is no plain absolute path such as /etc/prometheus`),
    ...all
      .filter((mount) => mount === HEALTH_FOLDER || mount.startsWith(`${HEALTH_FOLDER}/`))
      .map((mount) => `the mount "${mount}" lies in ${HEALTH_FOLDER}, which the platform keeps for itself`),
    ...all.flatMap((mount) =>
      readOnly
        .filter((outer) => mount.startsWith(`${outer}/`))
        .map(
          (outer) => `the mount "${mount}" lies in "${outer}", which is read-only; mount them side by side`,
        ),
    ),
  ];
}

function fileRefusals({ directories = [] }: Workload): string[] {
  return directories.flatMap(({ name, files }) =>
    Object.entries(files).flatMap(([path, content]) => [
      ...when(
        path === '' || path !== posix.normalize(path) || /^\/|^\.\.(\/|$)|\/$|\p{Cc}/u.test(path),
        `the file "${path}" of the directory "${name}" is no plain path below its mount`,
      ),
      ...when(
        content === '',
        `the file "${path}" of the directory "${name}" is empty, which the Docker provider refuses; leave it out, or give it a comment`,
      ),
    ]),
  );
}

function featureRefusals({ sidecars = [], permissions = [] }: Workload): string[] {
  return [
    ...sidecars.map((sidecar) => `it has the sidecar "${sidecar.name}"; run that as a workload of its own`),
    ...when(
      permissions.length > 0,
      'it asks for permissions of an API, and there is none that a container could be let read in part',
    ),
  ];
}

function when(condition: boolean, reason: string): string[] {
  return condition ? [reason] : [];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
