import { KubectlError, kubectl, withAccess } from './kubectl.ts';
import { objectNames } from './list-objects.ts';
import { resolveOptions } from './options.ts';
import type { StackInCluster } from './retained-claims.ts';

/**
 * Waits until the pods of every StatefulSet of a stack are those of its newest declaration. Pulumi's provider may be
 * content before they are: it does not ask of which generation a status is.
 * @param seconds at most.
 * @returns what is not in place when they are over, as kubectl says it.
 * @throws KubectlError where the cluster cannot be asked.
 */
export async function rolledOut(stack: StackInCluster, seconds: number): Promise<readonly string[]> {
  const settings = resolveOptions(stack);
  const place = [`--namespace=${settings.namespace}`];
  return await withAccess(stack, async (options) => {
    const late = await Promise.all(
      (await objectNames(options, settings, 'statefulsets', place)).map(async (name) => {
        try {
          await kubectl(options, ['rollout', 'status', name, ...place, `--timeout=${seconds}s`]);
          return [];
        } catch (error) {
          if (!(error instanceof KubectlError)) throw error;
          return [`${name}: ${error.message}`];
        }
      }),
    );
    return late.flat();
  });
}
