import type { Channel } from './channel.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every channel, in the order of settings, receivers and docs. */
const LIST = [slack, pagerduty, email, teams, webhook, opsgenie, telegram, discord] as const;

/** A channel with the types of its settings. */
export type KnownChannel = (typeof LIST)[number];

/** Every channel, for folds that treat all alike. */
export const CHANNELS: readonly Channel[] = LIST;

/** Names of the channels that wake people up: a receiver with one of them pages, unless it says otherwise. */
export const PAGING: readonly string[] = CHANNELS.filter(({ pages }) => pages).map(({ name }) => name);

/** `slack, pagerduty, …`, as messages and docs name them. */
export const CHANNEL_NAMES: readonly string[] = CHANNELS.map(({ name }) => name);
