/** Every alert of the project, as it is without any setting. */
import { SERVICES } from '../../../catalogue/services.ts';
import { alertLabels } from '../../../notifications/alerts.ts';
import { type AlertmanagerOptions, buildAlertmanager } from '../../../notifications/build.ts';
import type { AlertmanagerConfig, Labels } from '../../../notifications/config.ts';
import { notificationsSettings } from '../../../notifications/settings.ts';
import { buildRules } from '../../../rules/index.ts';
export const PROJECT_ALERTS = buildRules().alerts;

/** An alert of a user's own on a target that the stack also watches. */
export const USERS_ALERT: Labels = {
  alertname: 'QueueStuck',
  severity: 'warning',
  service: 'inference-api',
  signal: 'lag',
  team: 'ml-serving',
  job: 'inference-api',
  instance: 'inference-api:1',
};

/** The label sets under which alerts arrive: the project's, a target of each job, and one of a user's own. */
export const ALERTS: readonly Labels[] = withTargets([...alertLabels(PROJECT_ALERTS), USERS_ALERT]);

/**
 * A stack that uses everything: each kind of receiver, an exception by service, one by team, one by severity,
 * business hours and maintenance of everything and of single services.
 */
export const EVERYTHING = {
  slack: { webhookUrl: 'http://127.0.0.1:1/slack' },
  pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
  email: {
    smarthost: '127.0.0.1:25',
    from: 'alerts@example.com',
    username: 'alerts',
    password: 'secret',
    requireTls: false,
  },
  teams: { webhookUrl: 'http://127.0.0.1:1/teams' },
  webhook: { url: 'http://127.0.0.1:1/webhook' },
  heartbeat: { url: 'http://127.0.0.1:1/heartbeat' },
  receivers: {
    features: { email: { to: ['features@example.com'] }, teams: {} },
    streaming: { pagerduty: {}, webhook: {} },
    changes: { webhook: {} },
  },
  routes: [
    { service: 'feature-store', severity: 'warning', receivers: ['features'] },
    { team: 'streaming', severity: 'critical', receivers: ['streaming'] },
    { severity: 'info', receivers: ['changes'], also: true },
  ],
  businessHours: { severities: ['warning', 'info'], timeZone: 'Europe/Berlin' },
  maintenance: [
    {
      name: 'machines',
      reason: 'kernel updates',
      owner: 'platform',
      services: ['machines', 'redis'],
      weekdays: ['sunday'],
      from: '02:00',
      to: '04:00',
      timeZone: 'Europe/Berlin',
    },
    {
      name: 'freeze',
      reason: 'year-end',
      owner: 'platform',
      severities: ['info'],
      daysOfMonth: ['-1'],
      from: '00:00',
      to: '24:00',
    },
    {
      name: 'redis',
      reason: 'failover test',
      owner: 'feature-platform',
      services: ['redis', 'feature-store'],
      severities: ['critical', 'warning'],
      weekdays: ['sunday'],
      from: '03:00',
      to: '05:00',
      timeZone: 'Europe/Berlin',
    },
  ],
} as const;

/** Instants at which different intervals hold, in the settings of `EVERYTHING`. */
export const INSTANTS = {
  'business hours': new Date('2026-03-18T10:00:00Z'),
  'a week night': new Date('2026-03-18T22:00:00Z'),
  'maintenance of machines and redis': new Date('2026-03-15T01:30:00Z'),
  'maintenance of all three': new Date('2026-03-15T02:30:00Z'),
  'maintenance of redis and features': new Date('2026-03-15T03:30:00Z'),
  'the last day of a month': new Date('2026-03-31T10:00:00Z'),
} as const;

export function build(settings: unknown = {}, options: Partial<AlertmanagerOptions> = {}) {
  return buildAlertmanager({
    settings: notificationsSettings.parse(settings),
    alerts: ALERTS,
    production: false,
    secretsDirectory: '/etc/alertmanager-secrets',
    standInUrl: 'http://demo:8090/webhook',
    ...options,
  });
}

export const configOf = (settings: unknown = {}): AlertmanagerConfig => build(settings).config;

/** An alert on targets fires for any job: here once for each service and the node exporter. */
function withTargets(alerts: readonly Labels[]): readonly Labels[] {
  const target = alerts.find(({ alertname }) => alertname === 'TargetDown');
  if (target === undefined) throw new Error('the project has no alert TargetDown');
  return [
    ...alerts.filter((alert) => alert !== target),
    ...[...Object.keys(SERVICES), 'node-exporter'].map((job) => ({ ...target, job, instance: `${job}:1` })),
  ];
}
