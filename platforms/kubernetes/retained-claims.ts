import { type ClusterAccess, kubectl, withAccess } from './kubectl.ts';
import { objectNames } from './list-objects.ts';
import { type KubernetesOptions, resolveOptions } from './options.ts';

/** A stack's place in a cluster. */
export type StackInCluster = ClusterAccess & Pick<KubernetesOptions, 'namespace'>;

/**
 * What a destroyed stack has left for the next one, as `kind/name`: volume claims, and the namespaces that this
 * program made for them.
 * @throws KubectlError where the cluster cannot be asked.
 */
export function keptObjects(stack: StackInCluster): Promise<string[]> {
  return withAccess(stack, (options) => kept(stack, options));
}

/**
 * Removes them: with the claims goes every sample, silence and setting of Grafana's own.
 * @returns their names.
 * @throws KubectlError where the cluster refuses, or a pod still uses a claim after two minutes.
 */
export function purge(stack: StackInCluster): Promise<string[]> {
  return withAccess(stack, async (options) => {
    const objects = await kept(stack, options);
    const { namespace } = resolveOptions(stack);
    const [namespaces, claims] = [objects.filter(isNamespace), objects.filter((name) => !isNamespace(name))];
    if (claims.length > 0)
      await kubectl(options, ['delete', `--namespace=${namespace}`, '--timeout=120s', ...claims]);
    if (namespaces.length > 0) await kubectl(options, ['delete', '--timeout=120s', ...namespaces]);
    return objects;
  });
}

async function kept(stack: StackInCluster, options: readonly string[]): Promise<string[]> {
  const settings = resolveOptions(stack);
  const place = [`--namespace=${settings.namespace}`];
  const claims = await objectNames(options, settings, 'persistentvolumeclaims', place);
  return [...(await objectNames(options, settings, 'namespaces')), ...claims].sort();
}

function isNamespace(name: string): boolean {
  return name.startsWith('namespace/');
}
