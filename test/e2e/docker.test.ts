import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedOf } from '../../cli/expected-state.ts';
import { checkHealth } from '../../cli/health-checks.ts';
import { ROOT as PROJECT_FOLDER } from '../../cli/project.ts';
import { platformContract } from '../contract/contract.ts';
import { type Engine, engineProblem, startEngine } from '../docker-engine/engine.ts';
import { eventually } from '../eventually.ts';
import { imageArchives, STACK_IMAGES } from '../images/images.ts';
import { plugin, pluginProblem } from '../providers/plugins.ts';
import { inspected, isLoader, startedWith } from './docker/containers.ts';
import { type Outside, startOutside } from './docker/outside.ts';
import { CANARY, DockerUnderTest, PREFIX } from './docker/subject.ts';

const ROOT = '0:0';
const ORDINARY = /^[1-9]\d*:[1-9]\d*$/;

/** What every container is held to. */
const CONFINED = {
  user: expect.stringMatching(ORDINARY),
  privileged: false,
  dropped: ['ALL'],
  added: [] as string[],
  security: ['no-new-privileges:true'],
  readOnly: true,
  network: false,
  pid: false,
  binds: [] as { source: string; readOnly: boolean }[],
  memory: true,
  swap: false,
  cpu: true,
  restart: 'unless-stopped',
  published: [] as string[],
  log: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
};

/** What a container may have or be beyond that, and why. */
const EXCEPTIONS: readonly {
  readonly of: RegExp;
  readonly because: string;
  readonly seen: Partial<typeof CONFINED>;
}[] = [
  {
    of: /^node-exporter$/,
    because: 'it measures the machine: its processes, network and file systems, all read-only',
    seen: { network: true, pid: true, binds: [{ source: '/', readOnly: true }] },
  },
  {
    of: /-files$/,
    because:
      'for a moment it gives files to the process; the engine uploads nothing where the root is read-only',
    seen: {
      user: ROOT,
      added: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'],
      readOnly: false,
      cpu: false,
      restart: 'no',
    },
  },
  {
    of: /^health$/,
    because: 'for a moment it copies the helper into a volume that is root’s, without any capability',
    seen: { user: ROOT, cpu: false, restart: 'no' },
  },
  {
    of: /^(prometheus|alertmanager|grafana|demo)$/,
    because: 'people open it, on this machine alone',
    seen: { published: ['127.0.0.1'] },
  },
];

const problem = (await engineProblem()) ?? (await pluginProblem('docker'));
console.log(problem ?? (await plugin('docker')).line);
if (problem === undefined)
  console.log('grafana: a stand-in under its container specification, test/images/grafana');

describe.skipIf(problem !== undefined)('the stack on a Docker engine', () => {
  let engine: Engine;
  let outside: Outside;
  let docker: DockerUnderTest;
  const containers = () => inspected(engine, PREFIX);
  const mains = () => Object.entries(containers()).filter(([name]) => !isLoader(name));

  beforeAll(async () => {
    engine = startEngine();
    const archives = await imageArchives([...STACK_IMAGES, 'kafka-broker', 'helper']);
    engine.load(Object.values(archives));
    outside = await startOutside(engine);
    docker = await DockerUnderTest.open(engine, await plugin('docker'), outside.settings);
    await docker.up();
  });

  afterAll(async () => {
    await docker?.remove();
    outside?.stop();
    engine?.stop();
  });

  platformContract(() => docker, ownTests);

  function ownTests() {
    test('make health says the same', async () => {
      const { settings, platform } = await docker.stack.plan();
      const expected = expectedOf(settings, platform, PROJECT_FOLDER);
      const wrong = async () =>
        (await checkHealth(settings, platform, expected)).filter(({ healthy }) => !healthy);
      await eventually(60, async () => expect(await wrong()).toEqual([]));
    });

    test('a refresh finds everything as it was made', async () => {
      expect(await docker.stack.refresh()).toEqual({ changed: false });
    });

    test('the node exporter sees the machine, not a container', async () => {
      const { data } = await docker.ask<{ data: { result: { metric: { device: string } }[] } }>(
        'prometheus',
        '/api/v1/query?query=node_network_up',
      );
      const devices = data.result.map(({ metric }) => metric.device);
      expect(devices.length).toBeGreaterThan(0);
      expect(readdirSync('/sys/class/net')).toEqual(expect.arrayContaining(devices));
    });

    test('services beside the stack are reached: of another network by name, and of the machine', async () => {
      const { data } = await docker.ask<{ data: { result: { metric: { job: string } }[] } }>(
        'prometheus',
        '/api/v1/query?query=outside_up',
      );
      expect(data.result.map(({ metric }) => metric.job).sort()).toEqual(['checkout', 'shop']);
    });

    test('every container is confined, but for the exceptions', () => {
      const all = Object.entries(containers());
      expect(all.length).toBeGreaterThan(20);
      for (const [name, { Config, HostConfig }] of all) {
        const bindings = Object.values(HostConfig.PortBindings ?? {}) as { HostIp: string }[][];
        const seen = {
          user: Config.User,
          privileged: HostConfig.Privileged,
          dropped: HostConfig.CapDrop,
          added: HostConfig.CapAdd ?? [],
          // The engine adds this itself with the machine's processes, for SELinux.
          security: HostConfig.SecurityOpt?.filter((option: string) => option !== 'label=disable'),
          readOnly: HostConfig.ReadonlyRootfs,
          network: HostConfig.NetworkMode === 'host',
          pid: HostConfig.PidMode === 'host',
          binds: (HostConfig.Mounts ?? [])
            .filter(({ Type }) => Type === 'bind')
            .map(({ Source, ReadOnly }) => ({ source: Source, readOnly: ReadOnly })),
          memory: (HostConfig.Memory ?? 0) > 0,
          swap: HostConfig.MemorySwap !== HostConfig.Memory,
          cpu: (HostConfig.CpuQuota ?? 0) > 0,
          restart: HostConfig.RestartPolicy?.Name,
          published: [...new Set(bindings.flat().map(({ HostIp }) => HostIp))],
          log: HostConfig.LogConfig,
        };
        const excepted = EXCEPTIONS.filter(({ of }) => of.test(name)).map(({ seen }) => seen);
        expect([name, seen]).toEqual([name, Object.assign({}, CONFINED, ...excepted)]);
      }
    });

    test('secrets are in files that only the process reads, and nowhere else', async () => {
      const all = containers();
      expect(JSON.stringify(all)).not.toContain(CANARY);
      expect(await docker.stack.exported()).not.toContain(CANARY);
      for (const name of Object.keys(all))
        expect([name, engine.logs(`${PREFIX}-${name}`).includes(CANARY)]).toEqual([name, false]);
      for (const [name, { State }] of mains())
        expect([name, startedWith(State.Pid).includes(CANARY)]).toEqual([name, false]);

      const inside = (...command: string[]) =>
        engine.docker(['exec', `${PREFIX}-grafana`, '/.health/busybox', ...command]).trim();
      const folder = '/etc/grafana-secrets';
      expect(inside('cat', `${folder}/admin-password`)).toContain(CANARY);
      expect(inside('stat', '-c', '%a %u %g', `${folder}/admin-password`)).toBe('440 0 472');
      expect(inside('stat', '-c', '%a %u %g', folder)).toBe('750 0 472');
    });
  }
});
