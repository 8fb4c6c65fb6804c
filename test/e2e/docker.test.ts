import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { purge } from '../../platforms/docker/purge.ts';
import { type Engine, engineProblem, startEngine } from '../docker-engine/engine.ts';
import { imageArchives } from '../images/images.ts';
import { plugin } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import { inspected, prometheus, startedWith, until } from './docker/containers.ts';
import { CANARY, monitoring, PORTS, PREFIX, STACK } from './docker/monitoring.ts';

/** Who may do what others may not, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'node-exporter': 'measures the machine: its processes, network and file systems, all read-only',
  files: 'a loader runs for a moment as root with three capabilities: it gives files to the process',
  health: 'runs for a moment as root without any capability: it copies the helper into its volume',
};
const ALERT = 'InferenceAPIHighLoad';

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}
interface Group {
  readonly rules: readonly { readonly name: string; readonly query: string; readonly health: string }[];
}

const problem = await engineProblem();
const official = plugin('docker', '5.2.0');
console.log(problem ?? official.line);

describe.skipIf(problem !== undefined)('the stack on a Docker engine', () => {
  let engine: Engine;
  let stack: TestStack;
  const containers = () => inspected(engine, PREFIX);
  const mains = () =>
    Object.entries(containers()).filter(([name]) => name !== 'health' && !name.endsWith('-files'));
  const pid = (name: string) => containers()[name]?.State.Pid ?? 0;
  const rules = async () =>
    (await prometheus<{ groups: Group[] }>(PORTS.prometheus, 'rules')).groups.flatMap((group) => group.rules);

  beforeAll(async () => {
    engine = startEngine();
    const archives = await imageArchives([
      'prometheus',
      'alertmanager',
      'node_exporter',
      'blackbox_exporter',
      'redis_exporter',
      'redis-server',
      'kafka-broker',
      'grafana',
      'own',
      'helper',
    ]);
    engine.load(Object.values(archives));
    stack = await TestStack.open(official, { DOCKER_HOST: engine.host });
    await stack.up(monitoring());
  });

  afterAll(async () => {
    await stack?.destroy();
    if (engine !== undefined) await purge({ stack: STACK, host: engine.host });
    stack?.forget();
    engine?.stop();
  });

  test('brings every target up and every rule to health', async () => {
    await until('every target up', 120, async () => {
      const { activeTargets } = await prometheus<{ activeTargets: Target[] }>(PORTS.prometheus, 'targets');
      const down = activeTargets.filter(({ health }) => health !== 'up');
      if (down.length > 0)
        throw new Error(down.map((one) => `${one.labels.job}: ${one.lastError}`).join('; '));
      return activeTargets.length >= 14 ? true : undefined;
    });
    await until('every rule ok', 90, async () => {
      const unhealthy = (await rules()).filter(({ health }) => health !== 'ok');
      if (unhealthy.length > 0) throw new Error(unhealthy.map(({ name }) => name).join(', '));
      return true;
    });
    for (const [name, { State }] of mains()) expect([name, State.Health?.Status]).toEqual([name, 'healthy']);
  });

  test('sees the machine, not a container', async () => {
    const cores = await prometheus<{ result: { value: [number, string] }[] }>(
      PORTS.prometheus,
      `query?query=${encodeURIComponent('count(node_network_up)')}`,
    );
    expect(Number(cores.result[0]?.value[1])).toBeGreaterThan(0);
    const devices = await prometheus<{ result: { metric: Record<string, string> }[] }>(
      PORTS.prometheus,
      `query?query=${encodeURIComponent('node_network_up')}`,
    );
    const interfaces = execFileSync('ls', ['/sys/class/net'], { encoding: 'utf8' }).split('\n');
    for (const { metric } of devices.result) expect(interfaces).toContain(metric.device);
  });

  test('an update without a change changes nothing', async () => {
    const changes = await stack.up(monitoring());
    expect(Object.keys(changes)).toEqual(['same']);
  });

  test('every container is confined, but for the exceptions', () => {
    const all = Object.entries(containers());
    expect(all.length).toBeGreaterThan(14);
    for (const [name, { Config, HostConfig }] of all) {
      const loader = name.endsWith('-files') || name === 'health';
      const host = name in EXCEPTIONS && !loader;
      const seen = {
        privileged: HostConfig.Privileged,
        dropped: HostConfig.CapDrop,
        added: HostConfig.CapAdd ?? [],
        // The engine adds this itself with the machine's processes, for SELinux.
        security: HostConfig.SecurityOpt?.filter((option: string) => option !== 'label=disable'),
        readOnly: HostConfig.ReadonlyRootfs,
        network: HostConfig.NetworkMode === 'host',
        pid: HostConfig.PidMode === 'host',
        binds: (HostConfig.Mounts ?? []).filter(({ Type }) => Type === 'bind').map(({ Source }) => Source),
        log: HostConfig.LogConfig,
      };
      expect([name, seen]).toEqual([
        name,
        {
          privileged: false,
          dropped: ['ALL'],
          added: name.endsWith('-files') ? ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'] : [],
          security: ['no-new-privileges:true'],
          readOnly: !name.endsWith('-files'),
          network: host,
          pid: host,
          binds: host ? ['/'] : [],
          log: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
        },
      ]);
      expect(Config.User).toMatch(loader ? /^0:0$/ : /^[1-9]\d*:[1-9]\d*$/);
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
      expect(HostConfig.RestartPolicy?.Name).toBe(loader ? 'no' : 'unless-stopped');
      for (const bindings of Object.values(HostConfig.PortBindings ?? {}) as { HostIp: string }[][])
        expect(bindings.map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
      if (!loader) {
        expect(HostConfig.CpuQuota).toBeGreaterThan(0);
        expect(HostConfig.Mounts?.every((mount) => mount.Type !== 'bind' || mount.ReadOnly === true)).toBe(
          true,
        );
      }
    }
  });

  test('secrets are in files that only the process reads', async () => {
    const all = containers();
    expect(JSON.stringify(all)).not.toContain(CANARY);
    expect(await stack.exported()).not.toContain(CANARY);
    for (const name of Object.keys(all)) {
      const output = execFileSync('sh', ['-c', 'docker logs "$0" 2>&1', `${PREFIX}-${name}`], {
        env: { ...process.env, DOCKER_HOST: engine.host },
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      });
      expect([name, output.includes(CANARY)]).toEqual([name, false]);
    }
    const inside = (name: string, ...command: string[]) =>
      engine.docker(['exec', `${PREFIX}-${name}`, '/.health/busybox', ...command]);
    expect(inside('grafana', 'cat', '/etc/grafana-secrets/admin-password')).toContain(CANARY);
    expect(inside('grafana', 'stat', '-c', '%a %u %g', '/etc/grafana-secrets/admin-password').trim()).toBe(
      '440 0 472',
    );
    expect(inside('grafana', 'stat', '-c', '%a %u %g', '/etc/grafana-secrets').trim()).toBe('750 0 472');
    for (const [name, { State }] of mains()) {
      expect([name, startedWith(State.Pid).includes(CANARY)]).toEqual([name, false]);
    }
  });

  test('a changed rule reaches the running process', async () => {
    const before = containers();
    const query = async () => (await rules()).find(({ name }) => name === ALERT)?.query;
    const old = await query();
    expect(old).toBeDefined();
    const changes = await stack.up(monitoring({ alerts: { [ALERT]: { threshold: 123_456 } } }));
    expect(Object.keys(changes).sort()).toEqual(['replace', 'same']);
    expect(await query()).toContain('123456');
    const after = containers();
    for (const [name] of mains()) {
      expect([name, after[name]?.Id, after[name]?.State.Pid]).toEqual([
        name,
        before[name]?.Id,
        before[name]?.State.Pid,
      ]);
    }
    await stack.up(monitoring());
    expect(await query()).toBe(old);
  });

  test('what is killed comes back', async () => {
    const killed = pid('prometheus');
    process.kill(killed, 'SIGKILL');
    await until('Prometheus again', 60, async () => {
      await prometheus(PORTS.prometheus, 'status/buildinfo');
      return pid('prometheus') !== killed && containers().prometheus?.State.Running ? true : undefined;
    });
    expect(containers().prometheus?.RestartCount).toBe(1);
  });

  test('samples outlive the stack, which leaves nothing else', async () => {
    const end = Date.now() / 1000;
    const samples = async (seconds: number) => {
      const query = encodeURIComponent('count_over_time(up{job="prometheus"}[10m])');
      const path = `query?query=${query}&time=${seconds}`;
      return (await prometheus<{ result: { value: [number, string] }[] }>(PORTS.prometheus, path)).result[0]
        ?.value[1];
    };
    const before = Number(await samples(end));
    expect(before).toBeGreaterThan(0);
    await stack.destroy();
    const named = ['--filter', `name=${PREFIX}`];
    expect(engine.docker(['ps', '--all', '--quiet', ...named])).toBe('');
    expect(engine.docker(['network', 'ls', '--quiet', ...named])).toBe('');
    const volumes = () =>
      engine
        .docker(['volume', 'ls', '--quiet', ...named])
        .trim()
        .split('\n')
        .sort();
    const kept = ['alertmanager', 'demo', 'grafana', 'prometheus', 'redis'].map(
      (name) => `${PREFIX}-${name}-data`,
    );
    expect(volumes()).toEqual(kept);

    await stack.up(monitoring());
    expect(Number(await samples(end))).toBe(before);

    await stack.destroy();
    expect((await purge({ stack: STACK, host: engine.host })).sort()).toEqual(kept);
    expect(volumes()).toEqual(['']);
  });
});
