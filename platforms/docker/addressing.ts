import type { Addressing } from '../workload.ts';
import { machinePort } from './network.ts';
import { type DockerOptions, resolveOptions } from './options.ts';

/** Where a workload with host access sees the machine's root. */
const HOST_ROOT = '/host';
/** The resolver that the engine gives every container of a network. */
const RESOLVER = '127.0.0.11:53';

/** Containers know each other by name; people open what is published. Throws where an option cannot be. */
export function dockerAddressing(options: DockerOptions): Addressing {
  const settings = resolveOptions(options);
  const onHost = (workload: string) => settings.onHostNetwork.includes(workload);
  const { publishAddress } = settings;
  const opened = publishAddress === '0.0.0.0' ? '127.0.0.1' : publishAddress;
  const address = (workload: string, port: number) => `${workload}:${port}`;
  return {
    kind: 'docker',
    address,
    addresses: (workload, port) => [address(workload, port)],
    listen: (workload, port) => `${onHost(workload) ? settings.gateway : ''}:${port}`,
    path: (_workload, mount) => mount,
    host: (path) => (path === '/' ? HOST_ROOT : `${HOST_ROOT}${path}`),
    dns: { server: RESOLVER, name: (workload) => workload },
    url: (workload, port) => `http://${opened}:${machinePort(settings, workload, port)}`,
  };
}
