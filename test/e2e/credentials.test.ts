import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prometheusYaml } from '../../components/prometheus/config.ts';
import { ensureTools } from '../../tools/install.ts';
import { eventually } from '../eventually.ts';
import { freePort } from './preview/prometheus.ts';

/** Answers each path to whoever sends what it asks for, and remembers who wrote. */
const ASKED: Readonly<Record<string, string>> = {
  '/user': `Basic ${Buffer.from('prometheus:canary-1').toString('base64')}`,
  '/token': 'Bearer canary-2',
  '/write': `Basic ${Buffer.from('writer:canary-3').toString('base64')}`,
};
const admitted = new Set<string>();
const guard = createServer((request, response) => {
  const path = request.url ?? '';
  const knows = request.headers.authorization === ASKED[path];
  if (knows) admitted.add(path);
  request.resume();
  response.writeHead(knows ? 200 : 401, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(knows ? 'guarded 1\n' : '');
});

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
let url: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const { prometheus } = await ensureTools(['prometheus']);
  guard.listen(0, '127.0.0.1');
  await once(guard, 'listening');
  const address = `127.0.0.1:${(guard.address() as AddressInfo).port}`;
  const job = (name: string, path: string) => ({
    job: name,
    targets: [{ address, instance: name }],
    metricsPath: path,
  });
  const { config, secrets } = prometheusYaml({
    scrapeInterval: '1s',
    evaluationInterval: '1s',
    externalLabels: {},
    jobs: [
      { ...job('user', '/user'), basicAuth: { user: 'prometheus', password: 'canary-1' } },
      { ...job('token', '/token'), token: 'canary-2' },
      { ...job('nobody', '/user') },
    ],
    probes: { http: [], tcp: [], dns: [] },
    blackbox: '',
    alertmanagers: [],
    rulesFolder: join(folder, 'rules'),
    secretsFolder: join(folder, 'secrets'),
    remoteWrite: [
      { url: `http://${address}/write`, basic_auth: { username: 'writer', password: 'canary-3' } },
    ],
  });
  expect(config).not.toContain('canary');
  writeFileSync(join(folder, 'prometheus.yml'), config);
  mkdirSync(join(folder, 'secrets'));
  for (const [name, value] of Object.entries(secrets))
    writeFileSync(join(folder, 'secrets', name), value, { mode: 0o600 });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
});

afterAll(async () => {
  await stop?.();
  guard.close();
  rmSync(folder, { recursive: true, force: true });
});

test('Prometheus gets in where it is asked for a user or a token, and its configuration tells neither', async () => {
  await eventually(30, async () => {
    const { data } = (await (await fetch(`${url}/api/v1/targets`)).json()) as {
      data: { activeTargets: { labels: { job: string }; health: string }[] };
    };
    const health = data.activeTargets.map(({ labels, health }) => [labels.job, health]);
    expect(Object.fromEntries(health)).toEqual({ user: 'up', token: 'up', nobody: 'down' });
  });
  await eventually(30, () => expect([...admitted].sort()).toEqual(['/token', '/user', '/write']));
  expect(await (await fetch(`${url}/api/v1/status/config`)).text()).not.toContain('canary');
});
