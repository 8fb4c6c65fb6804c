import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreseeFirstSilences, foreseeSilences, settleSilences } from '../../cli/silence-steps.ts';
import { alertmanagerClient } from '../../lib/alertmanager-client.ts';
import { parseEndpoint } from '../../lib/endpoint.ts';
import { changesSilences, describePlan, notificationsSettings } from '../../notifications/index.ts';
import { ensureTools } from '../../tools/install.ts';
import { Alertmanager } from './alertmanager/process.ts';
import { freePort } from './preview/prometheus.ts';

const HOUR = 3_600_000;
const now = Date.now();
const at = (hours: number) => new Date(now + hours * HOUR).toISOString();

const silence = (id: string, from: number, to: number) => ({
  id,
  owner: 'feature-platform',
  reason: 'Redis is replaced',
  matchers: ['service="redis"', 'severity=~"critical|warning"'],
  startsAt: at(from),
  endsAt: at(to),
});

/** The settings of a stack with these silences. */
const having = (...silences: readonly ReturnType<typeof silence>[]) => ({
  notifications: notificationsSettings.parse({ silences }),
});

let folder: string;
let alertmanager: Alertmanager;
const platform = { url: () => alertmanager.url };

beforeAll(async () => {
  const { alertmanager: executable } = await ensureTools(['alertmanager']);
  folder = await mkdtemp(join(tmpdir(), 'fsm-silences-'));
  alertmanager = await Alertmanager.start({
    executable,
    directory: folder,
    port: await freePort(),
    files: { 'alertmanager.yml': 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n' },
  });
});

afterAll(async () => {
  await alertmanager?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What Alertmanager holds and has not expired. */
async function held() {
  return (await alertmanagerClient(parseEndpoint(alertmanager.url)).silences())
    .filter(({ status }) => status.state !== 'expired')
    .map(({ id, comment, createdBy, endsAt, status }) => ({
      id,
      comment,
      createdBy,
      endsAt,
      state: status.state,
    }))
    .sort((a, b) => a.comment.localeCompare(b.comment));
}

test('silences of the settings come, stay and go with each `make up`', async () => {
  const stack = having(silence('redis', -1, 2), silence('weekend', 24, 30), silence('past', -5, -1));
  const created = [
    `silence redis: create, until ${at(2)}`,
    `silence weekend: create, until ${at(30)}`,
    `silence past of feature-platform ended at ${at(-1)}: remove it from notifications.silences`,
  ];
  expect(describePlan(foreseeFirstSilences(stack))).toEqual(created);
  const foreseen = await foreseeSilences(stack, platform);
  expect(describePlan(foreseen)).toEqual(created);
  expect(changesSilences(foreseen)).toBe(true);
  expect(await held()).toEqual([]);

  expect(await settleSilences(stack, platform)).toEqual(created);
  const first = await held();
  expect(first).toMatchObject([
    { comment: 'Redis is replaced [managed: redis]', createdBy: 'feature-platform', state: 'active' },
    { comment: 'Redis is replaced [managed: weekend]', createdBy: 'feature-platform', state: 'pending' },
  ]);
  expect(first.map(({ endsAt }) => endsAt)).toEqual([at(2), at(30)]);

  // A second run changes nothing, and neither does a restart; that one is over is no change.
  expect(changesSilences(await foreseeSilences(stack, platform))).toBe(false);
  expect(await settleSilences(stack, platform)).toEqual(created.slice(2));
  await alertmanager.stop();
  await alertmanager.start();
  expect(await settleSilences(stack, platform)).toEqual(created.slice(2));
  expect(await held()).toEqual(first);

  // A longer one is the same silence, and one that the settings no longer have ends.
  const later = having(silence('redis', -1, 3));
  const changes = [
    `silence redis: change, until ${at(3)}`,
    'silence weekend: end now, the settings no longer have it',
  ];
  const longer = await foreseeSilences(later, platform);
  expect(describePlan(longer)).toEqual(changes);
  expect(changesSilences(longer)).toBe(true);
  expect(await held()).toEqual(first);
  expect(await settleSilences(later, platform)).toEqual(changes);
  expect(await held()).toMatchObject([{ comment: 'Redis is replaced [managed: redis]', endsAt: at(3) }]);

  expect(await settleSilences(having(), platform)).toEqual([
    'silence redis: end now, the settings no longer have it',
  ]);
  expect(await held()).toEqual([]);
});

test('an Alertmanager that does not answer is named, with what to do', async () => {
  const nowhere = { url: () => 'http://127.0.0.1:1' };
  await expect(settleSilences(having(silence('redis', -1, 2)), nowhere)).rejects.toThrow(
    /does not answer at http:\/\/127\.0\.0\.1:1.*make silences/,
  );
});
