import type { NetworkArgs } from '@pulumi/docker';
import type { Workload } from '../workload.ts';
import { labels } from './names.ts';
import type { Settings } from './options.ts';

/** The machine, as containers know it: Docker Desktop's name, which an engine on Linux is taught. */
export const MACHINE = 'host.docker.internal';

/** A bridge of the stack's own. Its addresses are fixed, so that the gateway is known before it exists. */
export function networkArgs(settings: Settings): NetworkArgs {
  return {
    name: settings.prefix,
    driver: 'bridge',
    ipamConfigs: [{ subnet: settings.subnet, gateway: settings.gateway }],
    labels: labels(settings),
  };
}

/** Entries of a container's hosts file: what is on the machine's network, and the machine where it is named. */
export function hostEntries(workload: Workload, settings: Settings): { host: string; ip: string }[] {
  const connections = workload.connectsTo ?? [];
  const reached = settings.onHostNetwork.filter(
    (name) => connections.some((to) => 'workload' in to && to.workload === name) && name !== workload.name,
  );
  return [
    ...reached.map((host) => ({ host, ip: settings.gateway })),
    ...(connections.some((to) => 'outside' in to && to.outside === MACHINE)
      ? [{ host: MACHINE, ip: 'host-gateway' }]
      : []),
  ];
}

/** Port of the machine for a logical port. */
export function machinePort({ ports, mainPorts }: Settings, workload: string, port: number): number {
  const moved = ports[workload];
  return moved === undefined ? port : moved + port - (mainPorts[workload] ?? port);
}
