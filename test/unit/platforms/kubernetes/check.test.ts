import { describe, expect, test } from 'vitest';
import { refusals } from '../../../../platforms/kubernetes/check.ts';
import { resolveOptions } from '../../../../platforms/kubernetes/options.ts';
import { kubernetesPlatform } from '../../../../platforms/kubernetes/platform.ts';
import type { Workload } from '../../../../platforms/workload.ts';
import { bare, stackWorkloads } from './workloads.ts';

const directory = { files: {}, onChange: 'watched' } as const;

test('the whole stack can run', () => {
  expect(kubernetesPlatform().refusals(stackWorkloads())).toStrictEqual([]);
});

describe('a workload is refused, by name, for', () => {
  const cases: readonly (readonly [string, Partial<Workload>, string])[] = [
    ['a name that is no DNS label', { name: 'Bad_Name' }, 'not a DNS label'],
    ['root', { user: 0 }, 'user is 0'],
    [
      'an image without a tag',
      { program: { tool: 'x', image: 'docker.io/x/y' } },
      "image is 'docker.io/x/y'",
    ],
    ['an image without a registry', { program: { tool: 'x', image: 'x/y:1' } }, "image is 'x/y:1'"],
    ['no image at all', { program: { tool: 'x', image: '' } }, "image is ''"],
    ['a moving tag', { program: { tool: 'x', image: 'docker.io/x/y:latest' } }, 'pinned tag'],
    ['half a replica', { replicas: 1.5 }, 'replicas is 1.5'],
    ['replicas on every node', { perNode: true, replicas: 2 }, 'one copy runs on each node'],
    [
      'data on every node',
      { perNode: true, data: { mount: '/data', gibibytes: 1 } },
      'data is kept in a volume claim',
    ],
    [
      'data beside host access',
      { host: {}, data: { mount: '/data', gibibytes: 1 } },
      'host access goes with neither',
    ],
    ['another signal', { stop: { signal: 'SIGQUIT', graceSeconds: 1 } }, 'stop.signal is SIGQUIT'],
    [
      'a port name that is too long',
      {
        ports: [
          { name: 'web', port: 1 },
          { name: 'a-very-long-port', port: 2 },
        ],
      },
      "port 'a-very-long-port'",
    ],
    ['a port that cannot be', { ports: [{ name: 'web', port: 65_536 }] }, "port 'web' is 65536"],
    [
      'two ports of one name',
      {
        ports: [
          { name: 'web', port: 1 },
          { name: 'web', port: 2 },
        ],
      },
      "two ports are named 'web'",
    ],
    [
      'a probe of an unknown port',
      { health: { tcp: { port: 'wbe' } } },
      "health names port 'wbe': there are web",
    ],
    [
      'a limit below the guarantee',
      { resources: { cpuMillis: 1, memoryMebibytes: 2, memoryLimitMebibytes: 1 } },
      'limited to 1 MiB',
    ],
    ['a volume without a size', { data: { mount: '/data', gibibytes: 0 } }, 'data.gibibytes is 0'],
    [
      'one mount for two',
      { scratch: ['/tmp'], data: { mount: '/tmp', gibibytes: 1 } },
      "'/tmp' is mounted twice",
    ],
    [
      'a mount inside a read-only one',
      { directories: [{ ...directory, name: 'config', mount: '/etc/x' }], scratch: ['/etc/x/cache'] },
      "'/etc/x/cache' lies in '/etc/x'",
    ],
    ['a relative mount', { scratch: ['tmp'] }, "mount 'tmp'"],
    [
      'a directory that takes the volume’s name',
      { directories: [{ ...directory, name: 'data', mount: '/etc/x' }] },
      "directory 'data'",
    ],
  ];

  test.each(cases)('%s', (_what, more, message) => {
    const workload = bare(more);
    const found = refusals(workload);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toContain(workload.name);
  });
});

test.each(['Monitoring', 'x'.repeat(59), '-a', ''])("the namespace '%s' is refused", (namespace) => {
  expect(() => resolveOptions({ namespace })).toThrow(`kubernetes.namespace is '${namespace}'`);
});

describe('addresses', () => {
  const platform = kubernetesPlatform({
    namespace: 'mon',
    ingress: { hosts: { grafana: 'grafana.example.org' } },
  });

  test('are names in the namespace', () => {
    expect(platform.address('prometheus', 9090)).toBe('prometheus:9090');
    expect(platform.addresses('prometheus', 9090, 1)).toStrictEqual(['prometheus:9090']);
    expect(platform.addresses('alertmanager', 9093, 2)).toStrictEqual([
      'alertmanager-0.alertmanager-replicas:9093',
      'alertmanager-1.alertmanager-replicas:9093',
    ]);
    expect(platform.dns?.name('redis')).toBe('redis.mon.svc.cluster.local');
  });

  test('for people are public where there is an ingress, and forwarded where there is none', () => {
    expect(platform.url('grafana', 3000)).toBe('https://grafana.example.org');
    expect(platform.url('prometheus', 9090)).toBe('http://127.0.0.1:9090');
    expect(platform.opening?.('prometheus', 9090)).toBe(
      'kubectl --namespace mon port-forward service/prometheus 9090',
    );
    expect(platform.opening?.('grafana', 3000)).toBeUndefined();
  });

  test('of the host lie under one mount', () => {
    expect([platform.host('/'), platform.host('/proc')]).toStrictEqual(['/host', '/host/proc']);
  });
});
