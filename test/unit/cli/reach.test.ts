import { expect, test } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../../catalogue/secret-placeholder.ts';
import { keepOrPurge } from '../../../cli/kept.ts';
import { clusterOf, withKubeconfig } from '../../../cli/reach.ts';
import { parseSettings } from '../../../settings/index.ts';
import { fakeKubectl } from './kubectl.ts';

const settingsOf = (kubernetes: object, platform = 'kubernetes') =>
  parseSettings({ platform, kubernetes }, { stack: 'dev' });
const ENCRYPTED = settingsOf({ kubeconfig: SECRET_PLACEHOLDER, context: 'blue' });
const OWN = 'apiVersion: v1\nkind: Config\n';

test('nothing asks the machine’s own cluster for a stack whose kubeconfig is encrypted', async () => {
  const told = fakeKubectl('echo namespace/monitoring');
  expect(() => clusterOf(ENCRYPTED)).toThrow('kubernetes.kubeconfig is still encrypted');
  await expect((async () => keepOrPurge(ENCRYPTED, true))()).rejects.toThrow('still encrypted');
  expect(told()).toBe('');
});

test('what is purged is in the cluster of the stack’s kubeconfig, once that is decrypted', async () => {
  const told = fakeKubectl('echo namespace/monitoring');
  const asked: unknown[] = [];
  const settings = await withKubeconfig(ENCRYPTED, async (stack) => ({
    getConfig: async (key, path) => {
      asked.push([stack, key, path]);
      return { value: OWN, secret: true };
    },
  }));
  expect(asked).toEqual([['dev', 'feature-store-monitoring:kubernetes.kubeconfig', true]]);
  await keepOrPurge(settings, true);
  const calls = told().split(OWN);
  expect(calls.at(-2)).toMatch(/^--kubeconfig=\S+ --context=blue delete .*namespace\/monitoring/);
  expect(calls.slice(0, -1).every((call) => call.startsWith('--kubeconfig='))).toBe(true);
});

test.each([
  ['no kubeconfig', settingsOf({})],
  ['one that is decrypted', settingsOf({ kubeconfig: OWN })],
  ['no cluster', settingsOf({ kubeconfig: SECRET_PLACEHOLDER }, 'docker')],
])('%s: nothing is decrypted', async (_name, settings) => {
  const open = async () => expect.unreachable('the engine was asked');
  expect(await withKubeconfig(settings, open)).toBe(settings);
});
