import type { Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { headlessName, isStateful, labels, namespaceOf, selector } from './names.ts';
import type { Settings } from './options.ts';
import { DATA_VOLUME, podTemplate } from './pod.ts';
import { claimSpec } from './storage.ts';

/** What runs a workload's pods: a StatefulSet for data or peers, a DaemonSet for one per node, else a Deployment. */
export function controllerManifest(workload: Workload, settings: Settings): Manifest {
  const metadata = {
    name: workload.name,
    namespace: namespaceOf(settings, workload),
    labels: labels(settings, workload.name),
  };
  const common = {
    selector: { matchLabels: selector(settings, workload.name) },
    template: podTemplate(workload, settings),
  };
  if (workload.perNode === true) {
    return manifest('DaemonSet', workload.name, {
      metadata,
      spec: {
        ...common,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%' } },
      },
    });
  }
  const replicas = workload.replicas ?? 1;
  if (!isStateful(workload))
    return manifest('Deployment', workload.name, { metadata, spec: { ...common, replicas } });
  const { data } = workload;
  return manifest(
    'StatefulSet',
    workload.name,
    {
      metadata,
      spec: {
        ...common,
        replicas,
        serviceName: replicas > 1 ? headlessName(workload.name) : workload.name,
        // Peers find each other while they start; an update still goes one by one.
        podManagementPolicy: 'Parallel',
        ...(replicas > 1 ? { minReadySeconds: settings.rolloutPauseSeconds } : {}),
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        ...(data === undefined
          ? {}
          : {
              volumeClaimTemplates: [
                {
                  metadata: { name: DATA_VOLUME, labels: labels(settings, workload.name) },
                  spec: claimSpec(data, settings),
                },
              ],
            }),
      },
    },
    // The claims are resources of their own (storage.ts), which grow in place; a changed template would have
    // the whole set deleted and made again.
    { ignoreChanges: ['spec.volumeClaimTemplates'] },
  );
}

/** Drains and upgrades of nodes take one replica at a time. A lone copy has none: it would block every drain. */
export function disruptionManifests(workload: Workload, settings: Settings): Manifest[] {
  if ((workload.replicas ?? 1) < 2) return [];
  return [
    manifest('PodDisruptionBudget', workload.name, {
      metadata: {
        name: workload.name,
        namespace: namespaceOf(settings, workload),
        labels: labels(settings, workload.name),
      },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: selector(settings, workload.name) },
        // A replica that is broken anyway must not stop the repair of its node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    }),
  ];
}
