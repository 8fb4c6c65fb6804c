import type { Workload } from '../workload.ts';
import { type ClusterAccess, KubectlError, kubectl, withAccess } from './kubectl.ts';
import { labels } from './names.ts';
import { type KubernetesOptions, resolveOptions } from './options.ts';
import { storageManifests } from './storage.ts';

interface Listed {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  }[];
}

/** What keeps data may exist before a stack: its namespaces, and its volume claims. */
type Claimed = 'namespaces' | 'persistentvolumeclaims';

/**
 * Why a stack must not take over what a cluster has already: namespaces and volume claims of its names that do not
 * carry its labels. Others run there, and would be labelled, cut off and removed with it.
 * @returns a sentence for each, with what to change; none where everything is the stack's own, or not there yet.
 * @throws KubectlError where the cluster cannot be asked, with the right to grant where it refuses.
 */
export async function ownershipProblems(
  stack: ClusterAccess & Pick<KubernetesOptions, 'namespace' | 'createNamespaces'>,
  workloads: readonly Workload[],
): Promise<readonly string[]> {
  const settings = resolveOptions(stack);
  const { namespace, hostNamespace, createNamespaces } = settings;
  const claims = workloads.flatMap((workload) =>
    storageManifests(workload, settings).map(({ resource }) => resource),
  );
  const namespaces = workloads.some(({ host }) => host !== undefined)
    ? [namespace, hostNamespace]
    : [namespace];
  return await withAccess(stack, async (access) => {
    const foreign = async (kind: Claimed, names: readonly string[], place: readonly string[]) => {
      if (names.length === 0) return [];
      const { items } = await list(access, kind, names, place);
      const own = Object.entries(labels(settings));
      return items
        .filter(({ metadata }) => own.some(([key, value]) => metadata.labels?.[key] !== value))
        .map(({ metadata }) => metadata.name);
    };
    return [
      ...(createNamespaces ? await foreign('namespaces', namespaces, []) : []).map(
        (name) =>
          `Namespace ${name} exists, and this stack did not make it: it would get the Pod Security level of the stack, and its ` +
          `other pods would be cut off. Choose another with kubernetes.namespace, or leave it as it is with ` +
          `kubernetes.createNamespaces: false.`,
      ),
      ...(await foreign('persistentvolumeclaims', claims, [`--namespace=${namespace}`])).map(
        (name) =>
          `Volume claim ${name} in namespace ${namespace} exists, and this stack did not make it: its data belongs to another ` +
          'program. Choose another namespace with kubernetes.namespace.',
      ),
    ];
  });
}

async function list(
  access: readonly string[],
  kind: Claimed,
  names: readonly string[],
  place: readonly string[],
): Promise<Listed> {
  try {
    const found = await kubectl(access, [
      'get',
      kind,
      ...names,
      ...place,
      '--ignore-not-found',
      '--output=json',
    ]);
    if (found.trim() === '') return { items: [] };
    const parsed = JSON.parse(found) as Listed | Listed['items'][number];
    // One object that exists is given as it is, several as a list.
    return 'items' in parsed ? parsed : { items: [parsed] };
  } catch (error) {
    if (!(error instanceof KubectlError) || !/forbidden/i.test(error.message)) throw error;
    throw new KubectlError(
      `${error.message}\nWithout it nobody can tell whether they belong to another program. Grant it: ${grant(kind, names, place)}`,
    );
  }
}

/** The commands that let whoever deploys read the objects of these names. */
function grant(kind: Claimed, names: readonly string[], place: readonly string[]): string {
  const role = 'feature-store-monitoring-reader';
  const only = names.map((name) => ` --resource-name=${name}`).join('');
  const [what, bind] = place.length === 0 ? ['clusterrole', 'clusterrolebinding'] : ['role', 'rolebinding'];
  const where = place.map((each) => ` ${each}`).join('');
  return (
    `kubectl create ${what} ${role} --verb=get --resource=${kind}${only}${where} && ` +
    `kubectl create ${bind} ${role} --${what}=${role} --user=<who deploys>${where}`
  );
}
