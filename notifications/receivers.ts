import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import { type Channel, type SecretKind, urlSecret } from './channels/channel.ts';
import { CHANNELS } from './channels/index.ts';
import { calling, webhook } from './channels/webhook.ts';
import type { ReceiverConfig } from './config.ts';
import {
  DEFAULT_RECEIVERS,
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
  const uses = CHANNELS.flatMap((channel) =>
    Object.entries(channel.defaults(sharedOf(settings, channel))).map(([name, own]) => ({
      name,
      own: { [channel.name]: own },
    })),
  );
  const defaults = notificationsSettings.shape.receivers.parse(
    Object.fromEntries(
      DEFAULT_RECEIVERS.map((receiver) => [
        receiver,
        Object.assign({}, ...uses.filter(({ name }) => name === receiver).map(({ own }) => own)),
      ]),
    ),
  );
  const own = Object.entries(settings.receivers).map(([name, receiver]) => [
    name,
    hasChannel(receiver) ? receiver : { ...defaults[name], ...receiver },
  ]);
  return { ...defaults, ...Object.fromEntries(own) };
}

/** Whether a receiver wakes people up: what its settings say, or else whether one of its channels does. */
export function pages(receiver: ReceiverSettings): boolean {
  return receiver.pages ?? channelsOf(receiver).some(({ channel }) => channel.pages);
}

/** The channels of a receiver, in the order of the list, each with the receiver's settings for it. */
export function channelsOf(
  receiver: ReceiverSettings,
): readonly { readonly channel: Channel; readonly own: unknown }[] {
  const settings: Readonly<Record<string, unknown>> = receiver;
  return CHANNELS.map((channel) => ({ channel, own: settings[channel.name] })).filter(
    ({ own }) => own !== undefined,
  );
}

/** What a channel's settings say for all receivers. */
export const sharedOf = (settings: NotificationsSettings, { name }: Channel): unknown =>
  (settings as Readonly<Record<string, unknown>>)[name];

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
  const configs = channelsOf(receiver).flatMap(({ channel, own }) => {
    const shared = sharedOf(settings, channel);
    const config = channel.config({
      receiver: name,
      own,
      shared,
      secretFile: (field) => {
        const kind = channel.secrets[field];
        return kind && vault.file(channel.name, field, own, shared, kind);
      },
      refuse: (problem) => vault.problems.push(problem),
    });
    return config === undefined ? [] : [[channel.list, [config]] as const];
  });
  return { config: { name, ...Object.fromEntries(configs) }, ...vault };
}

/** The receiver of the dead man's switch. It never tells of an end: a heartbeat that stops is the message. */
export function resolveHeartbeat(
  settings: NotificationsSettings,
  secretsDirectory: string,
): ResolvedReceiver {
  const vault = new Vault(HEARTBEAT, secretsDirectory);
  const file = vault.file('heartbeat', 'url', {}, settings.heartbeat, URL_OF_HEARTBEAT);
  const calls = file === undefined ? {} : { [webhook.list]: [calling({ url_file: file }, false)] };
  return { config: { name: HEARTBEAT, ...calls }, ...vault };
}

/** Adds the webhook that stands in for what a receiver lacks: the given URL and the receiver's name. */
export function withStandIn(config: ReceiverConfig, standInUrl: string): ReceiverConfig {
  const url = `${standInUrl.replace(/\/$/, '')}/${config.name}`;
  const standIn = calling({ url }, config.name !== HEARTBEAT);
  return { ...config, [webhook.list]: [...(config[webhook.list] ?? []), standIn] };
}

const URL_OF_HEARTBEAT = urlSecret("the dead man's switch to call");

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
  file(
    channel: string,
    field: string,
    ofReceiver: unknown,
    shared: unknown,
    kind: SecretKind,
  ): string | undefined {
    const own = fieldOf(ofReceiver, field);
    const value = own ?? fieldOf(shared, field);
    const key =
      own === undefined
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
    const name = `${own === undefined ? '' : `${this.#receiver}-`}${channel}-${kebab(field)}`;
    this.secretFiles[name] = value;
    return `${this.#directory}/${name}`;
  }
}

const kebab = (text: string) => text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function fieldOf(group: unknown, field: string): string | undefined {
  return (group as Readonly<Record<string, string | undefined>> | undefined)?.[field];
}
