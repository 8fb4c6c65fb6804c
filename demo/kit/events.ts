import type { FeatureGroup, FeatureValues } from '../models/features.ts';

export const CHANNELS = ['web', 'mobile', 'pos'] as const;
export type Channel = (typeof CHANNELS)[number];
export const OUTCOMES = ['approved', 'declined', 'reviewed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A judged transaction: topic `transactions`. `at` is event time in Unix milliseconds, here and below. */
export interface TransactionEvent {
  readonly at: number;
  readonly user: string;
  readonly merchant: string;
  readonly channel: Channel;
  readonly amount: number;
  readonly outcome: Outcome;
  readonly score: number;
  /** The user's history as it was, for the next value of it. */
  readonly history: FeatureValues;
  /** What each input added to the logit, by input. */
  readonly contributions: Readonly<Record<string, number>>;
}

/** A user looked at an offer: topic `clicks`. */
export interface ClickEvent {
  readonly at: number;
  readonly user: string;
  readonly offer: string;
}

/** New values of an entity: topic `feature-updates`, and what the feature store takes. */
export interface FeatureUpdate {
  readonly at: number;
  readonly group: FeatureGroup;
  readonly id: string;
  readonly values: FeatureValues;
}

/** Reads JSON that should be an object with an event time. Throws what is wrong with it. */
export function parseEvent(text: string): Record<string, unknown> & { at: number } {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('not an object');
  const event = value as Record<string, unknown>;
  if (typeof event.at !== 'number') throw new TypeError('no event time');
  return event as Record<string, unknown> & { at: number };
}
