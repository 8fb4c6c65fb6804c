import type { Permission, Workload } from '../workload.ts';
import { type Manifest, manifest } from './manifest.ts';
import { labels, namespaceOf } from './names.ts';
import { placingOf, type Settings } from './options.ts';

/** An account for each workload, with a token and rights only where it reads the cluster's API. */
export function accessManifests(workload: Workload, settings: Settings): Manifest[] {
  const { name, permissions = [] } = workload;
  const namespace = namespaceOf(settings, workload);
  const { serviceAccountAnnotations } = placingOf(settings, name);
  const everywhere = permissions.filter((permission) => permission.namespaces === undefined);
  const namespaces = [...new Set(permissions.flatMap((permission) => permission.namespaces ?? []))];
  // Nodes are in no namespace, and a role of the whole cluster shares its names with every stack there.
  const role = `${settings.namespace}-${name}`;
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  return [
    manifest('ServiceAccount', name, {
      metadata: {
        name,
        namespace,
        labels: labels(settings, name),
        ...(serviceAccountAnnotations === undefined ? {} : { annotations: serviceAccountAnnotations }),
      },
      automountServiceAccountToken: false,
    }),
    ...(everywhere.length === 0
      ? []
      : [
          manifest('ClusterRole', name, {
            metadata: { name: role, labels: labels(settings, name) },
            rules: everywhere.map(rule),
          }),
          manifest('ClusterRoleBinding', name, {
            metadata: { name: role, labels: labels(settings, name) },
            roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
            subjects,
          }),
        ]),
    ...namespaces.flatMap((each) => {
      const metadata = { name: role, namespace: each, labels: labels(settings, name) };
      const rules = permissions.filter((permission) => permission.namespaces?.includes(each)).map(rule);
      return [
        manifest('Role', `${name}-${each}`, { metadata, rules }),
        manifest('RoleBinding', `${name}-${each}`, {
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
          subjects,
        }),
      ];
    }),
  ];
}

function rule({ apiGroups, resources, verbs }: Permission) {
  return { apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] };
}
