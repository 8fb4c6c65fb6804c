import type { Connection, Permission } from '../../platforms/workload.ts';
import type { Found, Service } from '../../stack/settings/index.ts';
import { ANYWHERE, consulConfig, placed, placeOf, type Relabelling, replace } from './discovery.ts';
import { literal } from './scrape.ts';

/** How Prometheus finds every copy of a service: each is an instance by its address. */
export interface FoundTargets {
  /** Entries of the service's scrape job, beside those of every job. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly connections: readonly Connection[];
}

/** @param family of the addresses of pods: a pod with two addresses is one copy. */
export function foundTargets(found: Found, family: 'IPv4' | 'IPv6'): FoundTargets {
  switch (found.by) {
    case 'kubernetes':
      return { config: inCluster(found, family), connections: [podsOf(found)] };
    case 'dns':
      return {
        config: { dns_sd_configs: [{ names: [found.name], type: 'A', port: found.port }] },
        connections: [{ outside: found.name, port: found.port }],
      };
    case 'consul': {
      const { service, ...agent } = found.consul;
      return {
        config: {
          consul_sd_configs: [consulConfig({ ...agent, services: [service] })],
          relabel_configs: [replace('__meta_consul_node', 'node')],
        },
        connections: [placeOf(found.consul.url), ...ANYWHERE],
      };
    }
  }
}

/** The least that Prometheus reads of the cluster's API to find copies there. */
export function foundPermissions(services: readonly Pick<Service, 'find'>[]): readonly Permission[] {
  const namespaces = [
    ...new Set(services.flatMap(({ find }) => (find?.by === 'kubernetes' ? [find.namespace] : []))),
  ];
  if (namespaces.length === 0) return [];
  return [
    {
      apiGroups: ['discovery.k8s.io'],
      resources: ['endpointslices'],
      verbs: ['list', 'watch'],
      namespaces,
    },
    { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'], namespaces },
  ];
}

type InCluster = Extract<Found, { by: 'kubernetes' }>;

/** Policies see the ports of pods; the name of a Service's port does not tell it. */
const podsOf = ({ namespace, port }: InCluster): Connection => ({
  discovered: 'workloads',
  namespaces: [namespace],
  ...(typeof port === 'number' && { port }),
});

const SLICE = '__meta_kubernetes_endpointslice';

/**
 * The pods behind a Service, ready or not: a copy that has crashed counts as down. One that is about to end does not.
 * Prometheus also lists container ports that the Service does not have, so that only one port is kept.
 */
function inCluster({ namespace, service, labels, port }: InCluster, family: 'IPv4' | 'IPv6') {
  const keep = (source: string, regex: string): Relabelling => ({
    source_labels: [source],
    regex,
    action: 'keep',
  });
  return {
    kubernetes_sd_configs: [
      {
        role: 'endpointslice',
        namespaces: { names: [namespace] },
        ...(labels === undefined && {
          selectors: [{ role: 'endpointslice', label: `kubernetes.io/service-name=${service}` }],
        }),
      },
    ],
    relabel_configs: [
      ...Object.entries(labels ?? {}).map(([name, value]) =>
        keep(`__meta_kubernetes_service_label_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`, literal(value)),
      ),
      keep(`${SLICE}_address_type`, family),
      typeof port === 'number' ? keep('__address__', `.+:${port}`) : keep(`${SLICE}_port_name`, port),
      { source_labels: [`${SLICE}_endpoint_conditions_terminating`], regex: 'true', action: 'drop' } as const,
      ...placed(),
    ],
  };
}
