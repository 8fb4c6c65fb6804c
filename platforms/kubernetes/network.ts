import { isIP } from 'node:net';
import type { Connection, Port, Workload } from '../workload.ts';
import { ANYWHERE, range } from './addresses.ts';
import {
  type EgressRule,
  type IngressRule,
  listed,
  type Manifest,
  manifest,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
} from './manifest.ts';
import { connectsLabel, labels, selector } from './names.ts';
import { hostsOf, type Settings } from './options.ts';

/** The API server, as its service and as itself. */
const API_PORTS: NetworkPolicyPort[] = [
  { port: 443, protocol: 'TCP' },
  { port: 6443, protocol: 'TCP' },
];

/**
 * Nothing goes in or out of a pod that no other policy allows; only names can be looked up. In a namespace of the
 * stack's own that holds for every pod; in another one the pods of others keep their traffic.
 */
export function defaultPolicyManifest(settings: Settings, namespace: string): Manifest {
  return manifest('NetworkPolicy', `${namespace}-default`, {
    metadata: { name: 'default-deny', namespace, labels: labels(settings) },
    spec: {
      podSelector: settings.createNamespaces ? {} : { matchLabels: labels(settings) },
      policyTypes: ['Ingress', 'Egress'],
      egress: [dnsRule(settings)],
    },
  });
}

/**
 * Names are looked up with the pods of the resolvers' namespaces, and with resolvers that no policy can name: a cache on
 * the machine's network, or a service whose address a cache takes over.
 */
function dnsRule({ dns }: Settings): EgressRule {
  return {
    to: [...dns.namespaces.map(namespaceNamed), ...dns.addresses.map(range)],
    ports: dns.ports.flatMap((port) => [
      { port, protocol: 'UDP' },
      { port, protocol: 'TCP' },
    ]),
  };
}

/** Who may connect to a workload, and where it may connect to. */
export function networkManifests(workload: Workload, settings: Settings): Manifest[] {
  const { name } = workload;
  if (workload.host?.network === true) return [hostTargetPolicy(workload, settings)];
  return [
    manifest('NetworkPolicy', name, {
      metadata: { name, namespace: settings.namespace, labels: labels(settings, name) },
      spec: {
        podSelector: { matchLabels: selector(settings, name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: ingressRules(workload, settings),
        ...listed(
          'egress',
          unique([
            ...(workload.connectsTo ?? []).map((to) => egressRule(to, settings)),
            ...((workload.permissions ?? []).length > 0 ? [{ to: [...ANYWHERE], ports: API_PORTS }] : []),
          ]),
        ),
      },
    }),
  ];
}

function ingressRules(workload: Workload, settings: Settings): IngressRule[] {
  const elsewhere = new Set(Object.values(settings.elsewhere).map(({ namespace }) => namespace));
  return [
    {
      from: [
        { podSelector: { matchLabels: { [connectsLabel(workload.name)]: 'true' } } },
        ...[...elsewhere].map(namespaceNamed),
      ],
      ports: ports(workload.ports),
    },
    ...openTo(workload, settings),
  ];
}

/** Who from outside the stack may open a workload's pages. */
function openTo(workload: Workload, settings: Settings): IngressRule[] {
  const published = workload.ports.filter((port) => port.published === true);
  const from = [
    ...clientNamespaces(workload, settings).map(namespaceNamed),
    ...clientRanges(workload, settings).map(range),
  ];
  return published.length === 0 || from.length === 0 ? [] : [{ from, ports: ports(published) }];
}

function clientNamespaces({ name }: Workload, settings: Settings): readonly string[] {
  const controllers = [settings.ingress, settings.gateway].flatMap((opened) =>
    opened?.hosts[name] === undefined ? [] : (opened.controllerNamespace ?? []),
  );
  return [...new Set([...controllers, ...settings.clientNamespaces])];
}

/** Ranges of addresses that may open a workload's pages: a load balancer sends to what it has a host for. */
export function clientRanges(
  { name }: Pick<Workload, 'name'>,
  settings: Pick<Settings, 'ingress' | 'gateway' | 'clientCidrs'>,
): readonly string[] {
  const hosts = hostsOf(settings);
  return Object.keys(hosts).length === 0 || hosts[name] !== undefined ? settings.clientCidrs : [];
}

function egressRule(to: Connection, settings: Settings): EgressRule {
  if ('workload' in to) {
    const elsewhere = settings.elsewhere[to.workload];
    if (elsewhere !== undefined) return { to: [namespaceNamed(elsewhere.namespace)] };
    const peer = { podSelector: { matchLabels: selector(settings, to.workload) } };
    // Some ports (gossip) speak both.
    return {
      to: [peer],
      ports: [
        { port: to.port, protocol: 'TCP' },
        { port: to.port, protocol: 'UDP' },
      ],
    };
  }
  if ('discovered' in to) {
    if (to.discovered === 'machines')
      return { to: machines(settings), ports: [{ port: to.port, protocol: 'TCP' }] };
    // Whoever is annotated says at which port, so that none can be held there.
    const { namespaces = [], port } = to;
    return {
      to: namespaces.length === 0 ? [{ namespaceSelector: {} }] : namespaces.map(namespaceNamed),
      ...(port === undefined ? {} : { ports: ports([{ port }]) }),
    };
  }
  const { port, protocol } = to;
  const held = port === undefined ? {} : { ports: ports([{ port, ...(protocol && { protocol }) }]) };
  const version = isIP(to.outside);
  if (version !== 0)
    return { to: [{ ipBlock: { cidr: `${to.outside}/${version === 4 ? 32 : 128}` } }], ...held };
  const namespace = serviceNamespace(to.outside, settings);
  // Policies see the port of the pod behind a service, which its name does not tell.
  if (namespace !== undefined) return { to: [namespaceNamed(namespace)] };
  // A name of one word is looked up in the stack's own namespace first.
  if (/^[a-z0-9-]+$/i.test(to.outside) && to.outside !== DISCOVERED) return { to: [{ podSelector: {} }] };
  // Policies know no host names: the port is all that can be held.
  return { to: [...ANYWHERE], ...held };
}

/** What stands for the host of a target that is known only once it is found. */
const DISCOVERED = 'discovered';

/** Addresses of machines: those that the settings name, else any. */
const machines = ({ nodeCidrs }: Settings): NetworkPolicyPeer[] =>
  nodeCidrs.length === 0 ? [...ANYWHERE] : nodeCidrs.map(range);

/** Namespace of a service's DNS name, such as `inference-api.ml.svc`. */
function serviceNamespace(host: string, settings: Settings): string | undefined {
  return host.replace(`.${settings.clusterDomain}`, '').match(/^[^.]+\.([^.]+)\.svc$/)?.[1];
}

/**
 * Pods on their machine's network have no address of their own, so policies cannot name them: whoever connects
 * to them may reach their ports on any address.
 */
function hostTargetPolicy(workload: Workload, settings: Settings): Manifest {
  return manifest('NetworkPolicy', workload.name, {
    metadata: {
      name: `to-${workload.name}`,
      namespace: settings.namespace,
      labels: labels(settings, workload.name),
    },
    spec: {
      podSelector: { matchLabels: { [connectsLabel(workload.name)]: 'true' } },
      policyTypes: ['Egress'],
      egress: [{ to: machines(settings), ports: ports(workload.ports) }],
    },
  });
}

/** Several connections often come to one rule: hosts on the internet that are all on port 443. */
function unique(rules: readonly EgressRule[]): EgressRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function namespaceNamed(name: string): NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } };
}

function ports(list: readonly Pick<Port, 'port' | 'protocol'>[]): NetworkPolicyPort[] {
  return list.map(({ port, protocol }) => ({ port, protocol: protocol === 'udp' ? 'UDP' : 'TCP' }));
}
