import { afterEach, describe, expect, test, vi } from 'vitest';
import { keepOrPurge, stopUnlisted, tellRunning } from '../../../cli/retained-data.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { fakeProgram } from './kubectl.ts';

afterEach(() => vi.restoreAllMocks());

const settings = (platform: string) => parseSettings({ platform, production: false }, { stack: 'try' });

test('containers and networks of a stack that no state lists are removed by their label', async () => {
  const told = fakeProgram(
    'docker',
    `case "$1 $2" in
  "ps --all") printf 'monitoring-try-grafana\\nmonitoring-try-prometheus\\n';;
  "network ls") echo monitoring-try;;
esac`,
  );
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await stopUnlisted(settings('docker'))).toEqual({ stopped: 3, left: false });
  expect(said.mock.calls).toEqual([
    ['Removed, though no state lists it: monitoring-try, monitoring-try-grafana, monitoring-try-prometheus'],
  ]);
  const label = '--filter label=com.feature-store-monitoring.stack=monitoring-try';
  expect(told().trim().split('\n')).toEqual([
    `ps --all --format {{.Names}} ${label}`,
    `network ls --format {{.Name}} ${label}`,
    'rm --force monitoring-try-grafana monitoring-try-prometheus',
    'network rm monitoring-try',
  ]);
});

test('where the engine has removed everything, nothing is said and nothing more is asked for', async () => {
  const told = fakeProgram('docker', 'true');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  expect(await stopUnlisted(settings('docker'))).toEqual({ stopped: 0, left: false });
  expect(said).not.toHaveBeenCalled();
  expect(told()).not.toMatch(/\brm\b/);
});

test('workloads in a cluster that no state lists are told, with the command that removes them', async () => {
  const told = fakeProgram(
    'kubectl',
    'case "$*" in *--namespace=monitoring\\ *) echo statefulset.apps/prometheus;; esac',
  );
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await stopUnlisted(settings('kubernetes'))).toEqual({ stopped: 0, left: true });
  const text = String(said.mock.calls[0]?.[0]);
  expect(text).toContain('Still in the cluster, though no state here lists it: statefulset.apps/prometheus.');
  expect(text).toMatch(
    /remove it: kubectl delete deployments,statefulsets,daemonsets --all-namespaces --selector=\S*app\.kubernetes\.io\/instance=monitoring/,
  );
  expect(told()).not.toContain('delete');
});

describe('what could not be taken down', () => {
  test('is named, with the command that removes it', async () => {
    const asked = fakeProgram(
      'docker',
      'case "$1" in ps) printf "monitoring-try-prometheus\\nmonitoring-try-grafana\\n";; esac',
    );
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    await tellRunning(settings('docker'));
    expect(said.mock.calls).toEqual([
      [
        'Still running: monitoring-try-grafana, monitoring-try-prometheus.\n' +
          'To remove it without the state, data is kept: make down STACK=try CONFIRM=try ARGS=--forget',
      ],
    ]);
    expect(asked()).not.toMatch(/\brm\b/);
  });

  test('is not named where nothing is left, or nothing can be asked', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    fakeProgram('docker', 'true');
    await tellRunning(settings('docker'));
    fakeProgram('docker', 'exit 1');
    await tellRunning(settings('docker'));
    expect(said).not.toHaveBeenCalled();
  });
});

test('processes of this machine are stopped with their folder, and no engine or cluster is asked', async () => {
  const [docker, kubectl] = [fakeProgram('docker', 'echo x'), fakeProgram('kubectl', 'echo x')];
  expect(await stopUnlisted(settings('local'))).toEqual({ stopped: 0, left: false });
  await keepOrPurge(settings('local'), true);
  await tellRunning(settings('local'));
  expect(docker() + kubectl()).toBe('');
});
