import { dashboardLinks } from '../../../notifications/alerts.ts';
import { buildAlertmanager } from '../../../notifications/build.ts';
import type { Labels } from '../../../notifications/config.ts';
import { notificationsSettings } from '../../../notifications/settings.ts';
import type { HttpFake } from '../../fakes/http.ts';
import { fakePagerDuty, type PagerDutyEvent } from '../../fakes/pagerduty.ts';
import { fakeSlack, type SlackMessage } from '../../fakes/slack.ts';
import { FakeSmtp } from '../../fakes/smtp.ts';
import { fakeTeams, type TeamsMessage } from '../../fakes/teams.ts';
import { fakeWebhook, type WebhookMessage } from '../../fakes/webhook.ts';
import { ALERTS, EVERYTHING, PROJECT_ALERTS } from '../../unit/notifications/project.ts';

/** Ports of this file's servers; the Alertmanagers follow. */
export const PORTS = {
  slack: 23_000,
  pagerduty: 23_001,
  teams: 23_002,
  smtp: 23_003,
  webhook: 23_004,
  olderPagerDuty: 23_005,
  tunnel: 23_006,
  first: 23_010,
};

/** Values that must never be seen outside their files. */
export const CANARIES = {
  slackPath: '/services/T000/B000/canaryslackcanaryslack',
  routingKey: 'canarypagerdutycanarypagerduty01',
  streamingKey: 'canarystreamingcanarystreaming02',
  password: 'canary-mail-password',
  teamsPath: '/workflows/canary-teams',
  webhookPath: '/canary-webhook',
  heartbeatPath: '/canary-heartbeat',
} as const;

export const GRAFANA = 'https://grafana.example';

const local = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;

/** Everything that is told of an alert, listening. */
export class Outside {
  readonly slack: HttpFake<SlackMessage> = fakeSlack([CANARIES.slackPath], ['#alerts', '#alerts-digest']);
  readonly pagerduty: HttpFake<PagerDutyEvent> = fakePagerDuty([CANARIES.routingKey, CANARIES.streamingKey]);
  readonly teams: HttpFake<TeamsMessage> = fakeTeams(CANARIES.teamsPath);
  readonly webhook: HttpFake<WebhookMessage> = fakeWebhook();
  readonly smtp = new FakeSmtp('alerts', CANARIES.password, ['features@example.com']);

  async listen(): Promise<void> {
    await Promise.all([
      this.slack.listen(PORTS.slack),
      this.pagerduty.listen(PORTS.pagerduty),
      this.teams.listen(PORTS.teams),
      this.webhook.listen(PORTS.webhook),
      this.smtp.listen(PORTS.smtp),
    ]);
  }

  forget(): void {
    for (const fake of [this.slack, this.pagerduty, this.teams, this.webhook, this.smtp]) fake.forget();
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.slack, this.pagerduty, this.teams, this.webhook, this.smtp].map((fake) => fake.close()),
    );
  }

  /** How many messages were taken in all. */
  count(): number {
    return [this.slack, this.pagerduty, this.teams, this.webhook, this.smtp].reduce(
      (sum, { taken }) => sum + taken.length,
      0,
    );
  }

  /** Why any of them refused something. */
  refusals(): readonly string[] {
    const http = [this.slack, this.pagerduty, this.teams, this.webhook].flatMap(({ refused }) =>
      refused.map(
        ({ request, reply }) => `${reply.status} ${reply.body} for ${request.path} ${request.body}`,
      ),
    );
    return [...http, ...this.smtp.refused];
  }
}

/** The settings of the batch proof with its receivers pointed at the fakes. */
export function outsideSettings(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    ...EVERYTHING,
    slack: { webhookUrl: local(PORTS.slack, CANARIES.slackPath) },
    pagerduty: { routingKey: CANARIES.routingKey, url: local(PORTS.pagerduty, '/v2/enqueue') },
    email: { ...EVERYTHING.email, smarthost: `127.0.0.1:${PORTS.smtp}`, password: CANARIES.password },
    teams: { webhookUrl: local(PORTS.teams, CANARIES.teamsPath) },
    webhook: { url: local(PORTS.webhook, CANARIES.webhookPath) },
    heartbeat: { url: local(PORTS.webhook, CANARIES.heartbeatPath) },
    receivers: {
      ...EVERYTHING.receivers,
      streaming: { pagerduty: { routingKey: CANARIES.streamingKey }, webhook: {} },
    },
    ...more,
  };
}

/** A configuration as production would have it: every receiver has its secrets. */
export function built(settings: unknown, secretsDirectory: string, alerts: readonly Labels[] = ALERTS) {
  return buildAlertmanager({
    settings: notificationsSettings.parse(settings),
    alerts,
    production: true,
    secretsDirectory,
    dashboards: dashboardLinks(
      PROJECT_ALERTS.filter(({ bareLabels }) => bareLabels),
      GRAFANA,
    ),
  });
}
