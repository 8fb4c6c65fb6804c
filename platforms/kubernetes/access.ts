import type { Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { labels, namespaceOf } from './names.ts';
import type { Settings } from './options.ts';

/** An account for each workload, with a token and rights only where it reads the cluster's API. */
export function accessManifests(workload: Workload, settings: Settings): Manifest[] {
  const { name, permissions = [] } = workload;
  const namespace = namespaceOf(settings, workload);
  const account = manifest('ServiceAccount', name, {
    metadata: { name, namespace, labels: labels(settings, name) },
    automountServiceAccountToken: false,
  });
  if (permissions.length === 0) return [account];
  // What is discovered may be in any namespace, and nodes are in none.
  const role = `${settings.namespace}-${name}`;
  const metadata = { name: role, labels: labels(settings, name) };
  return [
    account,
    manifest('ClusterRole', name, {
      metadata,
      rules: permissions.map(({ apiGroups, resources, verbs }) => ({
        apiGroups: [...apiGroups],
        resources: [...resources],
        verbs: [...verbs],
      })),
    }),
    manifest('ClusterRoleBinding', name, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    }),
  ];
}
