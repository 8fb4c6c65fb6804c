import type * as pulumi from '@pulumi/pulumi';
import type { Sizing } from '../sizes.ts';
import type { Transform } from '../workload.ts';
import type { ParentRef } from './http-route.ts';

/** Where and how the stack stands in a cluster. Every option but the ingress' hosts has a default. */
export interface KubernetesOptions {
  /** Namespace of everything but workloads with host access, which go to `<namespace>-host`. Default: `monitoring`. */
  readonly namespace?: string;
  /**
   * Whether the two namespaces are made here, or exist with the Pod Security labels they need. Those that exist are
   * neither labelled nor deleted, and network policies select the stack's own pods in them. Default: true.
   */
  readonly createNamespaces?: boolean;
  /** Content or path of a kubeconfig; content is kept as a secret. Default: `KUBECONFIG`, then `~/.kube/config`. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Context of the kubeconfig. Default: its current one. */
  readonly context?: string;
  /** Storage class of volumes. Default: the cluster's default class. */
  readonly storageClass?: string;
  /** Registry that mirrors `docker.io` and the others, with an optional path, for closed networks. Default: none. */
  readonly imageRegistry?: string;
  /** Digest (`sha256:…`) by full image name: what `make pin-images` found. Default: the tags alone. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Names of Secrets in both namespaces with which images are pulled. Default: none. */
  readonly imagePullSecrets?: readonly string[];
  /** An existing priority class. Default: one is made, above ordinary workloads and below the system's. */
  readonly priorityClass?: string;
  /** Public addresses of published workloads. Default: none, people use `kubectl port-forward`. */
  readonly ingress?: IngressOptions;
  /** Public addresses of published workloads by the Gateway API. Default: none. */
  readonly gateway?: GatewayOptions;
  /** Namespaces whose pods may reach published ports, besides those of the controllers. Default: none. */
  readonly clientNamespaces?: readonly string[];
  /**
   * Ranges of addresses that may reach the published ports of what has a host name, or of everything where nothing has
   * one: load balancers that are no pods. Default: none.
   */
  readonly clientCidrs?: readonly string[];
  /**
   * Whether what holds data (volume claims, and the namespaces they are in) stays when the stack is destroyed.
   * To remove it too: update with `false`, then destroy. Default: true.
   */
  readonly retain?: boolean;
  /**
   * Seconds for which a new replica must have been ready before the next one is stopped. Default: 45, three
   * evaluations of 15 s: a twin restores what was firing in its second one.
   */
  readonly rolloutPauseSeconds?: number;
  /** Workloads that the cluster runs already: they are addressed there, and may reach every port. Default: none. */
  readonly elsewhere?: Readonly<Record<string, Elsewhere>>;
  /** Labels by which the Prometheus of the cluster's operator selects rules and monitors. Default: none. */
  readonly selectedBy?: Readonly<Record<string, string>>;
  /** Size and place by workload; `all` is for every one of them. Default: as each workload says. */
  readonly placement?: Readonly<Record<string, Placing>>;
  /**
   * Who pods run as: `fixed` is the user of each workload, `openshift` whom the namespace's own range gives them, since
   * OpenShift's restricted-v2 refuses any other. Default: `fixed`.
   */
  readonly podSecurity?: 'fixed' | 'openshift';
  /** Where names are looked up. Default: kube-system and openshift-dns, node-local caches and private addresses. */
  readonly dns?: Partial<DnsOptions>;
  /** Ranges of the machines' addresses, at which node exporters and kubelets are reached. Default: every address. */
  readonly nodeCidrs?: readonly string[];
  /** Workloads that use their machine's network: they listen on the machine's own address. Default: none. */
  readonly onHostNetwork?: readonly string[];
  /** Family of the addresses of pods and machines. Default: `IPv4`. */
  readonly ipFamily?: 'IPv4' | 'IPv6';
  /** DNS domain of the cluster. Default: `cluster.local`. */
  readonly clusterDomain?: string;
  /** Changes the arguments and options of what all workloads share. Default: they stay as declared. */
  readonly transform?: Transform;
  /** Parent of what all workloads share. Default: the stack. */
  readonly parent?: pulumi.Resource;
  /** Before the engine's name of every resource, so that one program has several stacks. Default: nothing. */
  readonly resourcePrefix?: string;
  /** Provider of every object. Default: one for `kubeconfig` and `context`, which also adopts namespaces and claims. */
  readonly provider?: pulumi.ProviderResource;
}

/** The resolvers of a cluster, as network policies see them. */
export interface DnsOptions {
  readonly namespaces: readonly string[];
  /** Ranges of addresses of resolvers that are no pods of these namespaces. */
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

/**
 * CoreDNS is in kube-system at 53, or above 1024 where it runs without rights; OpenShift's is in openshift-dns at 5353.
 * NodeLocal DNSCache listens at 169.254.20.10 and at the address of the cluster's DNS service, which is private, as are
 * those of machines on whose network a resolver runs; AKS's LocalDNS at 169.254.10.10 and 169.254.10.11.
 */
export const DNS: DnsOptions = {
  namespaces: ['kube-system', 'openshift-dns'],
  addresses: [
    '169.254.20.10/32',
    '169.254.10.10/31',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    'fc00::/7',
  ],
  ports: [53, 1053, 5353],
};

/** What an operator says of the pods of a workload, as Kubernetes' own documentation has it. */
export interface Placing {
  /** Requests and limits; each key takes the place of the default. */
  readonly resources?: Sizing;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: Readonly<Record<string, unknown>>;
  readonly tolerations?: readonly Readonly<Record<string, unknown>>[];
  /** In place of the default spread over machines and zones. */
  readonly topologySpread?: readonly Readonly<Record<string, unknown>>[];
  /** Of the pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the pods' account, such as `eks.amazonaws.com/role-arn`. */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}

/** Annotations of what opens a workload's page, an Ingress or an HTTPRoute: everyone's, and its own. */
export const pageAnnotations = (
  { annotations, annotationsOf }: Pick<IngressOptions, 'annotations' | 'annotationsOf'>,
  workload: string,
): Readonly<Record<string, string>> => ({ ...annotations, ...annotationsOf?.[workload] });

/** What holds for a workload: what is said of all, and what is said of it alone. */
export function placingOf({ placement }: Pick<Settings, 'placement'>, workload: string): Placing {
  const { all = {}, [workload]: own = {} } = placement;
  const merged = <K extends 'nodeSelector' | 'annotations' | 'labels' | 'serviceAccountAnnotations'>(
    key: K,
  ) => (all[key] === undefined && own[key] === undefined ? {} : { [key]: { ...all[key], ...own[key] } });
  return {
    ...all,
    ...own,
    ...merged('nodeSelector'),
    ...merged('annotations'),
    ...merged('labels'),
    ...merged('serviceAccountAnnotations'),
    ...(all.tolerations === undefined && own.tolerations === undefined
      ? {}
      : { tolerations: [...(all.tolerations ?? []), ...(own.tolerations ?? [])] }),
  };
}

/** Where the cluster has what this stack would run otherwise. */
export interface Elsewhere {
  readonly namespace: string;
  readonly service: string;
}

export interface IngressOptions {
  /** Host name by workload, such as `{ grafana: 'grafana.example.org' }`: only these are published. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Ingress class. Default: the cluster's default class. */
  readonly className?: string;
  /** Namespace of the ingress controller, whose pods network policies let in. Default: none. */
  readonly controllerNamespace?: string;
  /** Name of the Secret with the certificate. Default: `<workload>-tls`, which cert-manager can fill. */
  readonly tlsSecret?: string;
  /** Further annotations, such as `cert-manager.io/cluster-issuer`. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further ones by workload, such as what asks those who open Prometheus. Default: none. */
  readonly annotationsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface GatewayOptions {
  /** Host name by workload, such as `{ grafana: 'grafana.example.org' }`: only these are published. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Gateways that the routes attach to. */
  readonly parentRefs: readonly Readonly<ParentRef>[];
  /** Namespace of the Gateway's pods, which network policies let in. Default: none. */
  readonly controllerNamespace?: string;
  /** Annotations of every route. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further ones by workload. Default: none. */
  readonly annotationsOf?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Filters by workload, as the Gateway API has them. Default: none. */
  readonly filtersOf?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** Host name of each workload that people reach by one. */
export const hostsOf = ({
  ingress,
  gateway,
}: Pick<KubernetesOptions, 'ingress' | 'gateway'>): Readonly<Record<string, string>> => ({
  ...ingress?.hosts,
  ...gateway?.hosts,
});

/** Options with their defaults, as the builders take them. */
export interface Settings
  extends Pick<
    KubernetesOptions,
    'storageClass' | 'imageRegistry' | 'priorityClass' | 'ingress' | 'gateway'
  > {
  readonly namespace: string;
  readonly hostNamespace: string;
  readonly createNamespaces: boolean;
  readonly imagePullSecrets: readonly string[];
  readonly clientNamespaces: readonly string[];
  readonly clientCidrs: readonly string[];
  readonly retain: boolean;
  readonly rolloutPauseSeconds: number;
  readonly clusterDomain: string;
  readonly elsewhere: Readonly<Record<string, Elsewhere>>;
  readonly selectedBy: Readonly<Record<string, string>>;
  readonly digests: Readonly<Record<string, string>>;
  readonly placement: Readonly<Record<string, Placing>>;
  readonly podSecurity: 'fixed' | 'openshift';
  readonly dns: DnsOptions;
  readonly nodeCidrs: readonly string[];
  readonly onHostNetwork: readonly string[];
  readonly ipFamily: 'IPv4' | 'IPv6';
}

/** Whether a namespace is the cluster's own, or that of whoever names none. */
export const isReserved = (namespace: string): boolean => /^(default$|kube-|openshift-)/.test(namespace);

/** Puts the defaults in and refuses names that Kubernetes would refuse. */
export function resolveOptions(options: KubernetesOptions): Settings {
  const { namespace = 'monitoring' } = options;
  // Room for `-host`: a namespace is a DNS label of at most 63 characters.
  if (!/^[a-z0-9]([-a-z0-9]{0,56}[a-z0-9])?$/.test(namespace)) {
    throw new Error(
      `kubernetes.namespace is '${namespace}': allowed are 1 to 58 lower-case letters, digits and '-', starting and ending with a letter or digit`,
    );
  }
  if (isReserved(namespace)) {
    throw new Error(
      `kubernetes.namespace is '${namespace}', which belongs to the cluster: choose one of the stack's own, such as 'monitoring'`,
    );
  }
  const { rolloutPauseSeconds = 45 } = options;
  if (!Number.isInteger(rolloutPauseSeconds) || rolloutPauseSeconds < 0) {
    throw new Error(
      `kubernetes.rolloutPauseSeconds is ${rolloutPauseSeconds}: allowed are whole seconds from 0`,
    );
  }
  return {
    namespace,
    hostNamespace: `${namespace}-host`,
    createNamespaces: options.createNamespaces ?? true,
    imagePullSecrets: options.imagePullSecrets ?? [],
    clientNamespaces: options.clientNamespaces ?? [],
    clientCidrs: options.clientCidrs ?? [],
    retain: options.retain ?? true,
    rolloutPauseSeconds,
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    elsewhere: options.elsewhere ?? {},
    selectedBy: options.selectedBy ?? {},
    digests: options.digests ?? {},
    placement: options.placement ?? {},
    podSecurity: options.podSecurity ?? 'fixed',
    dns: { ...DNS, ...options.dns },
    nodeCidrs: options.nodeCidrs ?? [],
    onHostNetwork: options.onHostNetwork ?? [],
    ipFamily: options.ipFamily ?? 'IPv4',
    ...(options.storageClass === undefined ? {} : { storageClass: options.storageClass }),
    ...(options.imageRegistry === undefined
      ? {}
      : { imageRegistry: options.imageRegistry.replace(/\/+$/, '') }),
    ...(options.priorityClass === undefined ? {} : { priorityClass: options.priorityClass }),
    ...(options.ingress === undefined ? {} : { ingress: options.ingress }),
    ...(options.gateway === undefined ? {} : { gateway: options.gateway }),
  };
}
