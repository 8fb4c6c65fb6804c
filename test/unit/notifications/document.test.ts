import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { CHANNELS } from '../../../notifications/channels/index.ts';
import { notificationsSettings } from '../../../notifications/settings.ts';
import { build } from './project.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');
const KEY = 'feature-store-monitoring:notifications';

const examples = [...DOCUMENT.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => {
  const { config } = load(text) as { config: Record<string, object> };
  return config[KEY] ?? {};
});

const row = (first: string) =>
  DOCUMENT.split('\n')
    .filter((line) => line.startsWith(`| \`${first}\` |`))
    .map((line) =>
      line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );

test('what the document shows can be built', () => {
  expect(examples).toHaveLength(3 + CHANNELS.length);
  const secrets = { slack: { webhookUrl: 'https://hooks.slack.example/x' } };
  for (const example of examples) expect(() => build({ ...secrets, ...example })).not.toThrow();
});

test('its receivers and timings are the defaults', () => {
  const { severities, timings } = notificationsSettings.parse({});
  for (const [severity, receivers] of Object.entries(severities)) {
    const named = [...(row(severity)[0]?.[0]?.matchAll(/`([a-z]+)`/g) ?? [])].map(([, name]) => name);
    expect(named, severity).toEqual(receivers);
  }
  for (const [severity, timing] of Object.entries(timings)) {
    const cells = row(severity === 'heartbeat' ? 'none' : severity)[1]?.slice(0, 3);
    expect(cells, severity).toEqual([timing.groupWait, timing.groupInterval, timing.repeatInterval]);
  }
});
