import type { Manifest } from '../../../../platforms/kubernetes/manifest.ts';
import { workloadManifests } from '../../../../platforms/kubernetes/manifests.ts';
import { hostManifests, sharedManifests } from '../../../../platforms/kubernetes/namespaces.ts';
import { type KubernetesOptions, resolveOptions } from '../../../../platforms/kubernetes/options.ts';
import type { Workload } from '../../../../platforms/workload.ts';

/** Pods as the API server sees them: the SDK's input types allow outputs everywhere, these do not. */
export interface PlainContainer {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly startupProbe?: { readonly failureThreshold: number; readonly periodSeconds: number };
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly privileged: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly runAsNonRoot: boolean;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
    readonly seccompProfile: { readonly type: string };
  };
  readonly volumeMounts?: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface PlainPod {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly automountServiceAccountToken: boolean;
    readonly priorityClassName: string;
    readonly hostPID?: boolean;
    readonly hostNetwork?: boolean;
    readonly securityContext: {
      readonly runAsUser: number;
      readonly fsGroup: number;
      readonly runAsNonRoot: boolean;
    };
    readonly topologySpreadConstraints?: readonly object[];
    readonly containers: readonly PlainContainer[];
    /** The API server leaves an empty list out, and so do we. */
    readonly volumes?: readonly {
      readonly name: string;
      readonly hostPath?: object;
      readonly configMap?: { readonly name: string; readonly items?: object[] };
      readonly secret?: { readonly secretName: string; readonly defaultMode: number };
    }[];
  };
}

export interface PlainObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** All objects of a workload. */
export function manifestsOf(workload: Workload, options: KubernetesOptions = {}): Manifest[] {
  const { before, controller, beside } = workloadManifests(workload, resolveOptions(options));
  return [...before, controller, ...beside];
}

/** All objects of several workloads, with what they share. */
export function manifestsOfAll(workloads: readonly Workload[], options: KubernetesOptions = {}): Manifest[] {
  const settings = resolveOptions(options);
  return [
    ...sharedManifests(settings),
    ...(workloads.some(({ host }) => host !== undefined) ? hostManifests(settings) : []),
    ...workloads.flatMap((workload) => manifestsOf(workload, options)),
  ];
}

/** Objects of one kind. */
export function ofKind(manifests: readonly Manifest[], kind: Manifest['kind']): PlainObject[] {
  return manifests
    .filter((entry) => entry.kind === kind)
    .map((entry) => entry.object as unknown as PlainObject);
}

/** Pod template of a workload. */
export function podOf(workload: Workload, options: KubernetesOptions = {}): PlainPod {
  const { controller } = workloadManifests(workload, resolveOptions(options));
  return (controller.object as { spec: { template: unknown } }).spec.template as PlainPod;
}
