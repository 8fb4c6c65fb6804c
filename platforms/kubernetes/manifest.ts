import type { types } from '@pulumi/kubernetes';
import type { HttpRoute } from './http-route.ts';

export type PodSpec = types.input.core.v1.PodSpec;
export type PodTemplate = types.input.core.v1.PodTemplateSpec;
export type Container = types.input.core.v1.Container;
export type EnvVar = types.input.core.v1.EnvVar;
export type TopologySpread = types.input.core.v1.TopologySpreadConstraint;
export type Probe = types.input.core.v1.Probe;
export type Volume = types.input.core.v1.Volume;
export type VolumeMount = types.input.core.v1.VolumeMount;
export type ResourceRequirements = types.input.core.v1.ResourceRequirements;
export type SecurityContext = types.input.core.v1.SecurityContext;
export type ClaimSpec = types.input.core.v1.PersistentVolumeClaimSpec;
export type ObjectMeta = types.input.meta.v1.ObjectMeta;
export type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
export type NetworkPolicyPeer = types.input.networking.v1.NetworkPolicyPeer;
export type NetworkPolicyPort = types.input.networking.v1.NetworkPolicyPort;
export type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
export type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/** Every kind of object that this platform makes, with the official SDK's type of its inputs. */
export interface Objects {
  Namespace: types.input.core.v1.Namespace;
  ServiceAccount: types.input.core.v1.ServiceAccount;
  ConfigMap: types.input.core.v1.ConfigMap;
  Secret: types.input.core.v1.Secret;
  Service: types.input.core.v1.Service;
  PersistentVolumeClaim: types.input.core.v1.PersistentVolumeClaim;
  StatefulSet: types.input.apps.v1.StatefulSet;
  Deployment: types.input.apps.v1.Deployment;
  DaemonSet: types.input.apps.v1.DaemonSet;
  NetworkPolicy: types.input.networking.v1.NetworkPolicy;
  Ingress: types.input.networking.v1.Ingress;
  HTTPRoute: HttpRoute;
  PodDisruptionBudget: types.input.policy.v1.PodDisruptionBudget;
  Role: types.input.rbac.v1.Role;
  RoleBinding: types.input.rbac.v1.RoleBinding;
  ClusterRole: types.input.rbac.v1.ClusterRole;
  ClusterRoleBinding: types.input.rbac.v1.ClusterRoleBinding;
  PriorityClass: types.input.scheduling.v1.PriorityClass;
}

export type Kind = keyof Objects;
/** The version of each kind's group, as the API server names it. */
export const API_VERSIONS = {
  Namespace: 'v1',
  ServiceAccount: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  Service: 'v1',
  PersistentVolumeClaim: 'v1',
  StatefulSet: 'apps/v1',
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
} as const satisfies Readonly<Record<Kind, string>>;

type Versions = typeof API_VERSIONS;
/** The engine's type of each kind of object, such as `kubernetes:core/v1:ConfigMap`. */
export type TypeOf<K extends Kind> = `kubernetes:${Versions[K] extends 'v1' ? 'core/v1' : Versions[K]}:${K}`;

/** The engine's type of a kind of object. */
export function typeOf<K extends Kind>(kind: K): TypeOf<K> {
  const version = API_VERSIONS[kind];
  return `kubernetes:${version === 'v1' ? 'core/v1' : version}:${kind}` as TypeOf<K>;
}

export const CONTROLLERS = ['StatefulSet', 'Deployment', 'DaemonSet'] as const satisfies readonly Kind[];

/** One object of the cluster before it is a resource: plain data, which tests look at without an engine. */
export type Manifest = {
  [K in Kind]: {
    readonly kind: K;
    /** Name of the Pulumi resource, unique in the stack. */
    readonly resource: string;
    readonly object: Objects[K];
    /** Holds data: it may exist already, and stays in the cluster when the stack is destroyed. */
    readonly keeps?: true;
    /** Paths whose later changes are left alone, because the cluster refuses them. */
    readonly ignoreChanges?: readonly string[];
  };
}[Kind];

/**
 * A list under its key, or nothing where it is empty: the API server leaves empty lists out, and a declared one
 * would differ from what is there at every refresh.
 */
export function listed<K extends string, T>(key: K, list: readonly T[]): { [key in K]?: T[] } {
  return list.length === 0 ? {} : ({ [key]: [...list] } as { [key in K]?: T[] });
}

/** Manifest of one kind. */
export function manifest<K extends Kind>(
  kind: K,
  resource: string,
  object: Objects[K],
  more: Pick<Manifest, 'keeps' | 'ignoreChanges'> = {},
): Manifest {
  return { kind, resource, object, ...more } as Manifest;
}
