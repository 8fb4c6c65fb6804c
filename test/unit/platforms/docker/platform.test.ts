import { describe, expect, test } from 'vitest';
import { hostMountsOf } from '../../../../platforms/docker/command.ts';
import { imageReference } from '../../../../platforms/docker/images.ts';
import { type DockerOptions, resolveOptions } from '../../../../platforms/docker/options.ts';
import { dockerPlatform } from '../../../../platforms/docker/platform.ts';
import type { ConfigDirectory, Workload } from '../../../../platforms/workload.ts';
import { fakeProgram } from '../../cli/kubectl.ts';
import { bare, containerOf, loaderOf, OPTIONS, stackWorkloads } from './workloads.ts';

const platform = (more: Partial<DockerOptions> = {}) => dockerPlatform({ ...OPTIONS, ...more });
const directory = (more: Partial<ConfigDirectory> = {}): ConfigDirectory => ({
  name: 'config',
  mount: '/etc/example',
  files: { 'a.yml': 'a' },
  onChange: { reload: '/-/reload' },
  ...more,
});

test('addresses are names, known before anything exists', () => {
  const subject = platform({ ports: { prometheus: 24_000 } });
  expect(subject.address('prometheus', 9090)).toBe('prometheus:9090');
  expect(subject.addresses('prometheus', 9090, 2)).toEqual(['prometheus:9090']);
  expect(subject.listen('prometheus', 9090)).toBe(':9090');
  expect(subject.url('prometheus', 9090)).toBe('http://127.0.0.1:24000');
  expect([subject.host('/'), subject.host('/proc')]).toEqual(['/host', '/host/proc']);
  expect(subject.dns).toMatchObject({ server: '127.0.0.11:53' });
});

test('what is published is opened where it is published', () => {
  const published = (publishAddress: string) =>
    containerOf(stackWorkloads()[0] ?? bare(), { publishAddress }).ports?.map(({ ip }) => ip);
  const url = (publishAddress: string) => platform({ publishAddress }).url('prometheus', 9090);
  expect([published('192.0.2.7'), url('192.0.2.7')]).toEqual([['192.0.2.7'], 'http://192.0.2.7:9090']);
  expect([published('0.0.0.0'), url('0.0.0.0')]).toEqual([['0.0.0.0'], 'http://127.0.0.1:9090']);
});

test('who uses the network of the machine is reached through the gateway, and by nobody outside', () => {
  const subject = platform({ subnet: '10.99.1.16/28' });
  expect(subject.listen('node-exporter', 9100)).toBe('10.99.1.17:9100');
  const prometheus = stackWorkloads()[0] ?? bare();
  expect(containerOf(prometheus, { subnet: '10.99.1.16/28' }).hosts).toEqual([
    { host: 'node-exporter', ip: '10.99.1.17' },
    { host: 'host.docker.internal', ip: 'host-gateway' },
  ]);
});

test('networks of the user are joined by who connects to the outside', () => {
  const networks = ['shop_default'];
  const outside = containerOf(bare({ connectsTo: [{ outside: 'inference-api', port: 80 }] }), { networks });
  const inside = containerOf(bare(), { networks });
  expect(outside.networksAdvanced?.map(({ name }) => name)).toEqual(['monitoring-dev', 'shop_default']);
  expect(inside.networksAdvanced).toEqual([{ name: 'monitoring-dev', aliases: ['example'] }]);
});

test.each([
  ['hooks.slack.com', false],
  ['10.0.0.7', false],
  ['host.docker.internal', false],
  ['kafka', true],
  ['kafka.shop_default', true],
  ['discovered', true],
])('who connects to %s joins them: %s', (outside, joins) => {
  const networks = ['shop_default'];
  const { networksAdvanced = [] } = containerOf(bare({ connectsTo: [{ outside, port: 80 }] }), { networks });
  expect((networksAdvanced as { name: string }[]).some(({ name }) => name === 'shop_default')).toBe(joins);
});

test('mounts of the machine are shared as the engine can', async () => {
  const propagation = (hostMounts?: 'rslave' | 'rprivate') =>
    containerOf(
      bare({ host: { paths: [{ path: '/', mount: '/host' }] } }),
      hostMounts === undefined ? {} : { hostMounts },
    ).mounts?.find(({ type }) => type === 'bind')?.bindOptions;
  expect(propagation()).toEqual({ propagation: 'rslave' });
  expect(propagation('rprivate')).toEqual({ propagation: 'rprivate' });
  const asked = (says: string) => {
    fakeProgram('docker', `echo '${says}'`);
    return hostMountsOf({ stack: 'dev' });
  };
  expect(await asked('Docker Desktop 6.6.12-linuxkit')).toBe('rprivate');
  expect(await asked('Ubuntu 22.04 5.15.153.1-microsoft-standard-WSL2')).toBe('rprivate');
  expect(await asked('Debian GNU/Linux 12 (bookworm) 6.1.0-21-amd64')).toBe('rslave');
});

test('images come from the mirror, and by digest where one is known', () => {
  const image = 'docker.io/prom/prometheus:v3.15.0';
  const digest = `sha256:${'a'.repeat(64)}`;
  const reference = (more: Partial<DockerOptions>) =>
    imageReference(image, resolveOptions({ ...OPTIONS, ...more }));
  expect(reference({})).toBe(image);
  expect(reference({ imageRegistry: 'mirror.local:5000/hub/' })).toBe(
    'mirror.local:5000/hub/prom/prometheus:v3.15.0',
  );
  expect(reference({ digests: { [image]: digest } })).toBe(`docker.io/prom/prometheus@${digest}`);
});

test('a changed file is a matter of the loader alone, unless it means a restart', () => {
  const reloaded = (content: string) => bare({ directories: [directory({ files: { 'a.yml': content } })] });
  const restarted = (content: string) =>
    bare({ directories: [directory({ files: { 'a.yml': content }, onChange: 'restart' })] });
  expect(containerOf(reloaded('b'))).toEqual(containerOf(reloaded('a')));
  expect(loaderOf(reloaded('b'))).not.toEqual(loaderOf(reloaded('a')));
  expect(containerOf(restarted('b')).labels).not.toEqual(containerOf(restarted('a')).labels);
  expect(loaderOf(reloaded('a'))?.command.slice(-2)).toEqual(['reload', 'http://example:8000/-/reload']);
  expect(loaderOf(restarted('a'))?.networkMode).toBe('none');
});

test.each([
  [60, '1m0s'],
  [59, '59s'],
  [3725, '1h2m5s'],
  [7200, '2h0m0s'],
])('a start of %i s is written as the provider reads it back: %s', (startupSeconds, written) => {
  const health = { tcp: { port: 'web' }, startupSeconds };
  expect(containerOf(bare({ health })).healthcheck.startPeriod).toBe(written);
});

test('TCP is probed by the listening socket', () => {
  const tests = containerOf(bare({ health: { tcp: { port: 'web' } } })).healthcheck.tests;
  expect(tests).toContain(':1F40 [0-9A-F]+:0000 0A ');
});

describe('refusals', () => {
  const cases: readonly [string, Partial<Workload>, string][] = [
    ['root', { user: 0 }, 'user is 0'],
    ['latest', { program: { tool: 'x', image: 'docker.io/a/b:latest' } }, "image is 'docker.io/a/b:latest'"],
    ['a short image name', { program: { tool: 'x', image: 'redis:7' } }, 'a full name'],
    ['an unknown health port', { health: { tcp: { port: 'nope' } } }, 'the port "nope"; its ports are web'],
    ['an empty argument', { args: [''] }, 'empty argument'],
    ['an empty file', { directories: [directory({ files: { 'a.yml': '' } })] }, 'is empty'],
    ['a file outside', { directories: [directory({ files: { '../a': 'x' } })] }, 'no plain path'],
    ['a nested mount', { directories: [directory()], scratch: ['/etc/example/x'] }, 'side by side'],
    ['the folder of the helper', { scratch: ['/.health'] }, 'keeps for itself'],
    ['the name of the data volume', { directories: [directory({ name: 'data' })] }, 'needs another name'],
    [
      'permissions',
      { permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
      'permissions',
    ],
    ['an unnamed use of the host network', { host: { network: true } }, 'onHostNetwork'],
    [
      'less limit than guarantee',
      { resources: { cpuMillis: 1, memoryMebibytes: 9, memoryLimitMebibytes: 8 } },
      '8 MiB',
    ],
  ];
  test.each(cases)('%s', (_what, more, message) => {
    expect(
      platform()
        .refusals([bare(more)])
        .join('\n'),
    ).toContain(message);
    expect(platform().refusals([bare(more)])[0]).toMatch(/^example cannot run on Docker: /);
  });

  test('nothing of the stack itself', () => {
    expect(platform().refusals(stackWorkloads())).toEqual([]);
  });

  test.each([
    [{ stack: 'Dev' }, "called 'Dev'"],
    [{ stack: 'dev', subnet: '8.8.8.0/24' }, 'docker.subnet'],
    [{ stack: 'dev', subnet: '10.0.0.8/24' }, 'docker.subnet'],
    [{ stack: 'dev', publishAddress: 'localhost' }, 'docker.publishAddress'],
    [{ stack: 'dev', digests: { a: 'sha256:1' } }, 'make pin-images'],
  ])('options %o', (options, message) => {
    expect(() => dockerPlatform(options)).toThrow(message);
  });
});
