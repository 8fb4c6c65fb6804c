import type { FeatureGroup } from './features.ts';
import { pick, type Random } from './random.ts';

/** Users that come again and again; others come once. */
const HOT_USERS = 400;
/** Share of requests by users whom the store has never seen: what keeps the hit rate at about 95 %. */
const NEW_SHARE = 0.035;

export const MERCHANTS = Array.from({ length: 60 }, (_, i) => `m-${i}`) as [string, ...string[]];

export function hotUsers(): string[] {
  return Array.from({ length: HOT_USERS }, (_, i) => `u-${i}`);
}

export function drawUser(random: Random): string {
  return random() < NEW_SHARE
    ? `new-${Math.floor(random() * 1e9).toString(36)}`
    : `u-${Math.floor(random() * HOT_USERS)}`;
}

export function drawMerchant(random: Random): string {
  return pick(random, MERCHANTS);
}

export function deviceOf(user: string): string {
  return `${user}-phone`;
}

/** The entities that a user's features are kept under. */
export function entitiesOf(user: string): { group: FeatureGroup; id: string }[] {
  return [
    { group: 'user_profile', id: user },
    { group: 'transaction_history', id: user },
    { group: 'device', id: deviceOf(user) },
  ];
}
