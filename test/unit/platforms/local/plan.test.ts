import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import { type Machine, processInputs } from '../../../../platforms/local/plan.ts';
import { localPlatform } from '../../../../platforms/local/platform.ts';
import { definition, fingerprint } from '../../../../platforms/local/process/definition.ts';
import type { ProcessInputs } from '../../../../platforms/local/process/inputs.ts';
import { refusals } from '../../../../platforms/local/refusals.ts';
import type { Workload } from '../../../../platforms/workload.ts';

const machine: Machine = {
  state: '/p q/.monitoring/local',
  root: '/p q',
  executables: { node: '/bin/node', prometheus: '/bin/prometheus', 'process-compose': '/bin/pc' },
  bound: (_, port) => port + 10_000,
};

const workload: Workload = {
  name: 'prometheus',
  program: { tool: 'prometheus', image: 'prom' },
  args: ['--web.enable-lifecycle', '--x=$NOT {{EXPANDED}}'],
  ports: [
    { name: 'web', port: 9090 },
    { name: 'gossip', port: 9094, protocol: 'udp' },
  ],
  directories: [
    { name: 'rules', mount: '/etc/rules', files: { 'a.yml': 'a' }, onChange: { reload: '/-/reload' } },
  ],
  data: { mount: '/data', gibibytes: 1 },
  health: { http: { path: '/-/ready?x=1', port: 'web' } },
  resources: { cpuMillis: 1, memoryMebibytes: 1 },
  user: 1,
};

const inputs = () => processInputs(workload, machine) as unknown as ProcessInputs;

describe('a workload as a process', () => {
  test("is plain data in this machine's terms", () => {
    expect(inputs()).toEqual({
      state: '/p q/.monitoring/local',
      workload: 'prometheus',
      supervisor: '/bin/pc',
      executable: '/bin/prometheus',
      args: workload.args,
      env: {},
      directory: '/p q',
      ports: { web: '19090/tcp', gossip: '19094/udp' },
      directories: {
        rules: {
          path: '/p q/.monitoring/local/prometheus/etc/rules',
          secret: false,
          onChange: 'reload http://127.0.0.1:19090/-/reload',
          files: { 'a.yml': 'a' },
        },
      },
      data: '/p q/.monitoring/local/prometheus/data',
      scratch: [],
      health: 'http://127.0.0.1:19090/-/ready?x=1',
      startupSeconds: 60,
      stop: { signal: 'SIGTERM', graceSeconds: 30 },
      status: 'healthy',
    });
  });

  test('that any page could drive runs behind a guard', () => {
    const guard = { listenFlag: '--listen', usersFlag: '--users', names: ['am.example'] };
    const { executable, args } = processInputs({ ...workload, guard }, machine);
    expect(executable).toBe('/bin/node');
    expect(args).toEqual([
      expect.stringMatching(/^\/.+\/platforms\/guard\/main\.ts$/),
      '--listen-flag=--listen',
      '--users-flag=--users',
      '--users-file=/p q/.monitoring/local/prometheus/.run/users.json',
      '--name=am.example',
      '--',
      '/bin/prometheus',
      ...workload.args,
    ]);
  });

  test('hands over what is secret as a secret, and nothing else', async () => {
    const files = { key: 'plain' };
    const { directories } = processInputs(
      {
        ...workload,
        directories: [
          { name: 'keys', mount: '/etc/keys', files, secret: true, onChange: 'watched' },
          { name: 'config', mount: '/etc/config', files, onChange: 'watched' },
        ],
      },
      machine,
    );
    expect(await pulumi.isSecret(pulumi.output(directories.keys?.files.key))).toBe(true);
    expect(directories.config?.files).toEqual(files);
  });

  test('is started, probed and stopped by the supervisor as it says', () => {
    const made = definition({ ...inputs(), stop: { signal: 'SIGINT', graceSeconds: 7 } });
    expect(made.Args).toEqual(expect.arrayContaining(['/bin/prometheus', ...workload.args]));
    expect(made.ShutDownParams).toEqual({ Signal: 2, ShutDownTimeout: 7 });
    expect(made.ReadinessProbe).toMatchObject({
      HttpGet: { Host: '127.0.0.1', Port: '19090', Path: '/-/ready?x=1' },
      FailureThreshold: 30,
    });
    expect(definition({ ...inputs(), health: 'tcp://127.0.0.1:6379' }).ReadinessProbe).toBeNull();
  });

  test('is restarted for what it was started with, never for its files', () => {
    const before = fingerprint(inputs());
    const files = {
      rules: { ...inputs().directories.rules, files: { 'a.yml': 'b' } },
    } as ProcessInputs['directories'];
    expect(fingerprint({ ...inputs(), directories: files, supervisor: '/other', status: 'stopped' })).toBe(
      before,
    );
    for (const change of [
      { args: ['x'] },
      { env: { A: 'b' } },
      { executable: '/x' },
      { health: 'tcp://127.0.0.1:1' },
    ]) {
      expect(fingerprint({ ...inputs(), ...change })).not.toBe(before);
    }
  });
});

describe('addresses', () => {
  const platform = localPlatform({
    stack: 'local',
    root: '/p',
    executables: {},
    ports: { prometheus: 19_090, kafka: 19_092 },
    mainPorts: { kafka: 9092 },
  });

  test('are on loopback, at the port that the settings choose', () => {
    expect(platform.address('prometheus', 9090)).toBe('127.0.0.1:19090');
    expect(platform.listen('alertmanager', 9093)).toBe('127.0.0.1:9093');
    expect(platform.url('prometheus', 9090)).toBe('http://127.0.0.1:19090');
    expect(platform.addresses('alertmanager', 9093, 3)).toEqual(['127.0.0.1:9093']);
  });

  test('of further ports move with the main one', () => {
    expect(platform.address('kafka', 9092)).toBe('127.0.0.1:19092');
    expect(platform.address('kafka', 9644)).toBe('127.0.0.1:19644');
  });
});

describe('what cannot run here is refused with the workload and the reason', () => {
  const cases: [string, Partial<Workload>, string][] = [
    [
      'an unknown tool',
      { program: { tool: 'thanos', image: '' } },
      'no executable of the tool "thanos"; there are node, process-compose, prometheus',
    ],
    [
      'a probe of no port',
      { health: { tcp: { port: 'grpc' } } },
      'asks the port "grpc"; its ports are web, gossip',
    ],
    [
      'two ports of one name',
      {
        ports: [
          { name: 'web', port: 1 },
          { name: 'web', port: 2 },
        ],
      },
      'two ports are called "web"',
    ],
    [
      'a port twice',
      {
        ports: [
          { name: 'web', port: 1 },
          { name: 'x', port: 1 },
        ],
      },
      'two ports are 10001/tcp on this machine. Change the setting ports.prometheus',
    ],
    [
      'a port out of range',
      { ports: [{ name: 'web', port: 60_000 }] },
      'a port is 70000 on this machine; 1 to 65535 is allowed',
    ],
    [
      'a mount twice',
      { data: { mount: '/etc/rules', gibibytes: 1 } },
      'two folders are mounted at /etc/rules',
    ],
    ['a relative mount', { scratch: ['tmp'] }, 'the mount "tmp" is no plain absolute path'],
    ['a mount outside', { scratch: ['/../x'] }, 'the mount "/../x" is no plain absolute path'],
    ['a reserved mount', { scratch: ['/log/x'] }, 'lies in /log, which the platform keeps for itself'],
    [
      'a file outside',
      { directories: [{ name: 'c', mount: '/c', files: { '../x': '' }, onChange: 'watched' }] },
      'the file "../x" of the directory "c"',
    ],
    ['a reload without port', { ports: [] }, 'reloaded by URL, but there is no port'],
    [
      'permissions',
      { permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
      'permissions of an API',
    ],
    [
      'sidecars',
      { sidecars: [{ name: 's', program: workload.program, args: [], resources: workload.resources }] },
      'the sidecar "s"',
    ],
  ];

  test.each(cases)('%s', (_, change, reason) => {
    const found = refusals({ ...workload, ...change }, machine);
    expect(found.join('\n')).toContain('prometheus cannot run on the local platform: ');
    expect(found.join('\n')).toContain(reason);
  });

  test('and nothing else is', () => {
    expect(refusals({ ...workload, replicas: 3, perNode: true }, machine)).toEqual([]);
  });
});
