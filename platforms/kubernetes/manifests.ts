import type { Workload } from '../workload.ts';
import { accessManifests } from './access.ts';
import { controllerManifest, disruptionManifests } from './controllers.ts';
import { fileManifests } from './files.ts';
import { gatewayManifests } from './gateway.ts';
import { ingressManifests } from './ingress.ts';
import type { Manifest } from './manifest.ts';
import { networkManifests } from './network.ts';
import type { Settings } from './options.ts';
import { serviceManifests } from './services.ts';
import { storageManifests } from './storage.ts';

/** The objects of a workload in three steps: what its pods need first, the pods, and what leads to them. */
export interface WorkloadManifests {
  readonly before: readonly Manifest[];
  readonly controller: Manifest;
  /** Names by which pods find each other while they start: pods must never wait for them. */
  readonly beside: readonly Manifest[];
}

/** Everything that runs one workload. */
export function workloadManifests(workload: Workload, settings: Settings): WorkloadManifests {
  return {
    before: [
      ...accessManifests(workload, settings),
      ...fileManifests(workload, settings),
      ...storageManifests(workload, settings),
      ...networkManifests(workload, settings),
    ],
    controller: controllerManifest(workload, settings),
    beside: [
      ...serviceManifests(workload, settings),
      ...disruptionManifests(workload, settings),
      ...ingressManifests(workload, settings),
      ...gatewayManifests(workload, settings),
    ],
  };
}
