import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import type { ReceiverConfig } from './config.ts';
import {
  hasChannel,
  type NotificationsSettings,
  notificationsSettings,
  type ReceiverSettings,
} from './settings.ts';

/** Receiver of the dead man's switch: a heartbeat service that raises the alarm when it hears nothing. */
export const HEARTBEAT = 'heartbeat';

/** Receiver of whatever no route knows: such an alert is heard, never lost. */
export const UNROUTED = 'unrouted';

/**
 * All receivers but the heartbeat's: the defaults, and over them those of the settings. One that names no channel
 * keeps those of the default, such as `alerts: {pages: true}`.
 */
export function allReceivers(settings: NotificationsSettings): Readonly<Record<string, ReceiverSettings>> {
  const defaults = notificationsSettings.shape.receivers.parse({
    pager: { pagerduty: {} },
    alerts: { slack: {} },
    digest: { slack: { channel: settings.slack.digestChannel, sendResolved: false } },
    [UNROUTED]: { slack: {} },
  });
  const own = Object.entries(settings.receivers).map(([name, receiver]) => [
    name,
    hasChannel(receiver) ? receiver : { ...defaults[name], ...receiver },
  ]);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** Whether a receiver wakes people up: what its settings say, or else whether it has PagerDuty. */
export function pages(receiver: ReceiverSettings): boolean {
  return receiver.pages ?? receiver.pagerduty !== undefined;
}

/** Names of the receivers that wake people up: the one answer to the question whether an alert pages. */
export const pagersOf = (settings: NotificationsSettings): readonly string[] =>
  Object.entries(allReceivers(settings))
    .filter(([, receiver]) => pages(receiver))
    .map(([name]) => name);

/** A secret that a receiver cannot do without and that the stack does not have. */
export interface MissingSecret {
  readonly receiver: string;
  /** The setting, such as `notifications.slack.webhookUrl`. */
  readonly key: string;
  /** What the secret is, for a person. */
  readonly what: string;
}

/** One receiver's configuration, the secret files that it reads, and the secrets that it lacks. */
export interface ResolvedReceiver {
  readonly config: ReceiverConfig;
  /** Secret value by file name. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly missing: readonly MissingSecret[];
  /** Secrets whose form cannot be right, each named without its value. */
  readonly problems: readonly string[];
}

/**
 * Turns a receiver's settings into Alertmanager's. What lacks its secret is left out and reported.
 *
 * @param secretsDirectory where Alertmanager sees the secret files; absolute, since it does not resolve them.
 */
export function resolveReceiver(
  name: string,
  receiver: ReceiverSettings,
  settings: NotificationsSettings,
  secretsDirectory: string,
): ResolvedReceiver {
  const vault = new Vault(name, secretsDirectory);
  const config: { -readonly [K in keyof ReceiverConfig]: ReceiverConfig[K] } = { name };
  const { slack, pagerduty, email, teams, webhook } = receiver;

  if (slack) {
    const file = vault.file('slack', 'webhookUrl', slack, settings.slack, url('a Slack incoming webhook'));
    if (file) config.slack_configs = [slackConfig({ ...settings.slack, ...defined(slack) }, file)];
  }
  if (pagerduty) {
    const older = (pagerduty.routingKey ?? settings.pagerduty.routingKey) === undefined;
    const serviceKey = pagerduty.serviceKey ?? settings.pagerduty.serviceKey;
    if (older && serviceKey !== undefined) {
      const file = vault.file('pagerduty', 'serviceKey', pagerduty, settings.pagerduty, PAGERDUTY_KEY);
      config.pagerduty_configs = [pagerdutyConfig(pagerduty.sendResolved, { service_key_file: file })];
    } else {
      const file = vault.file('pagerduty', 'routingKey', pagerduty, settings.pagerduty, PAGERDUTY_KEY);
      const key = { routing_key_file: file, url: settings.pagerduty.url };
      if (file) config.pagerduty_configs = [pagerdutyConfig(pagerduty.sendResolved, key)];
    }
  }
  if (email) {
    const { email: server } = settings;
    if (server === undefined) {
      vault.problems.push(
        `notifications.receivers.${name}.email has no mail server: set notifications.email.smarthost and notifications.email.from`,
      );
    } else {
      const password =
        server.username === undefined ? undefined : vault.file('email', 'password', {}, server, PASSWORD);
      if (server.username === undefined || password)
        config.email_configs = [emailConfig(email, server, password)];
    }
  }
  if (teams) {
    const file = vault.file('teams', 'webhookUrl', teams, settings.teams, url('a Microsoft Teams workflow'));
    if (file) config.msteamsv2_configs = [teamsConfig(teams.sendResolved, file)];
  }
  if (webhook) {
    const file = vault.file('webhook', 'url', webhook, settings.webhook, url('a webhook'));
    const { sendResolved: send_resolved, timeout } = webhook;
    if (file) config.webhook_configs = [{ send_resolved, timeout, url_file: file }];
  }
  return { config, ...vault };
}

/** The receiver of the dead man's switch. It never tells of an end: a heartbeat that stops is the message. */
export function resolveHeartbeat(
  settings: NotificationsSettings,
  secretsDirectory: string,
): ResolvedReceiver {
  const vault = new Vault(HEARTBEAT, secretsDirectory);
  const file = vault.file('heartbeat', 'url', {}, settings.heartbeat, url("the dead man's switch to call"));
  const webhook_configs = file ? [{ send_resolved: false, timeout: '10s', url_file: file }] : undefined;
  return { config: { name: HEARTBEAT, ...(webhook_configs && { webhook_configs }) }, ...vault };
}

/** Adds the webhook that stands in for what a receiver lacks: the given URL and the receiver's name. */
export function withStandIn(config: ReceiverConfig, standInUrl: string): ReceiverConfig {
  const standIn = {
    send_resolved: config.name !== HEARTBEAT,
    timeout: '10s',
    url: `${standInUrl.replace(/\/$/, '')}/${config.name}`,
  };
  return { ...config, webhook_configs: [...(config.webhook_configs ?? []), standIn] };
}

interface SecretKind {
  readonly what: string;
  /** What the value must look like, in words, or undefined where it does. */
  readonly flaw: (value: string) => string | undefined;
}

const url = (of: string): SecretKind => ({
  what: `the URL of ${of}`,
  flaw: (value) =>
    /^https?:\/\/\S+$/.test(value) && URL.canParse(value) ? undefined : 'an http or https URL',
});

const PAGERDUTY_KEY: SecretKind = {
  what: 'the integration key of a PagerDuty service',
  flaw: (value) => (/^\w{32}$/.test(value) ? undefined : '32 letters and digits'),
};

const PASSWORD: SecretKind = {
  what: 'the password at the mail server',
  flaw: (value) => (/[\r\n]/.test(value) ? 'one line' : undefined),
};

/** Collects the secrets of one receiver: its own value, or else the one that its channel shares. */
class Vault {
  readonly secretFiles: Record<string, string> = {};
  readonly missing: MissingSecret[] = [];
  readonly problems: string[] = [];
  readonly #receiver: string;
  readonly #directory: string;

  constructor(receiver: string, directory: string) {
    this.#receiver = receiver;
    this.#directory = directory;
  }

  /** Path of the file with a secret, or undefined where there is none. */
  file<K extends string>(
    channel: string,
    field: K,
    own: { readonly [P in K]?: string | undefined },
    shared: { readonly [P in K]?: string | undefined },
    kind: SecretKind,
  ): string | undefined {
    const value = own[field] ?? shared[field];
    const key =
      own[field] === undefined
        ? `notifications.${channel}.${field}`
        : `notifications.receivers.${this.#receiver}.${channel}.${field}`;
    if (value === undefined) {
      this.missing.push({ receiver: this.#receiver, key, what: kind.what });
      return undefined;
    }
    const flaw = value === SECRET_PLACEHOLDER ? undefined : kind.flaw(value);
    if (flaw !== undefined) {
      this.problems.push(`${key} is ${kind.what} and must be ${flaw}; its value is not shown`);
      return undefined;
    }
    const name = `${own[field] === undefined ? '' : `${this.#receiver}-`}${channel}-${kebab(field)}`;
    this.secretFiles[name] = value;
    return `${this.#directory}/${name}`;
  }
}

const kebab = (text: string) => text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function defined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const template = (name: string) => `{{ template "${name}" . }}`;

function slackConfig(
  slack: { readonly channel: string; readonly title: string; readonly sendResolved?: boolean },
  api_url_file: string,
) {
  return {
    send_resolved: slack.sendResolved ?? true,
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

function pagerdutyConfig(send_resolved: boolean, key: Readonly<Record<string, string | undefined>>) {
  return {
    send_resolved,
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
      description: template('fsm.pagerduty.details'),
    },
    links: [
      { href: template('fsm.link.runbook'), text: 'Runbook' },
      { href: template('fsm.link.dashboard'), text: 'Dashboard' },
      { href: template('fsm.link.silence'), text: 'Silence' },
    ],
    timeout: '10s',
  };
}

function emailConfig(
  email: NonNullable<ReceiverSettings['email']>,
  server: NonNullable<NotificationsSettings['email']>,
  passwordFile: string | undefined,
) {
  return {
    send_resolved: email.sendResolved,
    to: email.to.join(', '),
    from: server.from,
    smarthost: server.smarthost,
    require_tls: server.requireTls,
    ...(passwordFile === undefined
      ? {}
      : { auth_username: server.username, auth_password_file: passwordFile }),
    headers: { Subject: template('fsm.subject') },
    text: template('fsm.email.text'),
    html: template('fsm.email.html'),
    threading: { enabled: true, thread_by_date: 'daily' },
  };
}

function teamsConfig(send_resolved: boolean, webhook_url_file: string) {
  return {
    send_resolved,
    webhook_url_file,
    title: template('fsm.subject'),
    text: template('fsm.teams.text'),
  };
}
