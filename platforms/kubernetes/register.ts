import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { Transform } from '../workload.ts';
import type { Kind, Manifest, Objects } from './manifest.ts';

type Constructors = {
  [K in Kind]: {
    readonly type: string;
    readonly make: new (
      name: string,
      args: Objects[K],
      opts?: pulumi.CustomResourceOptions,
    ) => pulumi.CustomResource;
  };
};

const RESOURCES: Constructors = {
  Namespace: { type: 'kubernetes:core/v1:Namespace', make: k8s.core.v1.Namespace },
  ServiceAccount: { type: 'kubernetes:core/v1:ServiceAccount', make: k8s.core.v1.ServiceAccount },
  ConfigMap: { type: 'kubernetes:core/v1:ConfigMap', make: k8s.core.v1.ConfigMap },
  Secret: { type: 'kubernetes:core/v1:Secret', make: k8s.core.v1.Secret },
  Service: { type: 'kubernetes:core/v1:Service', make: k8s.core.v1.Service },
  PersistentVolumeClaim: {
    type: 'kubernetes:core/v1:PersistentVolumeClaim',
    make: k8s.core.v1.PersistentVolumeClaim,
  },
  StatefulSet: { type: 'kubernetes:apps/v1:StatefulSet', make: k8s.apps.v1.StatefulSet },
  Deployment: { type: 'kubernetes:apps/v1:Deployment', make: k8s.apps.v1.Deployment },
  DaemonSet: { type: 'kubernetes:apps/v1:DaemonSet', make: k8s.apps.v1.DaemonSet },
  NetworkPolicy: {
    type: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
    make: k8s.networking.v1.NetworkPolicy,
  },
  Ingress: { type: 'kubernetes:networking.k8s.io/v1:Ingress', make: k8s.networking.v1.Ingress },
  PodDisruptionBudget: {
    type: 'kubernetes:policy/v1:PodDisruptionBudget',
    make: k8s.policy.v1.PodDisruptionBudget,
  },
  Role: { type: 'kubernetes:rbac.authorization.k8s.io/v1:Role', make: k8s.rbac.v1.Role },
  RoleBinding: {
    type: 'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
    make: k8s.rbac.v1.RoleBinding,
  },
  ClusterRole: { type: 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole', make: k8s.rbac.v1.ClusterRole },
  ClusterRoleBinding: {
    type: 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
    make: k8s.rbac.v1.ClusterRoleBinding,
  },
  PriorityClass: {
    type: 'kubernetes:scheduling.k8s.io/v1:PriorityClass',
    make: k8s.scheduling.v1.PriorityClass,
  },
};

/** How manifests become resources. */
export interface Registration {
  readonly parent?: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
  /** Provider that adopts what is there already, for what outlives a stack. */
  readonly keeper: pulumi.ProviderResource;
  readonly retain: boolean;
  readonly dependsOn: readonly pulumi.Resource[];
  readonly transform?: Transform;
}

/** Registers one manifest with the engine. */
export function register(entry: Manifest, how: Registration): pulumi.CustomResource {
  const { type } = RESOURCES[entry.kind];
  const make = RESOURCES[entry.kind].make as new (
    name: string,
    args: Record<string, unknown>,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.CustomResource;
  const name = entry.resource;
  const declared = {
    props: entry.object as Record<string, unknown>,
    opts: {
      ...(how.parent === undefined ? {} : { parent: how.parent }),
      provider: entry.keeps === true ? how.keeper : how.provider,
      dependsOn: [...how.dependsOn],
      ...(entry.keeps === true && how.retain ? { retainOnDelete: true } : {}),
      ...(entry.ignoreChanges === undefined ? {} : { ignoreChanges: [...entry.ignoreChanges] }),
    },
  };
  const { props, opts } = how.transform?.({ type, name, ...declared }) ?? declared;
  return new make(name, props, opts);
}
