import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProcessStatus, stackStatus } from '../../platforms/local/supervisor.ts';
import { Clone, until } from './full-path/clone.ts';

/**
 * The path of a new user, on real parts: a clean clone, `make up`, an incident, a page, repairs, `make down`. The
 * clone's own path has a space in it and is longer than 110 characters.
 */
let clone: Clone;
const state = () => join(clone.folder, '.monitoring', clone.stack);
const pidOf = async (name: string) => (await processes()).find((process) => process.name === name)?.pid;
const processes = (): Promise<ProcessStatus[]> => stackStatus(state());

interface Alert {
  readonly state: string;
  readonly activeAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Notification {
  readonly receiver: string;
  readonly payload: { readonly alerts: readonly { status: string; labels: Record<string, string> }[] };
}

async function alert(name: string): Promise<Alert | undefined> {
  const { alerts } = await clone.prometheus<{ alerts: Alert[] }>('alerts');
  return alerts.find(({ labels }) => labels.alertname === name);
}

async function notified(name: string, status: string): Promise<boolean> {
  const answer = await fetch(`${clone.url('demo')}/notifications`);
  return JSON.stringify(await answer.json()).includes(name)
    ? ((await (await fetch(`${clone.url('demo')}/notifications`)).json()) as Notification[]).some(
        ({ payload }) => payload.alerts.some((one) => one.labels.alertname === name && one.status === status),
      )
    : false;
}

/**
 * The page over 200 ms inhibits the one over 150 ms, by design. Here the latter is followed to its receiver, on a
 * machine whose other work may slow the models down further, so the former is off.
 */
const WITHOUT_INHIBITION = { InferenceAPILatencySLOBroken: { off: true } };

beforeAll(async () => {
  clone = await Clone.make('e2e', 25_000, { rules: { alerts: WITHOUT_INHIBITION } });
});

afterAll(async () => {
  const down = await clone?.make('down', 'PURGE=1');
  if (down !== undefined && down.code !== 0) console.error(down.output);
  if (clone !== undefined) rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
});

test('make up alone ends with everything healthy', async () => {
  expect(clone.folder.length).toBeGreaterThan(110);
  const up = await clone.make('up');
  expect(up.output).toContain(clone.url('prometheus'));
  expect(up.code, up.output).toBe(0);
  const health = await clone.make('health');
  expect(health.output).toContain('Everything is healthy.');
  expect(health.code).toBe(0);
});

test('it leaves no trace in git, and secrets to their owner alone', async () => {
  const { output } = await clone.run('git', 'status', '--porcelain');
  expect(output.trim()).toBe(`?? Pulumi.${clone.stack}.yaml`);
  expect(statSync(join(state(), 'passphrase')).mode & 0o077).toBe(0);
});

test('a second make up changes nothing', async () => {
  const before = (await processes()).map(({ name, pid }) => [name, pid]);
  const up = await clone.make('up');
  expect(up.output).toContain('Nothing to change');
  expect((await processes()).map(({ name, pid }) => [name, pid])).toEqual(before);
});

test('every target is scraped under its logical name', async () => {
  const { activeTargets } = await clone.prometheus<{
    activeTargets: { labels: Record<string, string>; health: string }[];
  }>('targets');
  const instances = activeTargets.map(({ labels }) => `${labels.job} ${labels.instance}`);
  expect(instances).toContain('inference-api inference-api:8080');
  expect(instances).toContain('prometheus prometheus:9090');
  expect(instances).toContain('probe-tcp redis:6379');
  expect(instances).toContain('probe-tcp kafka:9092');
  expect(activeTargets.filter(({ health }) => health !== 'up')).toEqual([]);
});

test('settings and rules that cannot be used change nothing', async () => {
  const before = (await processes()).map(({ name, pid }) => [name, pid]);
  clone.configure({ ports: { ...clone.ports, promtheus: 1234 } });
  const typo = await clone.make('up');
  expect(typo.code).not.toBe(0);
  expect(typo.output).toContain('ports.promtheus is not a setting; did you mean prometheus?');
  clone.configure({});

  mkdirSync(join(clone.folder, 'rules.d'), { recursive: true });
  clone.write(
    'rules.d/own.yaml',
    `alerts:
  - name: TooManyRequests
    service: inference-api
    severity: warning
    signal: traffic
    expr: sum(rate(inference_request_total[5m])) > $threshold
    threshold: { value: 1000, unit: per_second, direction: above }
    for: 5m
    summary: Many requests
    description: There are {{ $value }} requests a second.
    runbook: high-load
    proof:
      over: [{ series: inference_request_total, kind: counter, value: 1010 }]
      under: [{ series: inference_request_total, kind: counter, value: 990 }]
`,
  );
  const refusals = { preview: await clone.make('preview'), up: await clone.make('up') };
  rmSync(join(clone.folder, 'rules.d'), { recursive: true });
  for (const refused of Object.values(refusals)) {
    expect(refused.code, refused.output).not.toBe(0);
    expect(refused.output).toContain('rules.d/own.yaml');
    expect(refused.output).toContain('inference_requests_total');
  }
  expect((await processes()).map(({ name, pid }) => [name, pid])).toEqual(before);
});

test('a port that something else has is refused before anything starts', async () => {
  clone.configure({ ports: { ...clone.ports, grafana: clone.ports.demo === undefined ? 0 : 25_999 } });
  const { createServer } = await import('node:net');
  const server = createServer().listen(25_999, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const refused = await clone.make('up');
  server.close();
  clone.configure({});
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('port 25999/tcp of grafana is already taken');
  expect(refused.output).toContain('ports.grafana');
});

test('a slow model pages after its two minutes, a rule edited meanwhile is live, and the end is told', async () => {
  const incident = await clone.make('incident', 'NAME=slow-model');
  expect(incident.code, incident.output).toBe(0);
  const pending = await until('InferenceAPIHighLatency is pending', 180, async () => {
    const found = await alert('InferenceAPIHighLatency');
    return found?.state === 'pending' && found;
  });

  const prometheus = await pidOf('prometheus');
  clone.configure({ rules: { alerts: { ...WITHOUT_INHIBITION, CacheHitRateLow: { for: '7m' } } } });
  const preview = await clone.make('preview');
  expect(preview.output).toContain('prometheus');
  expect(preview.output).toContain('feature-store.yaml');
  const edited = await clone.make('up');
  expect(edited.output).toMatch(/1 change made/);
  await until('the edited rule is live', 30, async () => {
    const { groups } = await clone.prometheus<{ groups: { rules: { name: string; duration: number }[] }[] }>(
      'rules',
    );
    return groups.some(({ rules }) =>
      rules.some(({ name, duration }) => name === 'CacheHitRateLow' && duration === 420),
    );
  });
  expect(await pidOf('prometheus')).toBe(prometheus);

  const firing = await until('InferenceAPIHighLatency fires', 240, async () => {
    const found = await alert('InferenceAPIHighLatency');
    return found?.state === 'firing' && found;
  });
  expect(firing.activeAt).toBe(pending.activeAt);
  expect(firing.labels).toMatchObject({ severity: 'critical', service: 'inference-api' });
  await until('the page arrives', 120, () => notified('InferenceAPIHighLatency', 'firing'));

  const recover = await clone.make('recover');
  expect(recover.code).toBe(0);
  await until('the end of the page arrives', 600, () => notified('InferenceAPIHighLatency', 'resolved'));
}, 1_500_000);

test('whatever is killed comes back', async () => {
  for (const name of ['prometheus', 'alertmanager', 'node-exporter', 'inference-api', 'redis', 'kafka']) {
    const pid = await pidOf(name);
    expect(pid, name).toBeDefined();
    process.kill(pid ?? 0, 'SIGKILL');
    await until(`${name} is back`, 60, async () => {
      const found = (await processes()).find((process) => process.name === name);
      return found?.ready === true && found.pid !== pid;
    });
  }
  const processed = async () =>
    Number(
      /status="ok"} (\d+)/.exec(await (await fetch(`${clone.url('stream-processing')}/metrics`)).text())?.[1],
    );
  const before = await processed();
  await until('events flow again', 90, async () => (await processed()) > before);
});

test('a killed supervisor is repaired by make up, without loss of data', async () => {
  const sample = async () =>
    await clone.prometheus<{ result: unknown[] }>('query?query=max_over_time(up[1h])');
  const before = (await sample()).result.length;
  const parent = Number(
    readFileSync(`/proc/${await pidOf('prometheus')}/status`, 'utf8').match(/^PPid:\s+(\d+)$/m)?.[1],
  );
  process.kill(parent, 'SIGKILL');
  const up = await clone.make('up');
  expect(up.code, up.output).toBe(0);
  expect((await sample()).result.length).toBeGreaterThanOrEqual(before);
});

test('make up that is interrupted is gone on with by the next one', async () => {
  clone.configure({ prometheus: { scrapeInterval: '14s' }, demo: { requestsPerSecond: 10 } });
  const first = clone.started('make', `STACK=${clone.stack}`, 'up');
  await until('the first change is made', 120, async () => /updated/.test(first.said()));
  first.interrupt();
  await first.ended;
  const second = await clone.make('up');
  expect(second.code, second.output).toBe(0);
});

test('make down stops everything, says what it keeps, and removes it when told to', async () => {
  const pids = (await processes()).map(({ pid }) => pid);
  const down = await clone.make('down');
  expect(down.code, down.output).toBe(0);
  expect(down.output).toMatch(/kept +prometheus/);
  for (const pid of pids) expect(existsSync(`/proc/${pid}`), `process ${pid}`).toBe(false);
  const purge = await clone.make('down', 'PURGE=1');
  expect(purge.output).toMatch(/removed +prometheus/);
  expect(existsSync(join(state(), 'prometheus'))).toBe(false);
});
