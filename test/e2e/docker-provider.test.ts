import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HELPER_IMAGE } from '../../platforms/docker/images.ts';
import type { DockerOptions } from '../../platforms/docker/options.ts';
import { dockerPlatform } from '../../platforms/docker/platform.ts';
import type { ChangeEffect, Workload } from '../../platforms/workload.ts';
import { type Engine, engineProblem, startEngine } from '../docker-engine/engine.ts';
import { imageArchives } from '../images/images.ts';
import { plugin, pluginProblem } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import { inspected } from './docker/containers.ts';

const PORT = 24_100;
/** An image with files of its own where the workload's are, as most have. */
const FILLED = 'docker.io/library/filled:1.0.0';
const PREFIX = 'monitoring-provider-test';

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly onChange?: ChangeEffect;
  readonly healthPath?: string;
  readonly memory?: number;
  readonly resources?: DockerOptions['resources'];
}

/** A web server whose pages are its configuration. */
function server({
  files = { 'a.txt': 'one' },
  onChange = 'watched',
  healthPath = '/',
  memory = 16,
}: Change): Workload {
  return {
    name: 'server',
    program: { tool: 'busybox', image: FILLED, command: ['/bin/busybox', 'httpd'] },
    args: ['-f', '-p', '8000', '-h', '/etc/server'],
    ports: [{ name: 'web', port: 8000, published: true }],
    directories: [
      { name: 'config', mount: '/etc/server', files: { 'index.html': 'here', ...files }, onChange },
    ],
    health: { http: { path: healthPath, port: 'web' } },
    resources: { cpuMillis: 10, memoryMebibytes: memory },
    data: { mount: '/data', gibibytes: 1 },
    user: 1000,
    // It hears no signal.
    stop: { signal: 'SIGTERM', graceSeconds: 1 },
  };
}

function program(change: Change = {}): PulumiFn {
  return async () => {
    const platform = dockerPlatform({
      stack: 'provider-test',
      retain: false,
      ports: { server: PORT },
      ...(change.resources === undefined ? {} : { resources: change.resources }),
    });
    platform.run(server(change), new pulumi.ComponentResource('test:index:Example', 'example'));
  };
}

const problem = (await engineProblem()) ?? (await pluginProblem('docker'));
console.log(problem ?? (await plugin('docker')).line);

describe.skipIf(problem !== undefined)('containers and the provider', () => {
  let engine: Engine;
  let stack: TestStack;
  const id = () => inspected(engine, PREFIX).server?.Id;
  const page = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${PORT}/${path}`);
    return answer.ok ? await answer.text() : answer.status;
  };

  beforeAll(async () => {
    engine = startEngine();
    engine.load(Object.values(await imageArchives(['helper'])));
    const fill =
      'mkdir -p /etc/server/sub /data && echo image >/data/own.txt && echo image >/etc/server/sub/own.txt && ln -s /nowhere /etc/server/link';
    const run = `run --name filled --network none --entrypoint /bin/busybox ${HELPER_IMAGE} sh -c`;
    engine.docker([...run.split(' '), fill]);
    engine.docker(['commit', 'filled', FILLED]);
    engine.docker(['rm', 'filled']);
    stack = await TestStack.open(await plugin('docker'), { DOCKER_HOST: engine.host });
    await stack.up(program());
  });

  afterAll(async () => {
    await stack?.destroy();
    stack?.forget();
    engine?.stop();
  });

  test('the image’s own files stay out', async () => {
    expect(await page('sub/own.txt')).toBe(404);
    const inside = (...command: string[]) =>
      engine
        .docker(['exec', `${PREFIX}-server`, '/.health/busybox', ...command])
        .trim()
        .split('\n');
    const files = inside('find', '/etc/server', '/data', '!', '-type', 'd').sort();
    expect(files).toEqual(['/data/.not-empty', '/etc/server/a.txt', '/etc/server/index.html']);
    expect(inside('stat', '-c', '%u %a', '/data')).toEqual(['1000 750']);
  });

  test('files are changed, added and removed under the running process', async () => {
    const before = id();
    expect(await page('a.txt')).toBe('one');
    await stack.up(program({ files: { 'b/c d.txt': 'two' } }));
    expect([await page('a.txt'), await page('b/c%20d.txt'), id()]).toEqual([404, 'two', before]);
    await stack.up(program());
    expect([await page('a.txt'), await page('b/c%20d.txt'), id()]).toEqual(['one', 404, before]);
  });

  test('what the provider would leave as it is replaces the container', async () => {
    const before = id();
    await stack.up(program({ memory: 24 }));
    expect(inspected(engine, PREFIX).server?.HostConfig.Memory).toBe(48 * 1024 * 1024);
    // The guarantee is more than the provider changes in place.
    expect(id()).not.toBe(before);
    const second = id();
    await stack.up(program({ memory: 24, healthPath: '/a.txt' }));
    expect(id()).not.toBe(second);
    await stack.up(program());
  });

  test('a size that an operator sets is there, and is read back as it was written', async () => {
    const sizes = {
      requests: { cpu: '1500m', memory: '20Mi' },
      limits: { cpu: '1750m', memory: '48M' },
    };
    const set = program({ resources: { server: sizes } });
    await stack.up(set);
    expect(inspected(engine, PREFIX).server?.HostConfig).toMatchObject({
      CpuShares: 1536,
      CpuQuota: 175_000,
      MemoryReservation: 20 * 1024 * 1024,
      Memory: 46 * 1024 * 1024,
      MemorySwap: 46 * 1024 * 1024,
    });
    await stack.refresh();
    expect(Object.keys(await stack.preview(set))).toEqual(['same']);
    await stack.up(program());
  });

  test('files that the process refuses fail the update, and say why', async () => {
    const refused = program({ files: { 'a.txt': 'new' }, onChange: { reload: '/-/reload' } });
    await expect(stack.up(refused)).rejects.toThrow('server did not get its files (exit code 3)');
    await stack.up(program());
    expect(await page('a.txt')).toBe('one');
  });
});
