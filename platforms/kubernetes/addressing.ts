import type { Addressing } from '../workload.ts';
import { headlessName } from './names.ts';
import { hostsOf, type KubernetesOptions, resolveOptions } from './options.ts';

/** Where a workload with host access sees the machine's root. */
const HOST_ROOT = '/host';
/** Where the kubelet puts the token of a pod's account. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Pods know each other by their services' names. Throws where an option cannot be. */
export function kubernetesAddressing(options: KubernetesOptions = {}): Addressing {
  const { namespace, hostNamespace, clusterDomain, elsewhere, onHostNetwork, ipFamily } =
    resolveOptions(options);
  const hosts = hostsOf(options);
  const context = options.context === undefined ? '' : ` --context ${options.context}`;
  const host = (workload: string) => {
    const at = elsewhere[workload];
    return at === undefined ? workload : `${at.service}.${at.namespace}.svc`;
  };
  const own = (variable: 'HOST_IP' | 'POD_IP') =>
    ipFamily === 'IPv6' ? `[$(${variable})]` : `$(${variable})`;
  const place = (workload: string) => elsewhere[workload] ?? { namespace, service: workload };
  return {
    kind: 'kubernetes',
    address: (workload, port) => `${host(workload)}:${port}`,
    addresses: (workload, port, replicas) =>
      replicas === 1
        ? [`${host(workload)}:${port}`]
        : Array.from({ length: replicas }, (_, n) => `${workload}-${n}.${headlessName(workload)}:${port}`),
    listen: (workload, port) =>
      // A pod on its machine's network answers on the address that the cluster knows, and on no other of the machine.
      onHostNetwork.includes(workload) ? `${own('HOST_IP')}:${port}` : `:${port}`,
    path: (_workload, mount) => mount,
    host: (path) => (path === '/' ? HOST_ROOT : `${HOST_ROOT}${path}`),
    dns: {
      server: `kube-dns.kube-system.svc.${clusterDomain}:53`,
      name: (workload) => {
        const at = place(workload);
        return `${at.service}.${at.namespace}.svc.${clusterDomain}`;
      },
    },
    account: { token: `${ACCOUNT}/token`, authority: `${ACCOUNT}/ca.crt` },
    perNode: (workload) => [`${workload}.${hostNamespace}.svc.${clusterDomain}`],
    advertise: (_workload, port) => `${own('POD_IP')}:${port}`,
    url: (workload, port) => {
      const name = hosts[workload];
      return name === undefined ? `http://127.0.0.1:${port}` : `https://${name}`;
    },
    opening: (workload, port) => {
      if (hosts[workload] !== undefined) return undefined;
      const at = place(workload);
      return `kubectl${context} --namespace ${at.namespace} port-forward service/${at.service} ${port}`;
    },
  };
}
