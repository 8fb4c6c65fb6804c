import type { Addressing } from '../workload.ts';
import { mountPath, stateFolder } from './paths.ts';

export interface LocalAddressOptions {
  /** Name of the stack: what it owns lies in `.monitoring/<stack>` below the root. */
  readonly stack: string;
  /** The project's folder, absolute. Every process works in it. */
  readonly root: string;
  /** Port of this machine for a workload's main port. Its other ports move by the same distance. Default: none. */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * The main logical port of workloads that `ports` moves and that have more than one, by name.
   * Default: every port of such a workload is taken for its main one.
   */
  readonly mainPorts?: Readonly<Record<string, number>>;
}

/** Every workload on loopback, its folders below the stack's. */
export function localAddressing(options: LocalAddressOptions): Addressing {
  const state = stateFolder(options.root, options.stack);
  const address = (workload: string, port: number) => `127.0.0.1:${boundPort(options, workload, port)}`;
  return {
    kind: 'local',
    address,
    addresses: (workload, port) => [address(workload, port)],
    listen: address,
    path: (workload, mount) => mountPath(state, workload, mount),
    host: (path) => path,
    url: (workload, port) => `http://${address(workload, port)}`,
  };
}

/** Port of this machine for a workload's logical port. */
export function boundPort({ ports, mainPorts }: LocalAddressOptions, workload: string, port: number): number {
  const moved = ports?.[workload];
  return moved === undefined ? port : moved + port - (mainPorts?.[workload] ?? port);
}
