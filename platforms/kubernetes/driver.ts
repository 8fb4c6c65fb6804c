import type { PlatformDriver, StackSite } from '../driver.ts';
import { withForwardedPorts } from './forward.ts';
import { podLogs } from './logs.ts';
import { ownershipProblems } from './ownership.ts';
import { keptObjects, purge } from './retained-claims.ts';
import { rolledOut } from './rollouts.ts';
import { unlistedWorkloads } from './unlisted.ts';

/** What the settings of the platform say of the cluster. */
interface ClusterSection {
  readonly namespace: string;
  readonly createNamespaces?: boolean | undefined;
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

function clusterOf({ section, elsewhere }: StackSite<ClusterSection>) {
  const { namespace, context, kubeconfig } = section;
  return {
    namespace,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}

/** Pods of a cluster, which others may manage too, and whose ports kubectl opens. */
export const kubernetesDriver: PlatformDriver<ClusterSection> = {
  kind: 'kubernetes',
  // Without it, kubectl would take this machine's own cluster.
  credentials: ['kubeconfig'],
  // A kubelet takes up to two minutes to give a running Prometheus its changed rules.
  settleSeconds: 180,
  logs: (site) => podLogs(clusterOf(site)),
  reach: (site, ports, work) => withForwardedPorts(clusterOf(site), ports, work),
  kept: (site) => keptObjects(clusterOf(site)),
  purge: (site) => purge(clusterOf(site)),
  async stopUnlisted(site) {
    const { names, command } = await unlistedWorkloads(clusterOf(site));
    if (names.length === 0) return { removed: [] };
    const advice = `Bring the state back if another machine manages it, or remove it: ${command}`;
    return { removed: [], left: { names, advice } };
  },
  running: (site) => unlistedWorkloads(clusterOf(site)),
  rolledOut: (site, seconds) => rolledOut(clusterOf(site), seconds),
  foreignObjects(site, workloads) {
    const { createNamespaces } = site.section;
    const created = createNamespaces === undefined ? {} : { createNamespaces };
    return ownershipProblems({ ...clusterOf(site), ...created }, workloads);
  },
  portConflicts: async () => ({ conflicts: [], ownLeft: false }),
  shellIn({ section: { namespace, context } }, workload, command) {
    const cluster = context === undefined ? '' : ` --context ${context}`;
    return `kubectl${cluster} exec --namespace ${namespace} statefulset/${workload} -- sh -c '${command}'`;
  },
};
