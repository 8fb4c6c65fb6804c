import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { alertLabels, buildAlertmanager, notificationsSettings } from '../../notifications/index.ts';
import { buildRules } from '../../rules/index.ts';
import { ensureTools } from '../../tools/install.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'notifications-'));
afterAll(() => rmSync(folder, { recursive: true }));
const alerts = alertLabels(buildRules().alerts);

const clock = fc.constantFrom('00:00', '07:30', '09:00', '23:59', '24:00');
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Etc/GMT+1',
  'utc',
  'europe/berlin',
  '+02:00',
  'GMT',
);
const duration = fc.constantFrom('0s', '5s', '1m', '10m', '1h30m', '1d', '1w', '30m1h', '1.5h', '2y');
const day = fc.oneof(
  fc.integer({ min: -33, max: 33 }).map(String),
  fc
    .tuple(fc.integer({ min: -31, max: 31 }), fc.integer({ min: -31, max: 31 }))
    .map((ends) => ends.join(':')),
);
const timing = fc.record(
  { groupWait: duration, groupInterval: duration, repeatInterval: duration },
  { requiredKeys: [] },
);
const settings = fc.record(
  {
    businessHours: fc.record(
      { timeZone: zone, from: clock, to: clock, severities: fc.subarray(['warning', 'info']) },
      { requiredKeys: [] },
    ),
    maintenance: fc.array(
      fc.record(
        {
          name: fc.constant('window'),
          owner: fc.constant('o'),
          reason: fc.constant('r'),
          from: clock,
          to: clock,
          timeZone: zone,
          daysOfMonth: fc.array(day, { minLength: 1, maxLength: 2 }),
          services: fc.subarray(['redis', 'kafka'], { minLength: 1 }),
        },
        { requiredKeys: ['name', 'owner', 'reason', 'from', 'to'] },
      ),
      { maxLength: 1 },
    ),
    timings: fc.record({ critical: timing, warning: timing, info: timing }, { requiredKeys: [] }),
    slack: fc.record(
      { title: fc.string(), channel: fc.constantFrom('#a', '@b', '#ü-1', '# c') },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

test('whatever the schema accepts, amtool accepts', async () => {
  const { amtool } = await ensureTools(['amtool']);
  const taken = fc
    .sample(settings, { numRuns: 2000, seed: 20_271_004 })
    .flatMap((input) => notificationsSettings.safeParse(input).data ?? [])
    .slice(0, 30);
  expect(taken.length).toBe(30);
  const paths = taken.map((accepted, index) => {
    const { files } = buildAlertmanager({
      settings: accepted,
      alerts,
      production: false,
      secretsDirectory: '/secrets',
      standInUrl: 'http://demo:8090/webhook',
    });
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, String(index), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return join(folder, String(index), 'alertmanager.yml');
  });
  const said = await run(amtool, ['check-config', ...paths], { maxBuffer: 1e8 }).then(
    () => '',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
  );
  expect(said.split('\n').filter((line) => /FAILED|error/.test(line))).toEqual([]);
  expect(said).toBe('');
});
