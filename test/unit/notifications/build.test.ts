import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { SECRET_PLACEHOLDER } from '../../../lib/secret-placeholder.ts';
import { dashboardLinks } from '../../../notifications/alerts.ts';
import { notificationsSettings } from '../../../notifications/settings.ts';
import { simulate } from '../../../notifications/simulate.ts';
import { buildRules } from '../../../rules/index.ts';
import { ALERTS, build, EVERYTHING, PROJECT_ALERTS } from './project.ts';

const SECRETS = {
  slack: { webhookUrl: 'https://hooks.slack.example/services/x' },
  pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
  heartbeat: { url: 'https://heartbeat.example/ping' },
};

describe('without a secret', () => {
  test('everything goes to the stand-in under the name of its receiver', () => {
    const { config, secretFiles, notices } = build();
    expect(secretFiles).toEqual({});
    for (const { name, ...channels } of config.receivers) {
      expect(channels).toMatchObject({ webhook_configs: [{ url: `http://demo:8090/webhook/${name}` }] });
    }
    expect(notices).toHaveLength(3);
    expect(notices[0]).toMatch(/make secret NAME='notifications\.[a-z]+\.[A-Za-z]+'$/);
  });

  test('production is refused with the commands that set what is missing', () => {
    const commands = ['slack.webhookUrl', 'pagerduty.routingKey', 'heartbeat.url'].map(
      (key) => `make secret STACK=prod NAME='notifications.${key}'`,
    );
    for (const command of commands)
      expect(() => build({}, { production: true, stack: 'prod' })).toThrow(command);
  });

  test('so is a stack that has nowhere else to send to', () => {
    expect(() => build({}, { standInUrl: undefined as never })).toThrow(
      'notifications.slack.webhookUrl is not set',
    );
  });
});

describe('with its secrets', () => {
  const { files, secretFiles, config, notices } = build(SECRETS, { production: true });

  test('they stand in files of their own and nowhere else', () => {
    expect(secretFiles).toEqual({
      'slack-webhook-url': SECRETS.slack.webhookUrl,
      'pagerduty-routing-key': SECRETS.pagerduty.routingKey,
      'heartbeat-url': SECRETS.heartbeat.url,
    });
    for (const content of Object.values(files)) {
      for (const secret of Object.values(secretFiles)) expect(content).not.toContain(secret);
    }
    expect(notices).toEqual([]);
  });

  test('what stands for them where they are not decrypted builds the same files', () => {
    const encrypted = {
      slack: { webhookUrl: SECRET_PLACEHOLDER },
      pagerduty: { routingKey: SECRET_PLACEHOLDER },
      heartbeat: { url: SECRET_PLACEHOLDER },
    };
    expect(build(encrypted, { production: true }).files).toEqual(files);
  });

  test('the file says what the configuration says, and the same each time', () => {
    expect(load(files['alertmanager.yml'] ?? '')).toEqual(config);
    expect(build(SECRETS, { production: true }).files).toEqual(files);
  });

  test('Slack has the title and channel of the project', () => {
    const alerts = config.receivers.find(({ name }) => name === 'alerts');
    expect(alerts?.slack_configs).toMatchObject([
      { channel: '#alerts', title: 'Streaming Feature Store Alert' },
    ]);
  });

  test('the older service key of PagerDuty is taken where there is no routing key', () => {
    const { config: older } = build(
      { ...SECRETS, pagerduty: { serviceKey: 'a'.repeat(32) } },
      { production: true },
    );
    const pager = older.receivers.find(({ name }) => name === 'pager');
    expect(pager?.pagerduty_configs).toMatchObject([
      { service_key_file: '/etc/alertmanager-secrets/pagerduty-service-key' },
    ]);
    expect(pager?.pagerduty_configs?.[0]).not.toHaveProperty('routing_key_file');
  });

  test('a team’s own secret has a file of its own', () => {
    const own = { webhookUrl: 'https://hooks.slack.example/own' };
    const settings = {
      ...SECRETS,
      receivers: { team: { slack: own } },
      routes: [{ team: 'streaming', severity: 'warning', receivers: ['team'] }],
    };
    expect(build(settings, { production: true }).secretFiles).toMatchObject({
      'team-slack-webhook-url': own.webhookUrl,
    });
  });
});

describe('links to dashboards', () => {
  const links = dashboardLinks(PROJECT_ALERTS, 'https://grafana.example/');

  test('each alert has its own', () => {
    expect(Object.keys(links)).toHaveLength(PROJECT_ALERTS.length);
    expect(links.InferenceAPIHighLatency).toBe('https://grafana.example/d/inference-api');
    const annotated = buildRules({ settings: { dashboardBaseUrl: 'https://grafana.example' } }).alerts;
    expect(Object.keys(dashboardLinks(annotated, 'https://grafana.example'))).toEqual([
      'InferenceAPIHighLatency',
    ]);
  });

  test('templates know that of the alert whose annotations are fixed, wherever they link to one', () => {
    const url = 'https://grafana.example/d/inference-api';
    const { files } = build({}, { dashboards: { InferenceAPIHighLatency: url } });
    const uses = (text: string) => text.match(/Annotations\.dashboard_url/g)?.length ?? 0;
    const knowing = (text: string) => text.split(JSON.stringify(url)).length - 1;
    const templates = Object.entries(files).filter(([name]) => name.endsWith('.tmpl'));
    const linking = templates.filter(([, text]) => uses(text) > 0);
    expect(linking.map(([name]) => name)).toEqual([
      'templates/common.tmpl',
      'templates/discord.tmpl',
      'templates/email.tmpl',
      'templates/opsgenie.tmpl',
      'templates/slack.tmpl',
      'templates/teams.tmpl',
      'templates/telegram.tmpl',
    ]);
    for (const [name, text] of linking) expect(knowing(text), name).toBe(uses(text));
    expect(files['templates/slack.tmpl']).toContain(
      `{{ with (or .Annotations.dashboard_url (and (eq .Labels.alertname "InferenceAPIHighLatency") "${url}") "") }}`,
    );
    expect(files['templates/email.tmpl']).toContain('(eq $alert.Labels.alertname ');
    expect(files['templates/common.tmpl']).toContain('(eq .CommonLabels.alertname ');
  });
});

describe('refused when built', () => {
  const receivers = { team: { slack: {} } };
  test.each([
    [
      'an unknown receiver',
      { severities: { warning: ['alert'] } },
      'notifications.severities.warning[0] is alert, which is no receiver; did you mean alerts?',
    ],
    [
      'an unknown service',
      { receivers, routes: [{ service: 'infrence-api', receivers: ['team'] }] },
      'did you mean inference-api?',
    ],
    [
      'an unknown team',
      { receivers, routes: [{ team: 'steaming', receivers: ['team'] }] },
      'did you mean streaming?',
    ],
    [
      'an exception that no alert reaches',
      { receivers, routes: [{ service: 'kafka', severity: 'info', receivers: ['team'] }] },
      'notifications.routes[0] is reached by no alert',
    ],
    [
      'one that is taken by another before it',
      {
        receivers,
        routes: [
          { severity: 'warning', receivers: ['team'] },
          { service: 'feature-store', severity: 'warning', receivers: ['digest'] },
        ],
      },
      'notifications.routes[1] is reached by no alert',
    ],
    ['a receiver that nothing uses', { receivers }, 'notifications.receivers.team is used by no route'],
    [
      'a receiver that is named twice',
      { severities: { warning: ['alerts', 'alerts'] } },
      'notifications.severities.warning[1] is alerts, which the list has already',
    ],
    [
      'a receiver that sends nowhere',
      { receivers: { desk: { pages: true } } },
      'a group with at least one of slack',
    ],
    [
      'telling a receiver twice',
      { routes: [{ severity: 'warning', receivers: ['alerts'], also: true }] },
      'one receiver is told twice',
    ],
    [
      'e-mail without a server',
      { receivers: { team: { email: { to: ['a@example.com'] } } }, severities: { info: ['team'] } },
      'has no mail server',
    ],
    [
      'a silence that meets nothing',
      {
        silences: [
          {
            id: 'x',
            owner: 'o',
            reason: 'r',
            matchers: ['alertname="DiskHi"'],
            startsAt: '2026-01-01T00:00:00Z',
            endsAt: '2026-01-02T00:00:00Z',
          },
        ],
      },
      'notifications.silences[0] (x: alertname="DiskHi") meets no alert',
    ],
    [
      'maintenance of an unknown service',
      {
        maintenance: [{ name: 'w', owner: 'o', reason: 'r', services: ['redi'], from: '01:00', to: '02:00' }],
      },
      'did you mean redis?',
    ],
  ])('%s', (_, settings, message) => {
    expect(() => build(settings)).toThrow(message);
  });

  test('an alert that only the default route knows', () => {
    const stray = { alertname: 'Stray', severity: 'fatal', service: 's' };
    expect(() => build({}, { alerts: [...ALERTS, stray] })).toThrow(
      'alert Stray reaches only the default route: its severity is "fatal", not one of critical, warning, info, none',
    );
  });

  test('a secret of the wrong form, without showing it', () => {
    const failing = () => build({ pagerduty: { routingKey: 'hunter2' } });
    expect(failing).toThrow(
      'notifications.pagerduty.routingKey is the integration key of a PagerDuty service and must be 32 letters and digits',
    );
    expect(failing).not.toThrow('hunter2');
  });
});

describe('settings', () => {
  test.each([
    ['a time zone that is none', { businessHours: { timeZone: 'Europe/Berln' } }, 'an IANA time zone'],
    [
      'hours that end before they begin',
      { businessHours: { from: '18:00', to: '09:00' } },
      'later than from',
    ],
    [
      'a window across midnight',
      { maintenance: [{ name: 'w', owner: 'o', reason: 'r', from: '23:00', to: '01:00' }] },
      'as two',
    ],
    [
      'a matcher of another form',
      {
        silences: [
          {
            id: 'x',
            owner: 'o',
            reason: 'r',
            matchers: ['service=redis'],
            startsAt: '2026-01-01T00:00:00Z',
            endsAt: '2026-01-02T00:00:00Z',
          },
        ],
      },
      'written as label=',
    ],
    [
      'a silence that ends before it starts',
      {
        silences: [
          {
            id: 'x',
            owner: 'o',
            reason: 'r',
            matchers: ['service="redis"'],
            startsAt: '2026-01-02T00:00:00Z',
            endsAt: '2026-01-01T00:00:00Z',
          },
        ],
      },
      'later than startsAt',
    ],
    [
      'a reminder that comes before the group is looked at',
      { timings: { warning: { groupInterval: '10m', repeatInterval: '5m' } } },
      'at least groupInterval, 10m',
    ],
    [
      'a time zone that Go does not find by that name',
      { businessHours: { timeZone: 'europe/berlin' } },
      'an IANA time zone',
    ],
    ['a receiver without any channel', { receivers: { x: {} } }, 'at least one of slack'],
    ['an exception for everything', { routes: [{ receivers: ['alerts'] }] }, 'at least one of severity'],
    [
      'critical alerts that wait for office hours',
      { businessHours: { severities: ['critical'] } },
      'warning',
    ],
  ])('refuse %s', (_, settings, message) => {
    const result = notificationsSettings.safeParse(settings);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });

  test.each(['0', '32', '7:1', '-1:1', '-32', '28:-5', 'first'])('refuse the day %s of a month', (day) => {
    const window = { name: 'w', owner: 'o', reason: 'r', daysOfMonth: [day], from: '01:00', to: '02:00' };
    const { error } = notificationsSettings.safeParse({ maintenance: [window] });
    expect(error?.issues[0]?.message).toContain('a day such as 1, -1 for the last');
  });

  test('a silence may name any value of a label that comes from data', () => {
    const matchers = ['alertname="DiskHigh"', 'instance="10.0.0.7:9100"', 'mountpoint="/data"'];
    const silence = {
      id: 'x',
      owner: 'o',
      reason: 'r',
      matchers,
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2026-01-02T00:00:00Z',
    };
    expect(() => build({ silences: [silence] })).not.toThrow();
  });

  test('silences and hours do not stop a page', () => {
    const { config } = build(EVERYTHING);
    const page = ALERTS.find(({ alertname }) => alertname === 'InferenceAPIDown') ?? {};
    const night = new Date('2026-03-22T02:30:00Z');
    expect(simulate(config, [page], night)[0]?.notified).toContain('pager');
  });
});
