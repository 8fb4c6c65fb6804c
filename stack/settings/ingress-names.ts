import { set } from '../../lib/setting-commands.ts';
import type { RawSettings } from './schema.ts';

/** A workload has one name by which people reach it, by whatever opens it. */
export function openedProblems({ platform, kubernetes }: RawSettings, stack: string): readonly string[] {
  if (platform !== 'kubernetes') return [];
  const { ingress, gateway } = kubernetes;
  return Object.entries(gateway?.hosts ?? {}).flatMap(([workload, host]) => {
    const other = ingress?.hosts[workload as keyof typeof ingress.hosts];
    if (host === undefined || other === undefined || other === host) return [];
    return [
      `kubernetes.gateway.hosts.${workload} is ${JSON.stringify(host)}, but must be ${JSON.stringify(other)}, the name that ` +
        `kubernetes.ingress.hosts.${workload} gives it: a workload has one. ` +
        `Change it: ${set(`kubernetes.gateway.hosts.${workload}`, other, stack)}`,
    ];
  });
}

/**
 * Host names that nobody reaches where the cluster enforces network policies, a sentence for each way: no controller is
 * let in unless its namespace is named.
 */
export function closedHosts({ platform, kubernetes }: RawSettings, stack: string): readonly string[] {
  if (platform !== 'kubernetes') return [];
  const { ingress, gateway, clientNamespaces, clientCidrs } = kubernetes;
  if (clientNamespaces.length > 0 || clientCidrs.length > 0) return [];
  return (
    [
      ['ingress', ingress, 'the Ingress controller'],
      ['gateway', gateway, 'the Gateway'],
    ] as const
  )
    .filter(
      ([, opened]) =>
        opened?.controllerNamespace === undefined &&
        Object.values(opened?.hosts ?? {}).some((host) => host !== undefined),
    )
    .map(
      ([key, , what]) =>
        `kubernetes.${key}.hosts names hosts, and the network policies let nobody in: say in which namespace the pods of ` +
        `${what} run: ${set(`kubernetes.${key}.controllerNamespace`, '<namespace>', stack)}; where a load balancer sends ` +
        `from addresses instead: ${set('kubernetes.clientCidrs[0]', '<range>', stack)}`,
    );
}

/** Whether people reach a workload of a cluster by a host name. */
export function hasHost(
  { platform, kubernetes }: RawSettings,
  workload: 'grafana' | 'prometheus' | 'alertmanager',
): boolean {
  const { ingress, gateway } = kubernetes;
  return platform === 'kubernetes' && (gateway?.hosts[workload] ?? ingress?.hosts[workload]) !== undefined;
}
