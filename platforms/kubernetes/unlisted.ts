import { withAccess } from './kubectl.ts';
import { objectNames, ofStack } from './list-objects.ts';
import { resolveOptions } from './options.ts';
import type { StackInCluster } from './retained-claims.ts';

/** What runs pods: what else a stack has in a cluster does nothing by itself. */
const RUNNING = 'deployments,statefulsets,daemonsets';

/** Workloads of a stack that are in its cluster, and the command that removes them. */
export interface Unlisted {
  /** As `kind/name`; none where the engine has removed them already. */
  readonly names: readonly string[];
  readonly command: string;
}

/**
 * Finds the workloads of a stack by their labels: no state is needed.
 * @throws KubectlError where the cluster cannot be asked.
 */
export function unlistedWorkloads(stack: StackInCluster): Promise<Unlisted> {
  return withAccess(stack, async (options) => {
    const settings = resolveOptions(stack);
    const names: string[] = [];
    for (const namespace of [settings.namespace, settings.hostNamespace])
      names.push(...(await objectNames(options, settings, RUNNING, [`--namespace=${namespace}`])));
    return {
      names,
      command: `kubectl delete ${RUNNING} --all-namespaces ${ofStack(settings)}`,
    };
  });
}
