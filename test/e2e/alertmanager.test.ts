import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { alertmanagerClient } from '../../lib/alertmanager-client.ts';
import { parseEndpoint } from '../../lib/endpoint.ts';
import type { Labels } from '../../notifications/config.ts';
import { applySilences, planSilences } from '../../notifications/silences.ts';
import { simulate } from '../../notifications/simulate.ts';
import { routesIn } from '../../notifications/tree.ts';
import { ensureTools } from '../../tools/install.ts';
import { run } from '../../tools/run.ts';
import { fakeOlderPagerDuty } from '../fakes/pagerduty.ts';
import { Tunnel } from '../fakes/tunnel.ts';
import { ALERTS, build, EVERYTHING } from '../unit/notifications/project.ts';
import { telling } from '../unit/notifications/table.ts';
import {
  actualStates,
  asCase,
  foretold,
  foretoldStates,
  heardLines,
  outcomes,
} from './alertmanager/batch.ts';
import { heard } from './alertmanager/heard.ts';
import { posted, transcript } from './alertmanager/messages.ts';
import { Alertmanager, type AlertmanagerSetup, type PostedAlert, secretsOf } from './alertmanager/process.ts';
import { built, CANARIES, Outside, outsideSettings, PORTS } from './alertmanager/stack.ts';
import { hurried, isolated, type Timings, yaml } from './alertmanager/transform.ts';
import { until } from './alertmanager/wait.ts';

const QUICK: Timings = { group_wait: '300ms', group_interval: '1s', repeat_interval: '1h' };
/** Alertmanager takes alerts in one by one: time enough for all of a message's on a busy machine. */
const GATHERED: Timings = { group_wait: '2s', group_interval: '3s', repeat_interval: '1h' };
/** One message a group, and no second look at it while the test runs. */
const ONCE: Timings = { group_wait: '2s', group_interval: '10m', repeat_interval: '1h' };
const outside = new Outside();
const running: Alertmanager[] = [];
let tools: { alertmanager: string; amtool: string };
let scratch = '';
let instances = 0;

beforeAll(async () => {
  tools = await ensureTools(['alertmanager', 'amtool']);
  scratch = await mkdtemp(join(tmpdir(), 'alertmanager-test-'));
  await outside.listen();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((alertmanager) => alertmanager.stop()));
  outside.webhook.mood = 'well';
  outside.forget();
});

afterAll(async () => {
  await outside.close();
  await rm(scratch, { recursive: true, force: true });
});

async function start(
  setup: Pick<AlertmanagerSetup, 'files' | 'secretFiles' | 'args'> & { directory?: string; port?: number },
) {
  const number = instances++;
  const alertmanager = await Alertmanager.start({
    executable: tools.alertmanager,
    directory: join(scratch, String(number)),
    port: PORTS.first + number,
    ...setup,
  });
  running.push(alertmanager);
  return alertmanager;
}

const directoryOf = (number: number) => join(scratch, String(number));

describe('the batch proof: the pure function and a real Alertmanager agree', () => {
  const allDay = { from: '00:00', to: '24:00' };
  const otherHalf =
    new Date().getUTCHours() < 12 ? { from: '14:00', to: '23:00' } : { from: '01:00', to: '10:00' };
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const states = [
    ['in business hours', allDay, otherHalf],
    ['outside business hours', otherHalf, otherHalf],
    ['in business hours, under maintenance', allDay, allDay],
    ['outside business hours, under maintenance', otherHalf, allDay],
  ] as const;

  test.each(states)('%s', async (state, hours, window) => {
    const owner = { owner: 'platform', reason: 'test', timeZone: 'UTC' };
    const settings = outsideSettings({
      businessHours: { severities: ['warning', 'info'], timeZone: 'UTC', days, ...hours },
      maintenance: [
        { name: 'machines', services: ['machines', 'redis'], ...owner, ...window },
        { name: 'all', severities: ['info'], ...owner, ...window },
      ],
    });
    const directory = directoryOf(instances);
    const { files, secretFiles, config: written } = built(settings, secretsOf(directory));
    const config = isolated(hurried(written, ONCE));
    const alertmanager = await start({ files: { ...files, 'alertmanager.yml': yaml(config) }, secretFiles });

    const singles = ALERTS.map((alert) => [alert]);
    const sets = state === 'in business hours' ? [...singles, ...telling(config, ALERTS)] : singles;
    const cases = [...sets, ALERTS].map(asCase);
    const now = new Date();
    const expected = outcomes(config, cases, now);
    const sentinel = { alertname: 'Sentinel', severity: 'none', test_case: 'sentinel' };
    await alertmanager.post(cases.flat().map((labels) => ({ labels })));
    await alertmanager.post([{ labels: sentinel }]);

    const groupedBy = (receiver: string) => {
      const node = routesIn(config.route).find(
        (candidate) => candidate.route.receiver === receiver && candidate.route.group_by,
      );
      return node?.route.group_by ?? config.route.group_by ?? [];
    };
    const came = () => heardLines(heard(outside), groupedBy).filter((line) => !line.startsWith('sentinel'));
    const wanted = foretold(config, expected);
    await until(
      'every message came, and the sentinel after them',
      () => {
        const last = outside.webhook.taken.some(({ commonLabels }) => commonLabels.alertname === 'Sentinel');
        return last && outside.count() >= wanted.length + 1;
      },
      {
        found: () =>
          `${outside.count()} of ${wanted.length + 1}; refused: ${outside.refusals().join('\n').slice(0, 2000)}`,
      },
    );
    expect(outside.refusals()).toEqual([]);
    expect(came()).toEqual(wanted);
    const groups = (await alertmanager.groups()).filter(({ labels }) => labels.test_case !== 'sentinel');
    expect(actualStates(groups)).toEqual(foretoldStates(expected));
  });
});

describe('amtool', () => {
  test.each([
    ['without any secret', build()],
    ['with everything', build(EVERYTHING, { production: true })],
    [
      'with the older service key',
      build({ ...EVERYTHING, pagerduty: { serviceKey: 'k'.repeat(32) } }, { production: true }),
    ],
  ])('accepts a configuration %s', async (_, { files }) => {
    const checked = await run(tools.amtool, [
      'check-config',
      await prepared(directoryOf(instances++), files),
    ]);
    expect(checked).toMatchObject({ ok: true });
  });

  test('accepts the configuration, and routes every alert as the pure function does', async () => {
    const directory = directoryOf(instances++);
    const { files, config } = built(outsideSettings(), secretsOf(directory));
    const writer = await prepared(directory, files);
    const checked = await run(tools.amtool, ['check-config', writer]);
    expect(checked).toMatchObject({ ok: true });
    for (const { alert, hops } of simulate(config, ALERTS, new Date())) {
      const receivers = hops.map(({ receiver }) => receiver).join(',');
      const labels = Object.entries(alert).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      const args = [
        'config',
        'routes',
        'test',
        `--config.file=${writer}`,
        `--verify.receivers=${receivers}`,
        ...labels,
      ];
      expect(await run(tools.amtool, args), alert.alertname).toMatchObject({ ok: true });
    }
    expect(
      await run(tools.amtool, [
        'config',
        'routes',
        'test',
        `--config.file=${writer}`,
        '--verify.receivers=pager',
        'severity=info',
      ]),
    ).toMatchObject({ ok: false });
  });
});

describe('a real Alertmanager', () => {
  const WARNING: Labels = { alertname: 'A', severity: 'warning', service: 's', signal: 'lag' };
  const taken = (alertname: string) =>
    outside.webhook.taken.filter(({ groupLabels }) => groupLabels.alertname === alertname);
  const hears = (alertname: string, times = 1) =>
    until(`${alertname} is told ${times} times`, () => taken(alertname).length >= times, {
      found: () => outside.refusals().join('\n'),
    });

  test('says once what one evaluation brings: batching, and the end of it', async () => {
    const alertmanager = await single(GATHERED);
    const alerts = ['x', 'y', 'z'].map((instance) => ({ labels: { ...WARNING, instance } }));
    await alertmanager.post(alerts);
    await hears('A');
    expect(
      taken('A')[0]
        ?.alerts.map(({ labels }) => labels.instance)
        .sort(),
    ).toEqual(['x', 'y', 'z']);
    expect(taken('A')[0]?.status).toBe('firing');

    const endsAt = new Date().toISOString();
    await alertmanager.post(alerts.map((alert) => ({ ...alert, endsAt })));
    await hears('A', 2);
    expect(taken('A').map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  test('reminds of what still fires', async () => {
    const alertmanager = await single({ ...QUICK, repeat_interval: '1s' });
    await alertmanager.post([{ labels: WARNING }]);
    await hears('A', 3);
    expect(
      taken('A')
        .slice(0, 3)
        .map(({ status }) => status),
    ).toEqual(['firing', 'firing', 'firing']);
  });

  test('keeps quiet what follows from something worse, until that is over', async () => {
    const alertmanager = await single(GATHERED);
    const cause = { alertname: 'Cause', severity: 'critical', service: 's', signal: 'lag' };
    await alertmanager.post([{ labels: WARNING }, { labels: cause }]);
    await hears('Cause');
    await until('A is inhibited', async () => (await stateOf(alertmanager, 'A')) === 'suppressed');
    expect(taken('A')).toEqual([]);
    await alertmanager.post([{ labels: cause, endsAt: new Date().toISOString() }]);
    await hears('A');
  });

  test('loses nothing while a receiver fails or cannot be reached', async () => {
    const alertmanager = await single();
    outside.webhook.mood = 'failing';
    await alertmanager.post([{ labels: WARNING }]);
    await until('it was tried more than once', () => outside.webhook.turnedAway.length > 1);
    outside.webhook.mood = 'well';
    await hears('A');
    expect(taken('A')).toHaveLength(1);

    await outside.webhook.close();
    await alertmanager.post([{ labels: { ...WARNING, alertname: 'B' } }]);
    await until('it was tried in vain', async () => /Notify attempt failed.*refused/.test(alertmanager.logs));
    await outside.webhook.listen(PORTS.webhook);
    await hears('B');
    expect(taken('B')).toHaveLength(1);
  });

  test('gives up on a receiver that does not answer, and tries again', async () => {
    const alertmanager = await single(QUICK, '500ms');
    outside.webhook.mood = 'hanging';
    await alertmanager.post([{ labels: WARNING }]);
    await until('it was tried more than once', () => outside.webhook.turnedAway.length > 1);
    expect(alertmanager.logs).toMatch(/configured webhook timeout reached/);
    outside.webhook.mood = 'well';
    await hears('A');
  });

  test('goes on with the old configuration where the new one is broken', async () => {
    const alertmanager = await single();
    await alertmanager.write({ 'alertmanager.yml': 'route: {receiver: nobody}\nreceivers: []\n' });
    const response = await alertmanager.reload();
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('nobody');
    expect(await alertmanager.metric('alertmanager_config_last_reload_successful')).toBe(0);
    await alertmanager.post([{ labels: WARNING }]);
    await hears('A');
  });

  test('keeps silences over a restart, and ends those that the settings no longer have', async () => {
    const alertmanager = await single();
    const { url } = alertmanager;
    const now = new Date();
    const silence = (id: string, alertname: string) => ({
      id,
      owner: 'platform',
      reason: 'migration',
      matchers: [`alertname="${alertname}"`],
      startsAt: now.toISOString(),
      endsAt: new Date(now.getTime() + 3_600_000).toISOString(),
    });
    const byHand = await fetch(`${url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'ByHand', isRegex: false, isEqual: true }],
        startsAt: now.toISOString(),
        endsAt: silence('x', 'x').endsAt,
        createdBy: 'somebody',
        comment: 'by hand',
      }),
    });
    expect(byHand.ok).toBe(true);

    const wanted = [silence('a', 'A'), silence('b', 'B')];
    const client = alertmanagerClient(parseEndpoint(url));
    await applySilences(planSilences(wanted, await client.silences(), now), client);
    await alertmanager.stop();
    await alertmanager.start();
    const again = planSilences(wanted, await client.silences(), new Date());
    expect(again).toMatchObject({ create: [], update: [], expire: [], keep: [{ id: 'a' }, { id: 'b' }] });

    await applySilences(planSilences([silence('a', 'A')], await client.silences(), new Date()), client);
    const active = (await client.silences()).filter(({ status }) => status.state === 'active');
    expect(active.map(({ comment }) => comment).sort()).toEqual(['by hand', 'migration [managed: a]']);

    await alertmanager.post([{ labels: WARNING }, { labels: { ...WARNING, alertname: 'B' } }]);
    await hears('B');
    expect(taken('A')).toEqual([]);
    expect(await stateOf(alertmanager, 'A')).toBe('suppressed');
  });

  test('of three that gossip, one tells, and another takes over when it is gone', async () => {
    const gossip = [23_101, 23_102, 23_103];
    const cluster = [];
    for (const [index, port] of gossip.entries()) {
      const args = [
        `--cluster.listen-address=127.0.0.1:${port}`,
        `--cluster.peer-name=${index}`,
        ...gossip.filter((other) => other !== port).map((other) => `--cluster.peer=127.0.0.1:${other}`),
        '--cluster.peer-timeout=1s',
        '--cluster.settle-timeout=2s',
        '--cluster.gossip-interval=20ms',
        '--cluster.pushpull-interval=1s',
      ];
      cluster.push(await single(QUICK, '5s', args));
    }
    const [first, second, third] = cluster;
    for (const alertmanager of cluster) {
      await until('all three know each other and have settled', async () => {
        const { cluster: state } = await alertmanager.get<{ cluster: { status: string; peers: unknown[] } }>(
          '/api/v2/status',
        );
        return state.status === 'ready' && state.peers.length === 3;
      });
    }
    for (const alertmanager of cluster) await alertmanager.post([{ labels: WARNING }]);
    await hears('A');
    // The last waits longest for the others; once it has told what it alone knows, it has passed A over.
    await third?.post([{ labels: { ...WARNING, alertname: 'Later' } }]);
    await hears('Later');
    expect(taken('A')).toHaveLength(1);

    await first?.stop('SIGKILL');
    for (const alertmanager of [second, third])
      await alertmanager?.post([{ labels: { ...WARNING, alertname: 'B' } }]);
    await hears('B');
    await third?.post([{ labels: { ...WARNING, alertname: 'Last' } }]);
    await hears('Last');
    expect(taken('B')).toHaveLength(1);
  });

  /** One whose warnings and worse go to the webhook. */
  async function single(timings = QUICK, timeout = '5s', args: readonly string[] = []) {
    const settings = {
      webhook: { url: `http://127.0.0.1:${PORTS.webhook}/hook` },
      heartbeat: { url: `http://127.0.0.1:${PORTS.webhook}/heartbeat` },
      pagerduty: { routingKey: CANARIES.routingKey, url: `http://127.0.0.1:${PORTS.pagerduty}/v2/enqueue` },
      receivers: { hook: { webhook: { timeout } }, unrouted: { webhook: {} } },
      severities: { critical: ['pager', 'hook'], warning: ['hook'], info: ['hook'] },
    };
    const { files, secretFiles, config } = built(settings, secretsOf(directoryOf(instances)));
    return start({
      files: { ...files, 'alertmanager.yml': yaml(hurried(config, timings)) },
      secretFiles,
      args,
    });
  }

  async function stateOf(alertmanager: Alertmanager, alertname: string): Promise<string | undefined> {
    const alerts = await alertmanager.get<{ labels: Labels; status: { state: string } }[]>('/api/v2/alerts');
    return alerts.find(({ labels }) => labels.alertname === alertname)?.status.state;
  }
});

describe('messages of real alerts', () => {
  const everyChannel = outsideSettings({
    businessHours: {},
    maintenance: [],
    routes: [],
    receivers: { all: { slack: {}, pagerduty: {}, email: { to: ['features@example.com'] }, teams: {} } },
    severities: { critical: ['all'], warning: ['all'], info: ['digest'] },
  });
  const cases: Readonly<Record<string, readonly PostedAlert[]>> = {
    'a page about two endpoints': posted('InferenceAPIHighLatency', [
      { endpoint: '/predict/fraud' },
      { endpoint: '/predict/personalization' },
    ]),
    'a warning about a disk': posted('DiskHigh', [
      { instance: 'node-exporter:9100', mountpoint: '/var/lib data' },
    ]),
    'more alerts than a message shows': posted(
      'ConsumerLagHigh',
      Array.from({ length: 12 }, (_, index) => ({ topic: `topic-${10 + index}`, consumergroup: 'features' })),
    ),
    'something to be aware of': posted('ServiceDeployed', [{ job: 'inference-api' }]),
    'texts that are markup, long, or missing': [
      {
        labels: { alertname: 'Markup', severity: 'critical', service: 'a"b\\c', team: '<script>' },
        annotations: { summary: '<b>5 > 4 & 3 < 4</b>', description: 'ä'.repeat(3000) },
      },
      { labels: { alertname: 'Markup', severity: 'critical', service: 'a"b\\c', team: 'x' } },
    ],
  };

  test.each(Object.entries(cases))('%s', async (title, alerts) => {
    const { files, secretFiles, config } = built(everyChannel, secretsOf(directoryOf(instances)), [
      ...ALERTS,
      ...alerts.map(({ labels }) => labels),
    ]);
    const alertmanager = await start({
      files: { ...files, 'alertmanager.yml': yaml(hurried(config, GATHERED)) },
      secretFiles,
    });
    const info = alerts[0]?.labels.severity === 'info';
    const complete = (rounds: number) =>
      until('every channel has its message', () => outside.count() >= rounds * (info ? 1 : 4), {
        found: () => outside.refusals().join('\n'),
      });
    await alertmanager.post(alerts);
    await complete(1);
    if (!info) {
      const endsAt = new Date().toISOString();
      await alertmanager.post(alerts.map((alert) => ({ ...alert, endsAt })));
      await complete(2);
    }
    expect(outside.refusals()).toEqual([]);
    for (const message of heard(outside)) {
      if (message.labels.alertname !== undefined)
        expect(message.labels.alertname).toBe(alerts[0]?.labels.alertname);
    }
    const file = `alertmanager/golden/${title.replaceAll(/[^a-z]+/g, '-')}.txt`;
    await expect(transcript(outside)).toMatchFileSnapshot(file);
  });
});

describe('the older service key of PagerDuty', () => {
  const older = fakeOlderPagerDuty([CANARIES.routingKey]);
  // Alertmanager knows one address of the older API, so it is led astray on its way there.
  const tunnel = new Tunnel(PORTS.olderPagerDuty);
  beforeAll(() => Promise.all([older.listen(PORTS.olderPagerDuty), tunnel.listen(PORTS.tunnel)]));
  afterAll(async () => {
    await tunnel.close();
    await older.close();
  });

  test('opens an incident by the alerts’ summary, and ends the same one', async () => {
    const settings = outsideSettings({
      pagerduty: { serviceKey: CANARIES.routingKey },
      routes: [],
      receivers: {},
      severities: { critical: ['pager'] },
    });
    const { files, secretFiles, config } = built(settings, secretsOf(directoryOf(instances)));
    const through = config.receivers.map((receiver) => ({
      ...receiver,
      ...(receiver.pagerduty_configs && {
        pagerduty_configs: receiver.pagerduty_configs.map((each) => ({
          ...each,
          http_config: {
            proxy_url: `http://127.0.0.1:${PORTS.tunnel}`,
            tls_config: { insecure_skip_verify: true },
          },
        })),
      }),
    }));
    const alertmanager = await start({
      files: { ...files, 'alertmanager.yml': yaml(hurried({ ...config, receivers: through }, QUICK)) },
      secretFiles,
    });
    const alerts = posted('InferenceAPIHighLatency', [{ endpoint: '/predict/fraud' }]);
    const comes = (times: number) =>
      until(`${times} events`, () => older.taken.length >= times, {
        found: () => older.refused.map(({ reply, request }) => `${reply.body} for ${request.body}`).join(),
      });
    await alertmanager.post(alerts);
    await comes(1);
    const endsAt = new Date().toISOString();
    await alertmanager.post(alerts.map((alert) => ({ ...alert, endsAt })));
    await comes(2);
    const [trigger, resolve] = older.taken;
    expect(trigger).toMatchObject({ event_type: 'trigger', description: 'API latency exceeds SLA' });
    expect(resolve).toMatchObject({ event_type: 'resolve', incident_key: trigger?.incident_key });
    expect(new Set(tunnel.asked)).toEqual(new Set(['events.pagerduty.com:443']));
  });
});

describe('secrets', () => {
  test('stay in their files: neither the API nor a log shows one, also where deliveries fail', async () => {
    const { files, secretFiles, config } = built(outsideSettings(), secretsOf(directoryOf(instances)));
    const canaries = Object.values(secretFiles);
    expect(canaries.length).toBeGreaterThanOrEqual(7);
    const quick = yaml(hurried(config, QUICK));
    const alertmanager = await start({
      files: { ...files, 'alertmanager.yml': quick },
      secretFiles,
      args: ['--log.level=debug'],
    });
    outside.webhook.mood = 'failing';
    const extra = { severity: 'critical', service: 'kafka', team: 'streaming', alertname: 'A' };
    await alertmanager.post([{ labels: extra }, ...ALERTS.map((labels) => ({ labels }))]);
    await until('a delivery has failed', () => /Notify attempt failed/.test(alertmanager.logs));
    const status = JSON.stringify(await alertmanager.get('/api/v2/status'));
    const metrics = await (await fetch(`${alertmanager.url}/metrics`)).text();
    for (const text of [quick, status, metrics, alertmanager.logs]) {
      for (const canary of [...canaries, 'canary']) expect(text).not.toContain(canary);
    }
  });
});

async function prepared(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return join(directory, 'alertmanager.yml');
}
