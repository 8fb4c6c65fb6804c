import type { CLUSTER_JOBS } from '../../catalogue/services.ts';
import type { Account, Addressing, Connection, Permission } from '../../platforms/workload.ts';
import { consulServer, type DiscoverySettings } from '../../stack/settings/index.ts';

/** Targets of a file in `targets.d/`, as Prometheus's file_sd format has them. */
export interface TargetGroup {
  /** Each `host:port`. */
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What discovery adds to Prometheus. */
export interface Discovery {
  /** Entries of `scrape_configs`. */
  readonly jobs: readonly Readonly<Record<string, unknown>>[];
  readonly connections: readonly Connection[];
  readonly permissions: readonly Permission[];
}

export interface DiscoveryArgs {
  readonly settings: DiscoverySettings;
  /** Target groups by job: the files of `targets.d/`. */
  readonly targets: Readonly<Record<string, readonly TargetGroup[]>>;
  readonly platform: Addressing;
  /** Folder of files of targets as Prometheus sees it. */
  readonly targetsFolder: string;
  /** Jobs that no annotation may take. Default: none. */
  readonly reserved?: readonly string[];
}

/** A step of `relabel_configs`. */
export interface Relabelling {
  readonly source_labels: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: 'keep' | 'drop';
}

/**
 * What the settings ask Prometheus to find by itself; docs/discovery.md lists the relabelling. Pure. Tokens stand in it
 * as they are: who renders `prometheus.yml` puts them into files.
 */
export function discovery(args: DiscoveryArgs): Discovery {
  const { settings, targets, platform } = args;
  const consul = settings.consul.map(consulJob);
  const swarm = settings.swarm.map(swarmJob);
  const http = settings.http.map(httpJob);
  const files = Object.keys(targets).map((job) => ({
    job_name: job,
    file_sd_configs: [{ files: [`${args.targetsFolder}/${job}.json`] }],
  }));
  const asked = [...settings.consul, ...settings.swarm, ...settings.http].map(({ url }) => placeOf(url));
  return {
    jobs: [
      ...clusterJobs(settings.kubernetes, platform.account, args.reserved ?? []),
      ...consul,
      ...swarm,
      ...http,
      ...files,
    ],
    connections: [
      ...clusterConnections(settings.kubernetes),
      ...asked,
      ...(asked.length === 0 ? [] : ANYWHERE),
      ...Object.values(targets)
        .flat()
        .flatMap((group) => group.targets.map((target) => placeOf(`http://${target}`))),
    ],
    permissions: clusterPermissions(settings.kubernetes),
  };
}

/** What is found outside the cluster's own API may be at any address. */
export const ANYWHERE: readonly Connection[] = [{ discovered: 'workloads' }, { outside: 'discovered' }];

type ClusterJob = keyof typeof CLUSTER_JOBS;
type Cluster = DiscoverySettings['kubernetes'];

/** The namespaces that are named; none where all are meant. */
const namedIn = ({ namespaces }: Cluster): readonly string[] => (namespaces === 'all' ? [] : namespaces);

function clusterJobs(
  cluster: Cluster,
  account: Account | undefined,
  reserved: readonly string[],
): Record<string, unknown>[] {
  const named = namedIn(cluster);
  const namespaces = named.length === 0 ? {} : { namespaces: { names: named } };
  return [
    ...(cluster.services
      ? [
          {
            job_name: 'kubernetes-services' satisfies ClusterJob,
            kubernetes_sd_configs: [{ role: 'endpointslice', ...namespaces }],
            relabel_configs: [
              ...annotated('service'),
              replace('__meta_kubernetes_service_name', 'job'),
              replace(annotation('service', 'job'), 'job'),
              ...placed(),
              keptApart(reserved),
            ],
          },
        ]
      : []),
    ...(cluster.pods
      ? [
          {
            job_name: 'kubernetes-pods' satisfies ClusterJob,
            kubernetes_sd_configs: [{ role: 'pod', ...namespaces }],
            relabel_configs: [
              { source_labels: ['__meta_kubernetes_pod_container_init'], regex: 'true', action: 'drop' },
              { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Failed|Succeeded', action: 'drop' },
              ...annotated('pod'),
              replace('__meta_kubernetes_pod_label_app', 'job'),
              replace('__meta_kubernetes_pod_label_app_kubernetes_io_name', 'job'),
              replace(annotation('pod', 'job'), 'job'),
              ...placed(),
              keptApart(reserved),
            ],
          },
        ]
      : []),
    ...(cluster.nodes && account !== undefined
      ? [
          nodeJob('kubelet', '/metrics', KUBELET_METRICS, cluster, account),
          nodeJob('cadvisor', '/metrics/cadvisor', CONTAINER_METRICS, cluster, account),
        ]
      : []),
  ];
}

/** Of the thousands of series that a kubelet has for each node, those that tell of capacity and trouble. */
const KUBELET_METRICS =
  'kubelet_(node_name|evictions|running_(pods|containers)|runtime_operations(_errors)?_total|volume_stats_(available|capacity|used)_bytes)';
const CONTAINER_METRICS =
  'container_(cpu_usage_seconds_total|cpu_cfs_(throttled_)?periods_total|memory_(working_set_bytes|rss)|oom_events_total|network_(receive|transmit)_(bytes|errors)_total|fs_(usage|limit)_bytes|spec_memory_limit_bytes)|machine_(cpu_cores|memory_bytes)';

function nodeJob(
  job: ClusterJob,
  path: string,
  kept: string,
  { verifyNodes }: Cluster,
  account: Account,
): Record<string, unknown> {
  return {
    job_name: job,
    scheme: 'https',
    metrics_path: path,
    authorization: { credentials_file: account.token },
    tls_config: { ca_file: account.authority, ...(verifyNodes ? {} : { insecure_skip_verify: true }) },
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      replace('__meta_kubernetes_node_name', 'node'),
      replace('__meta_kubernetes_node_name', 'instance'),
    ],
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: kept, action: 'keep' }],
  };
}

/** Jobs of the machines of a cluster. */
export const NODE_JOBS = ['kubelet', 'cadvisor'] as const;

const KUBELET_PORT = 10_250;

function clusterConnections(cluster: Cluster): Connection[] {
  const namespaces = namedIn(cluster);
  return [
    ...(cluster.services || cluster.pods
      ? [{ discovered: 'workloads', ...(namespaces.length === 0 ? {} : { namespaces }) } as const]
      : []),
    ...(cluster.nodes ? [{ discovered: 'machines', port: KUBELET_PORT } as const] : []),
  ];
}

/** The least that each kind of discovery reads, in the namespaces that it reads. */
function clusterPermissions(cluster: Cluster): Permission[] {
  const { services, pods, nodes } = cluster;
  const namespaces = namedIn(cluster);
  const where = namespaces.length === 0 ? {} : { namespaces };
  return [
    ...(services
      ? [
          {
            apiGroups: ['discovery.k8s.io'],
            resources: ['endpointslices'],
            verbs: ['list', 'watch'],
            ...where,
          } as const,
        ]
      : []),
    ...(services || pods
      ? [
          {
            apiGroups: [''],
            resources: services ? ['pods', 'services'] : ['pods'],
            verbs: ['list', 'watch'],
            ...where,
          } as const,
        ]
      : []),
    ...(nodes
      ? ([
          { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
          { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        ] as const)
      : []),
  ];
}

/** An entry of `consul_sd_configs`. */
export function consulConfig({
  url,
  services,
  tags,
  datacenter,
  token,
  basicAuth,
}: DiscoverySettings['consul'][number]): Record<string, unknown> {
  const { server, scheme, pathPrefix } = consulServer(url);
  return {
    server,
    scheme,
    ...(pathPrefix === undefined ? {} : { path_prefix: pathPrefix }),
    ...(services.length === 0 ? {} : { services }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(datacenter === undefined ? {} : { datacenter }),
    ...authorization(token),
    ...(basicAuth && { basic_auth: { username: basicAuth.user, password: basicAuth.password } }),
  };
}

function consulJob(agent: DiscoverySettings['consul'][number], index: number): Record<string, unknown> {
  return {
    job_name: `consul-${index}`,
    consul_sd_configs: [consulConfig(agent)],
    relabel_configs: [
      replace('__meta_consul_service', 'job'),
      replace('__meta_consul_node', 'node'),
      replace('__meta_consul_service_metadata_metrics_path', '__metrics_path__', '(/.*)'),
    ],
  };
}

function swarmJob({ url }: DiscoverySettings['swarm'][number], index: number): Record<string, unknown> {
  const label = (name: string) => `__meta_dockerswarm_service_label_prometheus_${name}`;
  return {
    job_name: `swarm-${index}`,
    dockerswarm_sd_configs: [{ host: url, role: 'tasks' }],
    relabel_configs: [
      { source_labels: ['__meta_dockerswarm_task_desired_state'], regex: 'running', action: 'keep' },
      { source_labels: [label('scrape')], regex: 'true', action: 'keep' },
      port(label('port')),
      replace(label('path'), '__metrics_path__', '(/.*)'),
      replace('__meta_dockerswarm_service_name', 'job'),
      replace(label('job'), 'job'),
      replace('__meta_dockerswarm_node_hostname', 'node'),
    ],
  };
}

function httpJob({ name, url, token }: DiscoverySettings['http'][number]): Record<string, unknown> {
  return { job_name: name, http_sd_configs: [{ url, ...authorization(token) }] };
}

function authorization(token: string | undefined): Record<string, unknown> {
  return token === undefined ? {} : { authorization: { credentials: token } };
}

/** Only what is annotated, at the port, path and scheme that the annotations name. */
function annotated(kind: 'service' | 'pod'): Relabelling[] {
  return [
    { source_labels: [annotation(kind, 'scrape')], regex: 'true', action: 'keep' },
    replace(annotation(kind, 'scheme'), '__scheme__', '(https?)'),
    replace(annotation(kind, 'path'), '__metrics_path__', '(/.*)'),
    port(annotation(kind, 'port')),
  ];
}

/** Whoever annotates a pod with a job of the stack gets `<namespace>/<job>`: rules and pages go by the job. */
function keptApart(reserved: readonly string[]): Relabelling {
  return {
    source_labels: ['namespace', 'job'],
    regex: `(.+);(${reserved.join('|')})`,
    target_label: 'job',
    replacement: `\${1}/\${2}`,
  };
}

/** Where a target runs; the name of its pod tells replicas apart. */
export function placed(): Relabelling[] {
  return [
    replace('__meta_kubernetes_namespace', 'namespace'),
    replace('__meta_kubernetes_pod_name', 'pod'),
    replace('__meta_kubernetes_pod_node_name', 'node'),
  ];
}

function annotation(kind: 'service' | 'pod', name: string): string {
  return `__meta_kubernetes_${kind}_annotation_prometheus_io_${name}`;
}

function port(source: string): Relabelling {
  return {
    source_labels: ['__address__', source],
    regex: '(.+?)(?::\\d+)?;(\\d+)',
    target_label: '__address__',
    // Prometheus's own syntax for what the groups of the expression matched.
    replacement: `\${1}:\${2}`,
  };
}

/** A step that copies a label where it has a value. */
export function replace(source: string, target: string, regex = '(.+)'): Relabelling {
  return { source_labels: [source], regex, target_label: target };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'tcp:': 2375 };

/** Where a URL leads. */
export function placeOf(url: string): Connection {
  const { hostname, port, protocol } = new URL(url);
  return {
    // An IPv6 address stands in brackets in a URL alone.
    outside: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (DEFAULT_PORTS[protocol] ?? 80) : Number(port),
  };
}
