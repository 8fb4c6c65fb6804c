import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureTools } from '../../tools/install.ts';
import { fakeDiscord } from '../fakes/discord.ts';
import type { HttpFake } from '../fakes/http.ts';
import { fakeOpsgenie } from '../fakes/opsgenie.ts';
import { fakeTelegram } from '../fakes/telegram.ts';
import { ALERTS } from '../unit/notifications/project.ts';
import { posted } from './alertmanager/messages.ts';
import { Alertmanager, type PostedAlert, secretsOf } from './alertmanager/process.ts';
import { built } from './alertmanager/stack.ts';
import { hurried, yaml } from './alertmanager/transform.ts';
import { until } from './alertmanager/wait.ts';

/** Ports of this file’s servers; the Alertmanagers follow. */
const PORTS = { opsgenie: 23_200, telegram: 23_201, discord: 23_202, first: 23_210 };
const KEY = 'canary-opsgenie-canary-opsgenie';
const TOKEN = '1234567:canary-telegram-canary-telegram';
const CHAT = -1_001_234_567_890;
const HOOK = '/api/webhooks/1/canary-discord';

const opsgenie = fakeOpsgenie('/jsm/ops/integration', KEY);
const telegram = fakeTelegram(TOKEN, [CHAT]);
const discord = fakeDiscord(HOOK);
const fakes: readonly HttpFake<unknown>[] = [opsgenie, telegram, discord];
const running: Alertmanager[] = [];
let scratch = '';
let instances = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'channels-test-'));
  await Promise.all([
    opsgenie.listen(PORTS.opsgenie),
    telegram.listen(PORTS.telegram),
    discord.listen(PORTS.discord),
  ]);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((alertmanager) => alertmanager.stop()));
  for (const fake of fakes) {
    fake.mood = 'well';
    fake.forget();
  }
});

afterAll(async () => {
  await Promise.all(fakes.map((fake) => fake.close()));
  await rm(scratch, { recursive: true, force: true });
});

const SETTINGS = {
  slack: { webhookUrl: 'http://127.0.0.1:1/unused' },
  heartbeat: { url: 'http://127.0.0.1:1/unused' },
  opsgenie: { apiKey: KEY, url: `http://127.0.0.1:${PORTS.opsgenie}/jsm/ops/integration` },
  telegram: { botToken: TOKEN, chatId: CHAT, url: `http://127.0.0.1:${PORTS.telegram}` },
  discord: { webhookUrl: `http://127.0.0.1:${PORTS.discord}${HOOK}` },
  receivers: { all: { opsgenie: {}, telegram: {}, discord: {} } },
  severities: { critical: ['all'] },
};

async function start(alerts: readonly PostedAlert[]): Promise<Alertmanager> {
  const { alertmanager: executable } = await ensureTools(['alertmanager']);
  const directory = join(scratch, String(instances));
  const { files, secretFiles, config } = built(SETTINGS, secretsOf(directory), [
    ...ALERTS,
    ...alerts.map(({ labels }) => labels),
  ]);
  // Alertmanager takes alerts in one by one: time enough for all of a message's on a busy machine.
  const quick = hurried(config, { group_wait: '2s', group_interval: '3s', repeat_interval: '1h' });
  const alertmanager = await Alertmanager.start({
    executable,
    directory,
    port: PORTS.first + instances++,
    files: { ...files, 'alertmanager.yml': yaml(quick) },
    secretFiles,
    args: ['--log.level=debug'],
  });
  running.push(alertmanager);
  return alertmanager;
}

const refusals = () =>
  fakes.flatMap(({ refused }) =>
    refused.map(({ request, reply }) => `${reply.status} ${reply.body} for ${request.path} ${request.body}`),
  );

/** Waits until each service has that many messages; of an alert’s changes only its beginning and end count. */
const have = (times: number) =>
  until(
    `every service has ${times} messages`,
    () =>
      opsgenie.taken.filter(({ action }) => action === 'create' || action === 'close').length >= times &&
      telegram.taken.length >= times &&
      discord.taken.length >= times,
    { found: () => refusals().join('\n') },
  );

const LONG = { alertname: 'Markup', severity: 'critical', service: 'a"b\\c', team: '<script>' };
const cases: Readonly<Record<string, readonly PostedAlert[]>> = {
  'a page about two endpoints': posted('InferenceAPIHighLatency', [
    { endpoint: '/predict/fraud' },
    { endpoint: '/predict/personalization' },
  ]),
  'texts that are markup, long and many': Array.from({ length: 12 }, (_, index) => ({
    labels: { ...LONG, instance: `i-${10 + index}` },
    annotations: { summary: '<b>5 > 4 & 3 < 4</b> *x* [a](b)', description: '&😀'.repeat(2000) },
  })),
};

test.each(Object.entries(cases))('%s', async (title, alerts) => {
  const alertmanager = await start(alerts);
  await alertmanager.post(alerts);
  await have(1);
  const endsAt = new Date().toISOString();
  await alertmanager.post(alerts.map((alert) => ({ ...alert, endsAt })));
  await have(2);
  expect(refusals()).toEqual([]);
  // The alert of the service begins and ends under one name.
  expect(new Set(opsgenie.taken.map(({ alias }) => alias)).size).toBe(1);
  expect(opsgenie.taken.at(-1)?.action).toBe('close');
  const transcript = { opsgenie: opsgenie.taken, telegram: telegram.taken, discord: discord.taken };
  const text = JSON.stringify(transcript, undefined, 2)
    .replaceAll(/[0-9a-f]{64}/g, '<hash of the group>')
    .replaceAll('\\n', '\n');
  await expect(`${text}\n`).toMatchFileSnapshot(
    `alertmanager/golden/channels-${title.replaceAll(/[^a-z]+/g, '-')}.txt`,
  );
});

test('their secrets stay in their files, also where deliveries fail', async () => {
  const alerts = posted('InferenceAPIHighLatency', [{ endpoint: '/predict/fraud' }]);
  for (const fake of fakes) fake.mood = 'failing';
  const alertmanager = await start(alerts);
  await alertmanager.post(alerts);
  await until('each has turned one away', () => fakes.every(({ turnedAway }) => turnedAway.length > 0));
  await until('a failure is logged', () => /Notify attempt failed/.test(alertmanager.logs));
  const status = JSON.stringify(await alertmanager.get('/api/v2/status'));
  const metrics = await (await fetch(`${alertmanager.url}/metrics`)).text();
  for (const text of [status, metrics, alertmanager.logs]) expect(text).not.toContain('canary');
  for (const fake of fakes) fake.mood = 'well';
  await have(1);
});
