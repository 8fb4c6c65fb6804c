import { expect, test } from 'vitest';
import { resolveOptions } from '../../../../platforms/kubernetes/options.ts';
import { ownershipProblems } from '../../../../platforms/kubernetes/ownership.ts';
import { parseSettings, SettingsError } from '../../../../stack/settings/index.ts';
import { fakeKubectl } from '../../cli/kubectl.ts';
import { manifestsOfAll, ofKind } from './objects.ts';
import { bare } from './workloads.ts';

const OWN = {
  'app.kubernetes.io/part-of': 'feature-store-monitoring',
  'app.kubernetes.io/instance': 'monitoring',
  'app.kubernetes.io/managed-by': 'pulumi',
};
const object = (kind: string, name: string, labels: object) => ({ kind, metadata: { name, labels } });
/** A cluster with these objects. */
const cluster = (namespaces: object, claims: object = { items: [] }) =>
  fakeKubectl(`case "$*" in
    *"get namespaces"*) echo '${JSON.stringify(namespaces)}';;
    *"get persistentvolumeclaims"*) echo '${JSON.stringify(claims)}';;
  esac`);
const kept = bare({ data: { mount: '/data', gibibytes: 1 } });
const host = bare({ name: 'host', perNode: true, host: { pid: true } });

test('a namespace that others made is not taken over, and the message says what to do', async () => {
  const told = cluster(object('Namespace', 'monitoring', { 'kubernetes.io/metadata.name': 'monitoring' }));
  const found = await ownershipProblems({}, [kept, host]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^Namespace monitoring exists, .*kubernetes\.createNamespaces: false\.$/);
  expect(told()).toContain('get namespaces monitoring monitoring-host --ignore-not-found');
});

test('what the stack made before is its own, and so is what is not there', async () => {
  const namespaces = ['monitoring', 'monitoring-host'].map((name) => object('Namespace', name, OWN));
  cluster({ items: namespaces }, { items: [object('PersistentVolumeClaim', 'data-example-0', OWN)] });
  expect(await ownershipProblems({}, [kept, host])).toEqual([]);
  fakeKubectl('true');
  expect(await ownershipProblems({}, [kept, host])).toEqual([]);
});

test('the namespace of another stack of this program is not', async () => {
  cluster(object('Namespace', 'monitoring', { ...OWN, 'app.kubernetes.io/instance': 'other' }));
  expect(await ownershipProblems({}, [kept])).toHaveLength(1);
});

test('a claim of another program is not mounted, even in a namespace that exists', async () => {
  cluster({ items: [] }, object('PersistentVolumeClaim', 'data-example-0', { app: 'other' }));
  const [problem] = await ownershipProblems({ createNamespaces: false }, [kept]);
  expect(problem).toContain('Volume claim data-example-0 in namespace monitoring exists');
});

test('an existing namespace that is left as it is is not looked at', async () => {
  const told = cluster(object('Namespace', 'monitoring', {}));
  expect(await ownershipProblems({ createNamespaces: false }, [kept])).toEqual([]);
  expect(told()).not.toContain('get namespaces');
});

test('who may not read them is told what to grant', async () => {
  fakeKubectl(
    `echo 'Error from server (Forbidden): namespaces "monitoring" is forbidden: User "ci" cannot get resource' >&2; exit 1`,
  );
  await expect(ownershipProblems({}, [kept])).rejects.toThrow(
    'kubectl create clusterrole feature-store-monitoring-reader --verb=get --resource=namespaces --resource-name=monitoring && ' +
      'kubectl create clusterrolebinding',
  );
});

test('in a namespace of others the pods of others keep their traffic', () => {
  const policies = (createNamespaces: boolean) =>
    ofKind(manifestsOfAll([kept, host], { createNamespaces }), 'NetworkPolicy').map(
      ({ spec }) => spec.podSelector,
    );
  const everything = (selector: unknown) => JSON.stringify(selector) === '{}';
  expect(policies(true).filter(everything)).toHaveLength(2);
  expect(policies(false).filter(everything)).toHaveLength(0);
  expect(policies(false)).toContainEqual({ matchLabels: OWN });
});

test('what was not made here is neither labelled nor deleted', () => {
  expect(ofKind(manifestsOfAll([kept, host], { createNamespaces: false }), 'Namespace')).toEqual([]);
});

test.each(['default', 'kube-system', 'kube-public', 'openshift-monitoring'])('%s is refused', (namespace) => {
  expect(() => resolveOptions({ namespace })).toThrow('belongs to the cluster');
  const parse = () => parseSettings({ platform: 'kubernetes', kubernetes: { namespace } }, { stack: 'a' });
  expect(parse).toThrow(SettingsError);
  expect(parse).toThrow(`kubernetes.namespace is "${namespace}", but must be a namespace of the stack's own`);
});
