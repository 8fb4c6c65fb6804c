import { type Manifest, manifest } from './manifest.ts';
import { labels, priorityName } from './names.ts';
import { defaultPolicyManifest } from './network.ts';
import type { Settings } from './options.ts';

/** Above what a cluster runs as a rule (0), and below its own critical pods (2,000,000,000). */
const PRIORITY = 1_000_000;

/** What all workloads share. `host` is false while nothing needs the machines themselves. */
export function sharedManifests(settings: Settings): Manifest[] {
  return [
    ...(settings.createNamespaces ? [namespaceManifest(settings, settings.namespace, 'restricted')] : []),
    defaultPolicyManifest(settings, settings.namespace),
    ...(settings.priorityClass === undefined
      ? [
          manifest('PriorityClass', `${settings.namespace}-priority`, {
            metadata: { name: priorityName(settings), labels: labels(settings) },
            value: PRIORITY,
            // First in the queue for room, and never by evicting what it watches.
            preemptionPolicy: 'Never',
            description: 'Monitoring has to run when a cluster is short of room: that is when it is needed.',
          }),
        ]
      : []),
  ];
}

/** The second namespace, for workloads that see their machine. */
export function hostManifests(settings: Settings): Manifest[] {
  return [
    ...(settings.createNamespaces ? [namespaceManifest(settings, settings.hostNamespace, 'privileged')] : []),
    defaultPolicyManifest(settings, settings.hostNamespace),
  ];
}

function namespaceManifest(settings: Settings, name: string, level: 'restricted' | 'privileged'): Manifest {
  const security =
    level === 'restricted'
      ? ['enforce', 'audit', 'warn'].flatMap((mode) => [
          [`pod-security.kubernetes.io/${mode}`, level],
          [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
        ])
      : // Host processes, network and paths are all beyond `baseline`.
        [['pod-security.kubernetes.io/enforce', level]];
  return manifest(
    'Namespace',
    name,
    { metadata: { name, labels: { ...labels(settings), ...Object.fromEntries(security) } } },
    // Deleting a namespace deletes the claims in it.
    { keeps: true },
  );
}
