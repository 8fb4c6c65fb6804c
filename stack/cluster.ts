import { type MonitoringStackArgs, stackParts, workloadsOf } from '../components/stack-parts.ts';
import { sentence } from '../lib/sentence.ts';
import { kubernetesOptions } from './addressing.ts';

/** What a cluster has already, and the stack must not take over. Nothing has been touched when it is thrown. */
export class OwnershipError extends Error {
  override readonly name = 'OwnershipError';
}

/**
 * Makes sure that a stack takes over only what it made itself: asked of the cluster before the engine is.
 * @throws OwnershipError naming each object and the setting that avoids it; KubectlError where the cluster cannot be
 * asked.
 */
export async function checkOwnership(plan: MonitoringStackArgs): Promise<void> {
  const { settings } = plan;
  if (settings.platform !== 'kubernetes') return;
  const { ownershipProblems } = await import('../platforms/kubernetes/ownership.ts');
  const { kubeconfig } = settings.kubernetes;
  const { context, namespace, createNamespaces } = kubernetesOptions(settings);
  const found = await ownershipProblems(
    {
      ...(namespace === undefined ? {} : { namespace }),
      ...(createNamespaces === undefined ? {} : { createNamespaces }),
      ...(context === undefined ? {} : { context }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
    workloadsOf(stackParts(plan)),
  );
  if (found.length > 0)
    throw new OwnershipError(
      `The cluster has objects of others, and nothing was changed.\n${found.map((line) => `  - ${sentence(line)}`).join('\n')}`,
    );
}
