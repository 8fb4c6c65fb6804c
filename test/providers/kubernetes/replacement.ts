import { isDeepStrictEqual } from 'node:util';
import type { Properties } from '../serve.ts';

/**
 * Properties whose change replaces a resource. Source: `forceNew` and `forceNewProperties` in
 * `provider/pkg/provider/diff.go` of github.com/pulumi/pulumi-kubernetes (v4), for the types in `kinds.ts`.
 * The files of ConfigMaps and Secrets replace only without `enableConfigMapMutable` and `enableSecretMutable`,
 * which this stand-in insists on.
 */
const FORCE_NEW: Readonly<Record<string, readonly string[]>> = {
  'kubernetes:core/v1:PersistentVolumeClaim': [
    'spec.accessModes',
    'spec.selector',
    'spec.storageClassName',
    'spec.volumeName',
  ],
  'kubernetes:core/v1:Secret': ['type'],
  'kubernetes:core/v1:Service': ['spec.clusterIP'],
  'kubernetes:apps/v1:StatefulSet': [
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
  ],
  'kubernetes:apps/v1:Deployment': ['spec.selector'],
  'kubernetes:apps/v1:DaemonSet': ['spec.selector'],
  'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding': ['roleRef'],
  'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding': ['roleRef'],
};

const OF_ALL = ['metadata.name', 'metadata.namespace'];

/** Paths that force a replacement and differ. */
export function replacingPaths(type: string, before: Properties, after: Properties): string[] {
  return [...OF_ALL, ...(FORCE_NEW[type] ?? [])].filter(
    (path) => !isDeepStrictEqual(at(before, path), at(after, path)),
  );
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (inner as Properties | undefined)?.[key], value);
}
