import type { ReceiverConfig } from './config.ts';
import type { NotificationsSettings, ReceiverSettings } from './settings.ts';
import { notificationsSettings } from './settings.ts';

/** Receiver of the dead man's switch: a heartbeat service that raises the alarm when it hears nothing. */
export const HEARTBEAT = 'heartbeat';

/** Receiver of whatever no route knows: such an alert is heard, never lost. */
export const UNROUTED = 'unrouted';

/** What is there without any setting; a receiver of the same name in the settings replaces one of these. */
const DEFAULT_RECEIVERS: Readonly<Record<string, ReceiverSettings>> = notificationsSettings.parse({
  receivers: {
    pager: { pagerduty: {} },
    alerts: { slack: { channel: '#alerts' } },
    digest: { slack: { channel: '#alerts-digest', sendResolved: false } },
    [UNROUTED]: { slack: { channel: '#alerts' } },
  },
}).receivers;

/** All receivers but the heartbeat's: the defaults, and over them those of the settings. */
export function allReceivers(settings: NotificationsSettings): Readonly<Record<string, ReceiverSettings>> {
  return { ...DEFAULT_RECEIVERS, ...settings.receivers };
}

/** Whether a receiver wakes people up. */
export function pages(receiver: ReceiverSettings): boolean {
  return receiver.pagerduty !== undefined;
}

/** A secret that a receiver cannot do without and that the stack does not have. */
export interface MissingSecret {
  readonly receiver: string;
  readonly secret: string;
  /** What the secret is, for a person. */
  readonly what: string;
  /** The command that sets it. */
  readonly command: string;
}

export interface ReceiverContext {
  readonly smtp: NotificationsSettings['smtp'];
  /** Names of the secrets that the stack has. */
  readonly available: ReadonlySet<string>;
  /** Directory of the secret files as Alertmanager sees it, absolute. */
  readonly secretsDirectory: string;
}

/** One receiver's configuration, the secrets that it reads, and those that it would need and lacks. */
export interface ResolvedReceiver {
  readonly config: ReceiverConfig;
  readonly secrets: readonly string[];
  readonly missing: readonly MissingSecret[];
}

/**
 * Turns a receiver's settings into Alertmanager's. What lacks its secret is left out and reported.
 *
 * @throws if it has e-mail and no mail server is set.
 */
export function resolveReceiver(
  name: string,
  settings: ReceiverSettings,
  context: ReceiverContext,
): ResolvedReceiver {
  const secrets: string[] = [];
  const missing: MissingSecret[] = [];
  const need = (secret: string, what: string): boolean => {
    if (context.available.has(secret)) secrets.push(secret);
    else missing.push({ receiver: name, secret, what, command: `pulumi config set --secret ${secret}` });
    return context.available.has(secret);
  };
  const file = (secret: string) => `${context.secretsDirectory}/${secret}`;
  const config: Mutable<ReceiverConfig> = { name };

  const { slack, pagerduty, email, teams, webhook } = settings;
  if (slack && need(slack.webhookUrlSecret, 'the URL of a Slack incoming webhook')) {
    config.slack_configs = [slackConfig(slack, file(slack.webhookUrlSecret))];
  }
  if (pagerduty) {
    const { routingKeySecret, serviceKeySecret } = pagerduty;
    const older = !context.available.has(routingKeySecret) && context.available.has(serviceKeySecret);
    if (older) {
      secrets.push(serviceKeySecret);
      config.pagerduty_configs = [pagerdutyConfig(pagerduty, { service_key_file: file(serviceKeySecret) })];
    } else if (need(routingKeySecret, 'the integration key of a PagerDuty service (Events API v2)')) {
      const key = { routing_key_file: file(routingKeySecret), url: pagerduty.url };
      config.pagerduty_configs = [pagerdutyConfig(pagerduty, key)];
    }
  }
  if (email) {
    const { smtp } = context;
    if (!smtp) {
      throw new Error(
        `notifications.receivers.${name}.email has no mail server: set notifications.smtp (smarthost, from)`,
      );
    }
    if (
      smtp.username === undefined ||
      need(smtp.passwordSecret, `the password of ${smtp.username} at ${smtp.smarthost}`)
    ) {
      config.email_configs = [emailConfig(email)];
    }
  }
  if (teams && need(teams.webhookUrlSecret, 'the URL of a Microsoft Teams workflow')) {
    config.msteamsv2_configs = [teamsConfig(teams, file(teams.webhookUrlSecret))];
  }
  if (webhook?.url !== undefined) {
    config.webhook_configs = [{ ...webhookOptions(webhook), url: webhook.url }];
  } else if (webhook && need(webhook.urlSecret, 'the URL of a webhook')) {
    config.webhook_configs = [{ ...webhookOptions(webhook), url_file: file(webhook.urlSecret) }];
  }
  return { config, secrets, missing };
}

/** The receiver of the dead man's switch. It never tells of an end: a heartbeat that stops is the message. */
export function resolveHeartbeat(urlSecret: string, context: ReceiverContext): ResolvedReceiver {
  if (!context.available.has(urlSecret)) {
    const what = "the URL that the dead man's switch calls";
    const command = `pulumi config set --secret ${urlSecret}`;
    return {
      config: { name: HEARTBEAT },
      secrets: [],
      missing: [{ receiver: HEARTBEAT, secret: urlSecret, what, command }],
    };
  }
  const url_file = `${context.secretsDirectory}/${urlSecret}`;
  const config = { name: HEARTBEAT, webhook_configs: [{ send_resolved: false, timeout: '10s', url_file }] };
  return { config, secrets: [urlSecret], missing: [] };
}

/** Adds the webhook that stands in for what a receiver lacks; `url` ends in the receiver's name. */
export function withStandIn(config: ReceiverConfig, standInUrl: string): ReceiverConfig {
  const standIn = {
    send_resolved: config.name !== HEARTBEAT,
    timeout: '10s',
    url: `${standInUrl.replace(/\/$/, '')}/${config.name}`,
  };
  return { ...config, webhook_configs: [...(config.webhook_configs ?? []), standIn] };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const template = (name: string) => `{{ template "${name}" . }}`;

function slackConfig(slack: NonNullable<ReceiverSettings['slack']>, api_url_file: string) {
  return {
    send_resolved: slack.sendResolved,
    api_url_file,
    channel: slack.channel,
    username: 'Alertmanager',
    title: slack.title,
    title_link: template('fsm.link.alerts'),
    color: template('fsm.slack.color'),
    text: template('fsm.slack.text'),
    fallback: template('fsm.subject'),
    footer: template('fsm.slack.footer'),
    mrkdwn_in: ['text'],
    timeout: '10s',
  };
}

function pagerdutyConfig(pagerduty: NonNullable<ReceiverSettings['pagerduty']>, key: Record<string, string>) {
  return {
    send_resolved: pagerduty.sendResolved,
    ...key,
    client: 'Streaming Feature Store monitoring',
    client_url: template('fsm.link.alerts'),
    description: template('fsm.pagerduty.description'),
    severity: template('fsm.pagerduty.severity'),
    source: template('fsm.pagerduty.source'),
    class: template('fsm.pagerduty.class'),
    component: template('fsm.pagerduty.component'),
    group: template('fsm.pagerduty.group'),
    details: {
      summary: template('fsm.pagerduty.description'),
      description: template('fsm.pagerduty.details'),
      runbook: template('fsm.link.runbook'),
      dashboard: template('fsm.link.dashboard'),
    },
    links: [
      { href: template('fsm.link.runbook'), text: 'Runbook' },
      { href: template('fsm.link.dashboard'), text: 'Dashboard' },
      { href: template('fsm.link.silence'), text: 'Silence' },
    ],
    timeout: '10s',
  };
}

function emailConfig(email: NonNullable<ReceiverSettings['email']>) {
  return {
    send_resolved: email.sendResolved,
    to: email.to.join(', '),
    headers: { Subject: template('fsm.subject') },
    text: template('fsm.email.text'),
    html: template('fsm.email.html'),
    threading: { enabled: true, thread_by_date: 'daily' },
  };
}

function teamsConfig(teams: NonNullable<ReceiverSettings['teams']>, webhook_url_file: string) {
  return {
    send_resolved: teams.sendResolved,
    webhook_url_file,
    title: template('fsm.subject'),
    text: template('fsm.teams.text'),
  };
}

function webhookOptions(webhook: NonNullable<ReceiverSettings['webhook']>) {
  return { send_resolved: webhook.sendResolved, timeout: webhook.timeout };
}
