import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import type { Transform } from '../workload.ts';
import { API_VERSIONS, type Kind, type Manifest, type Objects, typeOf } from './manifest.ts';

type Constructors = {
  [K in Kind]: new (
    name: string,
    args: Objects[K],
    opts?: pulumi.CustomResourceOptions,
  ) => pulumi.CustomResource;
};

const RESOURCES: Constructors = {
  Namespace: k8s.core.v1.Namespace,
  ServiceAccount: k8s.core.v1.ServiceAccount,
  ConfigMap: k8s.core.v1.ConfigMap,
  Secret: k8s.core.v1.Secret,
  Service: k8s.core.v1.Service,
  PersistentVolumeClaim: k8s.core.v1.PersistentVolumeClaim,
  StatefulSet: k8s.apps.v1.StatefulSet,
  Deployment: k8s.apps.v1.Deployment,
  DaemonSet: k8s.apps.v1.DaemonSet,
  NetworkPolicy: k8s.networking.v1.NetworkPolicy,
  Ingress: k8s.networking.v1.Ingress,
  HTTPRoute: k8s.apiextensions.CustomResource as never,
  PodDisruptionBudget: k8s.policy.v1.PodDisruptionBudget,
  Role: k8s.rbac.v1.Role,
  RoleBinding: k8s.rbac.v1.RoleBinding,
  ClusterRole: k8s.rbac.v1.ClusterRole,
  ClusterRoleBinding: k8s.rbac.v1.ClusterRoleBinding,
  PriorityClass: k8s.scheduling.v1.PriorityClass,
};

/** How manifests become resources. */
export interface Registration {
  readonly parent?: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
  /** Provider that adopts what is there already, for what outlives a stack. */
  readonly keeper: pulumi.ProviderResource;
  readonly retain: boolean;
  readonly dependsOn: readonly pulumi.Resource[];
  /** Called with the name that the resource has without the prefix. */
  readonly transform?: Transform;
  /** Before the engine's name of the resource. Default: nothing. */
  readonly prefix?: string;
}

/** Registers one manifest with the engine. */
export function register(entry: Manifest, how: Registration): pulumi.CustomResource {
  const make = RESOURCES[entry.kind] as new (
    name: string,
    args: Record<string, unknown>,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.CustomResource;
  const name = entry.resource;
  const declared = {
    props: {
      // The SDK knows the kinds that it has classes for.
      ...(entry.kind === 'HTTPRoute' ? { apiVersion: API_VERSIONS.HTTPRoute, kind: entry.kind } : {}),
      ...entry.object,
    } as Record<string, unknown>,
    opts: {
      ...(how.parent === undefined ? {} : { parent: how.parent }),
      provider: entry.keeps === true ? how.keeper : how.provider,
      dependsOn: [...how.dependsOn],
      ...(entry.keeps === true && how.retain ? { retainOnDelete: true } : {}),
      ...(entry.ignoreChanges === undefined ? {} : { ignoreChanges: [...entry.ignoreChanges] }),
    },
  };
  const { props, opts } = how.transform?.({ type: typeOf(entry.kind), name, ...declared }) ?? declared;
  return new make(`${how.prefix ?? ''}${name}`, props, opts);
}
