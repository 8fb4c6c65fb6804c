import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metric } from '../../catalogue/metric.ts';
import { SERVICE_METRICS } from '../../catalogue/metrics.ts';
import type { ServiceName } from '../../catalogue/services.ts';
import { INCIDENT_NAMES, type IncidentName } from '../../demo/incidents.ts';
import { ensureTools } from '../../tools/install.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PORTS = {
  'inference-api': 21680,
  'feature-store': 21681,
  'stream-processing': 21682,
  'ml-pipeline': 21683,
  business: 21684,
  demo: 21690,
  redis: 21679,
  kafka: 21692,
  admin: 21693,
  exporter: 21694,
} as const;
type Place = keyof typeof PORTS;
const at = (place: Place) => `127.0.0.1:${PORTS[place]}`;

const children: { name: string; child: ChildProcess; output: string[] }[] = [];

function start(
  name: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): void {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env } });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  children.push({ name, child, output });
}

/** Asks until `check` is true, at most `seconds`; then fails with what was last seen. */
async function until<T>(
  seconds: number,
  what: string,
  look: () => Promise<T>,
  check: (seen: T) => boolean,
): Promise<T> {
  const end = Date.now() + 1_000 * seconds;
  for (let seen: T | unknown; ; await delay(250)) {
    try {
      seen = await look();
      if (check(seen as T)) return seen as T;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s; last seen: ${seen}`);
  }
}

async function scrape(place: Place): Promise<string> {
  const answer = await fetch(`http://${at(place)}/metrics`, { signal: AbortSignal.timeout(5_000) });
  return answer.text();
}

/** Sum of the samples of one name whose labels contain every part of `labels`. NaN when there is none. */
async function sum(place: Place, name: string, ...labels: string[]): Promise<number> {
  const lines = (await scrape(place))
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const fitting = lines.filter((line) => labels.every((label) => line.includes(label)));
  return fitting.length === 0
    ? Number.NaN
    : fitting.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
}

/** What a set of counters gained in a few seconds. */
const gains = (place: Place, ...counters: (readonly [string, ...string[]])[]): Promise<number[]> =>
  gainsIn(2, place, ...counters);

async function gainsIn(
  seconds: number,
  place: Place,
  ...counters: (readonly [string, ...string[]])[]
): Promise<number[]> {
  const read = () => Promise.all(counters.map(([name, ...labels]) => sum(place, name, ...labels)));
  const before = await read();
  await delay(1_000 * seconds);
  return (await read()).map((value, i) => value - (before[i] ?? 0));
}

/** Ratio of what two counters gained. */
async function ratio(
  place: Place,
  part: readonly [string, ...string[]],
  whole: readonly [string, ...string[]],
) {
  const [gained = 0, of = 0] = await gains(place, part, whole);
  return gained / of;
}

const control = (method: string, path: string, body?: unknown) =>
  fetch(`http://${at('demo')}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const hitRate = () =>
  gains('feature-store', ['feature_cache_hits_total'], ['feature_cache_misses_total']).then(
    ([hits = 0, misses = 0]) => hits / (hits + misses),
  );
const meanLatency = () =>
  ratio(
    'inference-api',
    ['inference_request_duration_seconds_sum'],
    ['inference_request_duration_seconds_count'],
  );
const meanConfidence = () =>
  ratio('inference-api', ['model_prediction_confidence_sum'], ['model_prediction_confidence_count']);
const errorShare = () =>
  ratio('inference-api', ['inference_requests_total', 'status="500"'], ['inference_requests_total']);
const requestRate = () =>
  gains('inference-api', ['inference_requests_total']).then(([gained = 0]) => gained / 2);
const answers = (place: Place) =>
  scrape(place).then(
    () => true,
    () => false,
  );
const tcpAnswers = (place: Place) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(PORTS[place], '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
const drift = () => sum('ml-pipeline', 'ml_model_drift_score', 'fraud');
const lag = () =>
  sum('stream-processing', 'kafka_consumer_lag_sum', 'topic="clicks"', 'consumergroup="stream-processing"');
const oldest = () => sum('feature-store', 'feature_freshness_seconds', 'user_profile');
/** Over longer than a failed run waits for the next one. */
const failures = () =>
  gainsIn(15, 'ml-pipeline', ['ml_training_runs_total', 'failure']).then(([gained = 0]) => gained);
/** Over so many clicks that not one is given up by chance alone. */
const deadLetters = () =>
  gainsIn(10, 'stream-processing', ['stream_dead_letters_total', 'clicks']).then(([gained = 0]) => gained);
const nulls = () => sum('feature-store', 'feature_null_ratio', 'user_profile');
const redisUp = () => sum('exporter', 'redis_up');

/** How each incident is seen, when it is on and when it is over. Those of a wave are on together. */
type Effect = readonly [
  look: () => Promise<number | boolean>,
  on: (seen: never) => boolean,
  off: (seen: never) => boolean,
];
const WAVES: readonly Readonly<Partial<Record<IncidentName, Effect>>>[] = [
  {
    'slow-model': [meanLatency, (s: number) => s > 0.15, (s: number) => s < 0.12],
    'low-confidence': [meanConfidence, (c: number) => c < 0.7, (c: number) => c > 0.85],
    errors: [errorShare, (share: number) => share > 0.02, (share: number) => share === 0],
    'cache-misses': [hitRate, (rate: number) => rate < 0.7, (rate: number) => rate > 0.8],
    'consumer-lag': [lag, (messages: number) => messages > 10_000, (messages: number) => messages < 1_000],
    'stale-features': [oldest, (age: number) => age > 300, (age: number) => age < 60],
    'training-failed': [failures, (runs: number) => runs > 0, (runs: number) => runs === 0],
  },
  {
    drift: [drift, (index: number) => index > 0.6, (index: number) => index < 0.4],
    'dead-letters': [deadLetters, (letters: number) => letters > 0, (letters: number) => letters === 0],
    'data-quality': [nulls, (share: number) => share > 0.1, (share: number) => share < 0.05],
    'high-load': [requestRate, (rate: number) => rate > 40, (rate: number) => rate < 40],
    'redis-down': [redisUp, (up: number) => up === 0, (up: number) => up === 1],
  },
  {
    'api-down': [() => answers('inference-api'), (up: boolean) => !up, (up: boolean) => up],
    'broker-down': [() => tcpAnswers('kafka'), (up: boolean) => !up, (up: boolean) => up],
  },
];

describe('the demo, started as a platform would', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-e2e-'));
    const tools = await ensureTools(['redis-server', 'kafka-broker', 'redis_exporter']);
    const env = {
      DEMO: at('demo'),
      INFERENCE_API: at('inference-api'),
      FEATURE_STORE: at('feature-store'),
      REDIS: at('redis'),
      KAFKA: at('kafka'),
      KAFKA_ADMIN: at('admin'),
      DATA_DIR: folder,
      LOAD_DAY_SECONDS: '60',
      LOAD_RPS: '15',
    };
    // Services first: they must wait for what they stand on.
    for (const role of [
      'inference-api',
      'feature-store',
      'stream-processing',
      'ml-pipeline',
      'business',
      'demo',
    ] as const) {
      start(role, process.execPath, ['demo/main.ts', role], { ...env, LISTEN: at(role) });
    }
    const redis = ['--port', `${PORTS.redis}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    start('redis', tools['redis-server'], redis);
    start('kafka', tools['kafka-broker'], ['--listen', at('kafka'), '--admin', at('admin')]);
    const exporter = ['--redis.addr', `redis://${at('redis')}`, '--web.listen-address', at('exporter')];
    start('exporter', tools.redis_exporter, exporter);
  }, 600_000);

  afterAll(async () => {
    await Promise.all(
      children.map(async ({ child }) => {
        if (child.exitCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }),
    );
    await rm(folder, { recursive: true, force: true });
  });

  it('becomes healthy, whatever came up first', async () => {
    for (const role of [
      'inference-api',
      'feature-store',
      'stream-processing',
      'ml-pipeline',
      'business',
      'demo',
    ] as const) {
      const status = () => fetch(`http://${at(role)}/health`).then((answer) => answer.status);
      await until(60, role, status, (seen) => seen === 200);
    }
  });

  it('answers predictions, and refuses what is wrong with the field', async () => {
    const ask = (path: string, body: unknown) =>
      fetch(`http://${at('inference-api')}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const body = { user: 'u-1', device: 'u-1-phone', merchant: 'm-1', channel: 'web', amount: 20 };
    const look = () => ask('/predict/fraud', body).then((answer) => answer.status);
    await until(30, 'prediction', look, (status) => status === 200);
    const answer = (await (
      await ask('/predict/personalization', { user: 'u-1', discount: 0.2 })
    ).json()) as object;
    expect(answer).toMatchObject({ model: 'personalization', confidence: expect.any(Number) });
    const refused = await ask('/predict/fraud', { ...body, amount: 'all' });
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining('amount: \\"all\\"'),
    ]);
  });

  it('exposes every metric of the catalogue with data and its labels', async () => {
    const missing = async () => {
      const pages = new Map<string, string>();
      for (const role of [
        'inference-api',
        'feature-store',
        'stream-processing',
        'ml-pipeline',
        'business',
      ] as const) {
        pages.set(role, await scrape(role));
      }
      return Object.entries<Metric>(SERVICE_METRICS).flatMap(([name, metric]) => {
        const text = pages.get(metric.source as ServiceName) ?? pages.get('business') ?? '';
        const suffix = metric.type === 'histogram' ? '_count' : '';
        const sample = text.split('\n').find((line) => line.startsWith(`${name}${suffix}`));
        const labelled = metric.labels.every((label) => sample?.includes(`${label}="`));
        return sample && labelled && text.includes(`# TYPE ${name} ${metric.type}\n`) ? [] : [name];
      });
    };
    await until(30, 'metrics without data', missing, (names) => names.length === 0);
  });

  it('moves: hits, events, transactions, training, drift', async () => {
    await until(40, 'hit rate', hitRate, (rate) => rate > 0.85);
    const events = () => sum('stream-processing', 'stream_events_processed_total', 'status="ok"');
    await until(40, 'events', events, (count) => count > 20);
    await until(
      30,
      'transactions',
      () => sum('business', 'business_transactions_total'),
      (count) => count > 5,
    );
    await until(
      30,
      'training',
      () => sum('ml-pipeline', 'ml_training_runs_total', 'success'),
      (runs) => runs > 0,
    );
    await until(
      60,
      'exposures',
      () => sum('ml-pipeline', 'ab_test_exposures_total'),
      (users) => users > 0,
    );
    await until(30, 'lag', lag, (messages) => messages < 1_000);
    expect(await meanConfidence()).toBeGreaterThan(0.85);
  });

  it('tells every service of events and maintenance', async () => {
    expect((await control('POST', '/events', { kind: 'deployment', service: 'business' })).status).toBe(201);
    expect((await control('POST', '/events', { kind: 'maintenance', seconds: 60 })).status).toBe(201);
    const refused = await control('POST', '/events', { kind: 'deploy' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('did you mean')]);
    const deployments = () => sum('business', 'platform_events_total', 'kind="deployment"');
    await until(10, 'deployment', deployments, (count) => count === 1);
    expect(await sum('feature-store', 'platform_events_total', 'kind="deployment"')).toBe(0);
    const active = () => sum('ml-pipeline', 'platform_maintenance_active');
    await until(10, 'maintenance', active, (value) => value === 1);
    await control('DELETE', '/events/maintenance');
    await until(10, 'end of maintenance', active, (value) => value === 0);
  });

  it('keeps what Alertmanager sends, by receiver and time', async () => {
    const before = new Date(Date.now() - 1).toISOString();
    const payload = {
      status: 'firing',
      receiver: 'demo',
      groupKey: 'k',
      alerts: [{ status: 'firing', labels: { alertname: 'A' } }],
    };
    await control('POST', '/webhook', payload);
    await control('POST', '/webhook/pager', payload);
    const received = async (since: string) => (await control('GET', `/notifications?since=${since}`)).json();
    expect(await received(before)).toMatchObject([{ receiver: 'demo' }, { receiver: 'pager' }]);
    expect(await received(new Date(Date.now() + 60_000).toISOString())).toEqual([]);
    expect((await control('POST', '/webhook', { no: 'alerts' })).status).toBe(400);
    expect(await (await control('GET', '/')).text()).toContain('Notifications received');
  });

  it('names the nearest where an incident is unknown', async () => {
    const answer = await control('POST', '/incidents/slowmodel');
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining('did you mean \\"slow-model\\"'),
    ]);
  });

  it('plays every incident in some wave', () => {
    expect(WAVES.flatMap((wave) => Object.keys(wave)).sort()).toEqual([...INCIDENT_NAMES].sort());
  });

  it.each(WAVES)('plays and ends: %o', async (wave) => {
    const effects = Object.entries(wave) as [IncidentName, Effect][];
    for (const [name] of effects) expect((await control('POST', `/incidents/${name}`)).status).toBe(200);
    const follow = (which: 1 | 2, seconds: number) =>
      Promise.all(
        effects.map(([name, effect]) =>
          until(
            seconds,
            `${name} ${which === 1 ? 'on' : 'off'}`,
            effect[0],
            effect[which] as (seen: unknown) => boolean,
          ),
        ),
      );
    await follow(1, 90);
    expect((await control('DELETE', '/incidents')).status).toBe(200);
    // Drift is judged by the scores of 90 seconds.
    await follow(2, 150);
  });

  it('is as before afterwards, and ends at once when it is asked to', async () => {
    await until(30, 'predictions', requestRate, (rate) => rate > 0);
    await until(60, 'fresh features', oldest, (age) => age < 30);
    for (const { name, child, output } of children)
      expect(child.exitCode, `${name}: ${output.join('')}`).toBeNull();
    const codes = await Promise.all(
      children.slice(0, 6).map(async ({ child }) => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        return (await ended)[0] as number;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
