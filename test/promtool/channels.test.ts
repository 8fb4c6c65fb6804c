import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Channel } from '../../notifications/channels/channel.ts';
import { CHANNELS } from '../../notifications/channels/index.ts';
import { opsgenie } from '../../notifications/channels/opsgenie.ts';
import { telegram } from '../../notifications/channels/telegram.ts';
import { templateFiles } from '../../notifications/templates.ts';
import { ensureTools } from '../../tools/install.ts';
import { fakeDiscord } from '../fakes/discord.ts';
import type { HttpFake } from '../fakes/http.ts';
import { limitOf } from '../fakes/limits.ts';
import { fakeTelegram } from '../fakes/telegram.ts';
import { build } from '../unit/notifications/project.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'channels-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Files of a stack with one receiver that uses a channel as its example says. */
function filesOf({ name, example, secrets, pages }: Channel) {
  const values = Object.entries(secrets).map(([field, secret]) => [field, secret.example]);
  return build({
    [name]: { ...(example.shared as object), ...Object.fromEntries(values) },
    receivers: { desk: { [name]: example.own } },
    severities: { [pages ? 'critical' : 'info']: ['desk'] },
  }).files;
}

test('amtool takes every channel, as its example says', async () => {
  const { amtool } = await ensureTools(['amtool']);
  const paths = CHANNELS.map((channel) => {
    const at = join(folder, channel.name);
    for (const [path, text] of Object.entries(filesOf(channel))) write(join(at, path), text);
    return join(at, 'alertmanager.yml');
  });
  const { stdout } = await run(amtool, ['check-config', ...paths], { maxBuffer: 1e8 });
  expect(stdout).not.toContain('FAILED');
  for (const path of paths) expect(stdout).toContain(`Checking '${path}'  SUCCESS`);
});

describe('a message of any alerts', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('<b>', '&amp', '</a>', '[a](b)', '**', '\\', '"', '`', 'line\nbreak', ''),
    fc
      .tuple(fc.constantFrom('ä', '&', '<', '😀', 'x ', '漢', '_'), fc.integer({ min: 100, max: 5000 }))
      .map(([text, times]) => text.repeat(times)),
  );
  const some = (record: Record<string, fc.Arbitrary<string>>) => fc.record(record, { requiredKeys: [] });
  const alert = fc.record({
    status: fc.constantFrom('firing', 'resolved'),
    labels: some({
      alertname: texts,
      severity: fc.constantFrom('critical', 'warning', 'info'),
      service: texts,
      team: texts,
      endpoint: texts,
    }),
    annotations: some({
      summary: texts,
      description: texts,
      value: texts,
      runbook_url: fc.oneof(fc.webUrl({ withQueryParameters: true }), texts),
      dashboard_url: fc.webUrl(),
    }),
  });
  const messages = fc
    .sample(fc.array(alert, { minLength: 1, maxLength: 14 }), { numRuns: 12, seed: 20_261_129 })
    .map((alerts) => ({
      receiver: 'desk & co',
      status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
      externalURL: 'http://alertmanager.example:9093',
      groupLabels: {},
      commonLabels: alerts[0]?.labels ?? {},
      commonAnnotations: {},
      alerts: alerts.map((each) => ({
        ...each,
        startsAt: '2026-03-01T20:00:00Z',
        endsAt: '2026-03-01T21:00:00Z',
      })),
    }));

  /** What amtool makes of a template, for each of the messages. */
  async function rendered(name: string, type: 'text' | 'html'): Promise<readonly string[]> {
    const { amtool } = await ensureTools(['amtool']);
    for (const [path, text] of Object.entries(templateFiles({ A: 'https://grafana.example/d/a' })))
      write(join(folder, 'all', path), text);
    const glob = join(folder, 'all', 'templates', '*.tmpl');
    return Promise.all(
      messages.map(async (message, index) => {
        const data = write(join(folder, `message-${index}.json`), JSON.stringify(message));
        const text = `--template.text={{ template "${name}" . }}`;
        const options = [
          `--template.glob=${glob}`,
          `--template.type=${type}`,
          `--template.data=${data}`,
          text,
        ];
        return (await run(amtool, ['template', 'render', ...options])).stdout.replace(/\n$/, '');
      }),
    );
  }

  async function refusals(fake: HttpFake<unknown>, path: string, bodies: readonly object[]) {
    await fake.listen(0);
    try {
      for (const body of bodies)
        await fetch(`${fake.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      expect(fake.taken.length + fake.refused.length).toBe(bodies.length);
      return fake.refused.map(({ request, reply }) => `${reply.body} for ${request.body}`);
    } finally {
      await fake.close();
    }
  }

  test('is taken by Telegram whole: Alertmanager has nothing to cut', async () => {
    const sent = await rendered('fsm.telegram.message', 'html');
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(limitOf(telegram, 'text'));
    expect(Math.max(...sent.map(({ length }) => length))).toBeGreaterThan(3000);
    const bodies = sent.map((text) => ({ chat_id: 5, text, parse_mode: 'HTML' }));
    expect(await refusals(fakeTelegram('1:key', [5]), '/bot1:key/sendMessage', bodies)).toEqual([]);
  });

  test('is taken by Discord whole', async () => {
    const sent = await rendered('fsm.discord.message', 'text');
    expect(Math.max(...sent.map(({ length }) => length))).toBeGreaterThan(3000);
    const bodies = sent.map((description) => ({ embeds: [{ title: 't', description, color: 0 }] }));
    expect(await refusals(fakeDiscord('/hook'), '/hook', bodies)).toEqual([]);
  });

  test('is taken by Jira Service Management whole', async () => {
    for (const text of await rendered('fsm.opsgenie.description', 'text'))
      expect(text.length).toBeLessThanOrEqual(limitOf(opsgenie, 'description'));
    for (const text of await rendered('fsm.opsgenie.entity', 'text'))
      expect(text.length).toBeLessThanOrEqual(limitOf(opsgenie, 'entity'));
    for (const text of await rendered('fsm.opsgenie.tags', 'text')) {
      const tags = text.split(',').filter((tag) => tag !== '');
      expect(tags.length).toBeLessThanOrEqual(3);
      for (const tag of tags) expect([...tag].length).toBeLessThanOrEqual(limitOf(opsgenie, 'tags.each'));
    }
    for (const text of await rendered('fsm.opsgenie.priority', 'text')) expect(text).toMatch(/^P[1-5]$/);
  });
});
