/**
 * The services that are monitored. A service's name is its `job`, its logical host name and the value of the
 * `service` label of its alerts.
 */
export interface ServiceDefinition {
  readonly title: string;
  /** Who owns it: routes and SLOs name the team. */
  readonly team: string;
  /** Logical port of its HTTP interface. */
  readonly port: number;
  readonly healthPath: string;
  readonly metricsPath: string;
  /** How often Prometheus scrapes it. */
  readonly interval: string;
}

export const SERVICES = {
  'inference-api': {
    title: 'Inference API',
    team: 'ml-serving',
    port: 8080,
    healthPath: '/health',
    metricsPath: '/metrics',
    interval: '10s',
  },
  'feature-store': {
    title: 'Feature Store',
    team: 'feature-platform',
    port: 8081,
    healthPath: '/health',
    metricsPath: '/metrics',
    interval: '15s',
  },
  'stream-processing': {
    title: 'Stream Processing',
    team: 'streaming',
    port: 8082,
    healthPath: '/health',
    metricsPath: '/metrics',
    interval: '15s',
  },
  'ml-pipeline': {
    title: 'ML Pipeline',
    team: 'ml-training',
    port: 8083,
    healthPath: '/health',
    metricsPath: '/metrics',
    interval: '15s',
  },
  business: {
    title: 'Business',
    team: 'fraud-analytics',
    port: 8084,
    healthPath: '/health',
    metricsPath: '/metrics',
    interval: '15s',
  },
} as const satisfies Record<string, ServiceDefinition>;

export type ServiceName = keyof typeof SERVICES;

/** What the services stand on: probed by TCP, and by an exporter where there is one. */
export const DEPENDENCIES = {
  redis: { title: 'Redis', team: 'feature-platform', port: 6379 },
  kafka: { title: 'Kafka', team: 'streaming', port: 9092 },
} as const;

export type DependencyName = keyof typeof DEPENDENCIES;

/** The sample feature store's own workload: load, incidents, and the webhook that keeps what Alertmanager sends. */
export const DEMO = { demo: { title: 'Demo', port: 8090 } } as const;

/** Where the broker of the demo is told to refuse connections for a while. */
export const BROKER_ADMIN_PORT = 9192;

/**
 * Scrape jobs besides the services and the stack's own workloads, each of which is a job under its own name.
 * Probes carry the name of what is probed in `service` and its logical address in `instance`.
 */
export const PROBE_JOBS = { http: 'probe-http', tcp: 'probe-tcp', dns: 'probe-dns' } as const;

/** Jobs of what a cluster's own API lists, with the setting that turns each on. */
export const CLUSTER_JOBS = {
  'kubernetes-services': { kind: 'services' },
  'kubernetes-pods': { kind: 'pods' },
  kubelet: { kind: 'nodes' },
  cadvisor: { kind: 'nodes' },
} as const;

/** Scrape jobs of the Redis exporter besides its own, which is about the first node. */
export const REDIS_JOBS = { nodes: 'redis-nodes', sentinels: 'redis-sentinels' } as const;
