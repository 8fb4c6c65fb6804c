/** How the API server addresses a type of resource. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Last part of the collection's path. */
  readonly plural: string;
  readonly namespaced: boolean;
}

const kind = (apiVersion: string, name: string, plural: string, namespaced = true): [string, Kind] => [
  `kubernetes:${apiVersion === 'v1' ? 'core/v1' : apiVersion}:${name}`,
  { apiVersion, kind: name, plural, namespaced },
];

/** The types that this stand-in carries out, by Pulumi's type token. */
export const KINDS: ReadonlyMap<string, Kind> = new Map([
  kind('v1', 'Namespace', 'namespaces', false),
  kind('v1', 'ServiceAccount', 'serviceaccounts'),
  kind('v1', 'ConfigMap', 'configmaps'),
  kind('v1', 'Secret', 'secrets'),
  kind('v1', 'Service', 'services'),
  kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  kind('apps/v1', 'StatefulSet', 'statefulsets'),
  kind('apps/v1', 'Deployment', 'deployments'),
  kind('apps/v1', 'DaemonSet', 'daemonsets'),
  kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
  kind('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  kind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  kind('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false),
  kind('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false),
  kind('monitoring.coreos.com/v1', 'ServiceMonitor', 'servicemonitors'),
  kind('monitoring.coreos.com/v1', 'PrometheusRule', 'prometheusrules'),
  kind('monitoring.coreos.com/v1', 'Probe', 'probes'),
]);

/** Path of a collection on the API server. */
export function collectionPath(of: Kind, namespace: string | undefined): string {
  const group = of.apiVersion === 'v1' ? '/api/v1' : `/apis/${of.apiVersion}`;
  return of.namespaced ? `${group}/namespaces/${namespace}/${of.plural}` : `${group}/${of.plural}`;
}
