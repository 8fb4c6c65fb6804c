import { type FeatureUpdate, parseEvent } from '../kit/events.ts';
import type { Topic } from '../kit/kafka.ts';
import { isFeatureGroup, offlineValues } from '../models/features.ts';
import { normal } from '../models/random.ts';

/** Why an event was given up: the `reason` of its dead letter. */
export const DEAD_LETTER_REASONS = ['malformed', 'invalid'] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

export type Outcome =
  | { readonly update: FeatureUpdate }
  | { readonly deadLetter: DeadLetterReason; readonly detail: string };

/** Weight of the newest amount in a user's mean. */
const SMOOTHING = 0.05;

/** What an event means to the feature store, or why it is given up. */
export function digest(topic: Topic, text: string): Outcome {
  let event: Record<string, unknown> & { at: number };
  try {
    event = parseEvent(text);
  } catch (error) {
    return { deadLetter: 'malformed', detail: error instanceof Error ? error.message : String(error) };
  }
  const update = updateOf[topic](event);
  return update ? { update } : { deadLetter: 'invalid', detail: `not an event of ${topic}` };
}

type Digest = (event: Record<string, unknown> & { at: number }) => FeatureUpdate | undefined;

const updateOf: Record<Topic, Digest> = {
  /** A purchase moves the user's mean amount. */
  transactions: ({ at, user, amount, history }) => {
    if (typeof user !== 'string' || typeof amount !== 'number') return undefined;
    const known = (history as { mean_amount_usd?: unknown } | undefined)?.mean_amount_usd;
    const mean = typeof known === 'number' ? known + SMOOTHING * (amount - known) : amount;
    // One extreme purchase does not make a habit.
    const usual = offlineValues('transaction_history', user).mean_amount_usd ?? mean;
    const values = { mean_amount_usd: Math.min(1.5 * usual, Math.max(usual / 1.5, mean)) };
    return { at, group: 'transaction_history', id: user, values };
  },
  /** A look at an offer moves loyalty a little around what the user is known for. */
  clicks: ({ at, user, offer }) => {
    if (typeof user !== 'string' || typeof offer !== 'string') return undefined;
    const usual = offlineValues('user_profile', user).loyalty_points ?? 0;
    return {
      at,
      group: 'user_profile',
      id: user,
      values: { loyalty_points: usual + 20 * normal(Math.random) },
    };
  },
  'feature-updates': ({ at, group, id, values }) => {
    if (typeof group !== 'string' || !isFeatureGroup(group) || typeof id !== 'string') return undefined;
    if (typeof values !== 'object' || values === null) return undefined;
    return { at, group, id, values: values as FeatureUpdate['values'] };
  },
};
