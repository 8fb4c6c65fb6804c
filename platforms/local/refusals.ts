import { posix } from 'node:path';
import type { Workload } from '../workload.ts';
import { RESERVED_FOLDERS } from './paths.ts';
import type { Machine } from './plan.ts';

/** Why this workload cannot be a process of this machine; each reason names it and what is allowed. */
export function refusals(workload: Workload, machine: Machine): string[] {
  return [
    ...programRefusals(workload, machine),
    ...portRefusals(workload, machine),
    ...folderRefusals(workload),
    ...featureRefusals(workload),
  ].map((reason) => `${workload.name} cannot run on the local platform: ${reason}`);
}

function programRefusals({ program }: Workload, { executables }: Machine): string[] {
  return [program.tool, 'process-compose']
    .filter((tool) => executables[tool] === undefined)
    .map(
      (tool) =>
        `there is no executable of the tool "${tool}"; there are ${Object.keys(executables).sort().join(', ')}. ` +
        'Add it to tools/versions.ts, or choose one of these.',
    );
}

function portRefusals(workload: Workload, machine: Machine): string[] {
  const { name, ports, health, directories = [] } = workload;
  const names = ports.map((port) => port.name);
  const bound = ports.map((port) => `${machine.bound(name, port.port)}/${port.protocol ?? 'tcp'}`);
  const probed = 'http' in health ? health.http.port : health.tcp.port;
  const reloads = directories.filter(({ onChange }) => typeof onChange === 'object');
  return [
    ...repeated(names).map((port) => `two ports are called "${port}"; each needs a name of its own`),
    ...repeated(bound).map(
      (port) => `two ports are ${port} on this machine. Change the setting ports.${name}`,
    ),
    ...bound.flatMap((port) => {
      const number = Number.parseInt(port, 10);
      return number >= 1 && number <= 65_535
        ? []
        : [`a port is ${number} on this machine; 1 to 65535 is allowed. Change the setting ports.${name}`];
    }),
    ...(names.includes(probed)
      ? []
      : [`its health check asks the port "${probed}"; its ports are ${names.join(', ') || 'none'}`]),
    ...(ports.length === 0 ? reloads : []).map(
      (directory) => `the directory "${directory.name}" is reloaded by URL, but there is no port to ask`,
    ),
  ];
}

function folderRefusals({ directories = [], data, scratch = [] }: Workload): string[] {
  const mounts = [
    ...directories.map((directory) => directory.mount),
    ...(data === undefined ? [] : [data.mount]),
    ...scratch,
  ];
  const files = directories.flatMap(({ name, files }) => Object.keys(files).map((file) => ({ name, file })));
  return [
    ...repeated(directories.map(({ name }) => name)).map((name) => `two directories are called "${name}"`),
    ...repeated(mounts.map((mount) => posix.normalize(mount))).map(
      (mount) => `two folders are mounted at ${mount}`,
    ),
    ...mounts.flatMap(mountRefusal),
    ...files
      .filter(
        ({ file }) =>
          file === '' || file !== posix.normalize(file) || file.startsWith('/') || file.startsWith('..'),
      )
      .map(
        ({ name, file }) => `the file "${file}" of the directory "${name}" is no plain path below its mount`,
      ),
  ];
}

function mountRefusal(mount: string): string[] {
  if (!mount.startsWith('/') || mount === '/' || mount !== posix.normalize(mount) || mount.endsWith('/')) {
    return [`the mount "${mount}" is no plain absolute path such as /etc/prometheus`];
  }
  const first = mount.split('/')[1];
  return RESERVED_FOLDERS.some((folder) => folder === first)
    ? [`the mount "${mount}" lies in /${first}, which the platform keeps for itself`]
    : [];
}

function featureRefusals({ sidecars = [], permissions = [] }: Workload): string[] {
  return [
    ...sidecars.map((sidecar) => `it has the sidecar "${sidecar.name}"; run that as a workload of its own`),
    ...(permissions.length > 0
      ? ['it asks for permissions of an API, and there is none on this platform']
      : []),
  ];
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
