import { expect, test } from 'vitest';
import { rolledOut } from '../../../../platforms/kubernetes/rollouts.ts';
import { fakeKubectl } from '../../cli/kubectl.ts';

test('every set of the stack is waited for, and what is late is named', async () => {
  const told = fakeKubectl(`case "$*" in
    *get*) printf 'statefulset.apps/alertmanager\\nstatefulset.apps/prometheus\\n';;
    *prometheus*) echo 'error: timed out waiting for the condition' >&2; exit 1;;
  esac`);
  expect(await rolledOut({ namespace: 'shop', context: 'blue' }, 9)).toEqual([
    'statefulset.apps/prometheus: kubectl: error: timed out waiting for the condition',
  ]);
  const status = (name: string) =>
    `--context=blue rollout status statefulset.apps/${name} --namespace=shop --timeout=9s`;
  expect(told()).toContain(
    '--selector=app.kubernetes.io/part-of=feature-store-monitoring,app.kubernetes.io/instance=shop,',
  );
  expect(told().trim().split('\n').slice(1).sort()).toEqual([status('alertmanager'), status('prometheus')]);
});

test('a cluster that cannot be asked is an error, and not a stack that is in place', async () => {
  fakeKubectl('echo "error: no such host" >&2; exit 1');
  await expect(rolledOut({}, 9)).rejects.toThrow('kubectl: error: no such host');
});
