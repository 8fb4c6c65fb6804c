import type { DataDirectory, Workload } from '../workload.ts';
import { type ClaimSpec, type Manifest, manifest } from './manifest.ts';
import { labels, namespaceOf } from './names.ts';
import type { Settings } from './options.ts';
import { DATA_VOLUME } from './pod.ts';

/**
 * A volume claim for each replica, under the very name that the StatefulSet looks for. As resources of their own
 * they can grow (the cluster refuses what its storage class cannot do, before any pod is touched), are seen in
 * a preview, and stay when the stack is destroyed.
 */
export function storageManifests(workload: Workload, settings: Settings): Manifest[] {
  const { data, replicas = 1 } = workload;
  if (data === undefined) return [];
  return Array.from({ length: replicas }, (_, ordinal) => {
    const name = `${DATA_VOLUME}-${workload.name}-${ordinal}`;
    return manifest(
      'PersistentVolumeClaim',
      name,
      {
        metadata: {
          name,
          namespace: namespaceOf(settings, workload),
          labels: labels(settings, workload.name),
          // Many classes bind a claim only once a pod uses it; the StatefulSet waits for that.
          annotations: { 'pulumi.com/skipAwait': 'true' },
        },
        spec: claimSpec(data, settings),
      },
      { keeps: true },
    );
  });
}

/** What a claim asks for. */
export function claimSpec(data: DataDirectory, settings: Settings): ClaimSpec {
  return {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: `${data.gibibytes}Gi` } },
    ...(settings.storageClass === undefined ? {} : { storageClassName: settings.storageClass }),
  };
}
