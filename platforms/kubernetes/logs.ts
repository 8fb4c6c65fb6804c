import type { WorkloadLog } from '../workload.ts';
import { KubectlError, kubectl, withAccess } from './kubectl.ts';
import { ofStack } from './list-objects.ts';
import { resolveOptions } from './options.ts';
import type { StackInCluster } from './retained-claims.ts';

/** One line a pod: its namespace, the workload that it is a copy of, its name. */
const COLUMNS =
  '{range .items[*]}{.metadata.namespace} {.metadata.labels.app\\.kubernetes\\.io/name} {.metadata.name}{"\\n"}{end}';

/**
 * The logs of a stack's pods.
 * @throws KubectlError where the cluster cannot be asked.
 */
export async function podLogs(stack: StackInCluster): Promise<readonly WorkloadLog[]> {
  const settings = resolveOptions(stack);
  const pods = await withAccess(stack, (options) =>
    Promise.all(
      [settings.namespace, settings.hostNamespace].map((namespace) =>
        kubectl(options, [
          ...['get', 'pods', `--namespace=${namespace}`, ofStack(settings)],
          `--output=jsonpath=${COLUMNS}`,
        ]),
      ),
    ),
  );
  return pods
    .flatMap((listed) => listed.split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const [namespace = '', workload = '', pod = ''] = line.split(' ');
      return { workload, copy: pod, tail: (lines) => tail(stack, namespace, pod, lines) };
    });
}

/** A pod whose program could not start has no log: kubectl says why. */
async function tail(
  stack: StackInCluster,
  namespace: string,
  pod: string,
  lines: number,
): Promise<readonly string[]> {
  try {
    const wanted = ['--all-containers', `--tail=${lines}`];
    const said = await withAccess(stack, (options) =>
      kubectl(options, ['logs', `--namespace=${namespace}`, pod, ...wanted]),
    );
    return said.split('\n').filter((line) => line !== '');
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    return [error.message];
  }
}
