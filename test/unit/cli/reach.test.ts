import { describe, expect, test } from 'vitest';
import { keepOrPurge } from '../../../cli/retained-data.ts';
import { reaching, siteOf, withCredentials } from '../../../cli/site-access.ts';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { fakeKubectl } from './kubectl.ts';

const settingsOf = (kubernetes: object, platform = 'kubernetes') =>
  parseSettings({ platform, trial: true, kubernetes }, { stack: 'dev' });
const ENCRYPTED = settingsOf({ kubeconfig: SECRET_PLACEHOLDER, context: 'blue' });
const OWN = 'apiVersion: v1\nkind: Config\n';

test('nothing asks the machine’s own cluster for a stack whose kubeconfig is encrypted', async () => {
  const told = fakeKubectl('echo namespace/monitoring');
  await expect(siteOf(ENCRYPTED)).rejects.toThrow('kubernetes.kubeconfig is still encrypted');
  await expect((async () => keepOrPurge(ENCRYPTED, true))()).rejects.toThrow('still encrypted');
  expect(told()).toBe('');
});

test('what is purged is in the cluster of the stack’s kubeconfig, once that is decrypted', async () => {
  const told = fakeKubectl('echo namespace/monitoring');
  const asked: unknown[] = [];
  const settings = await withCredentials(ENCRYPTED, async (stack) => ({
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
  expect(await withCredentials(settings, open)).toBe(settings);
});

describe('what a command asks is opened for it', () => {
  const SETTINGS = settingsOf({});
  const platform = kubernetesAddressing();
  /** Redis's exporter and Grafana have no pod that runs; each other service gets a port, its own with a nine before. */
  const PENDING = `case "$*" in
    *service/grafana*|*service/redis-exporter*)
      echo 'error: unable to forward port because pod is not running. Current status=Pending' >&2; exit 1;;
    *) echo "Forwarding from 127.0.0.1:9\${4#:} -> \${4#:}"; exec sleep 60;;
  esac`;

  test('and nothing else, so that nothing else can be in its way', async () => {
    const told = fakeKubectl(PENDING);
    const url = await reaching(SETTINGS, platform, ['demo'], async (reached) => reached.url('demo', 8090));
    expect(url).toBe('http://127.0.0.1:98090');
    expect(told()).toBe('--namespace=monitoring port-forward service/demo :8090\n');
  });

  test('one that does not open is named when its URL is asked for, in the words of kubectl', async () => {
    fakeKubectl(PENDING);
    await reaching(SETTINGS, platform, ['grafana', 'alertmanager'], async (reached) => {
      expect(reached.url('alertmanager', 9093)).toBe('http://127.0.0.1:99093');
      expect(() => reached.url('grafana', 3000)).toThrow(
        'grafana cannot be reached: kubectl: error: unable to forward port because pod is not running. Current status=Pending',
      );
    });
  });

  test('one that was not asked for is not taken from this machine', async () => {
    fakeKubectl(PENDING);
    const asked = reaching(SETTINGS, platform, [], async (reached) => reached.url('prometheus', 9090));
    await expect(asked).rejects.toThrow('prometheus cannot be reached');
  });
});
