import {
  type FeatureGroup,
  type FeatureValues,
  GROUP_NAMES,
  offlineValues,
  standardise,
} from './features.ts';
import { type Example, fitModel, type LogisticModel, logit, sigmoid } from './logistic.ts';
import { normal, type Random, seeded } from './random.ts';

/** Features of one request, by group. A group that is absent counts as average. */
export type RequestFeatures = Readonly<Partial<Record<FeatureGroup, FeatureValues>>>;

/** One input of a model: a feature of the store, or what the request says. */
type Input =
  | { readonly name: string; readonly group: FeatureGroup; readonly weight: number }
  | { readonly name: 'amount_ratio' | 'discount'; readonly weight: number };

interface ModelDefinition {
  readonly endpoint: string;
  readonly inputs: readonly Input[];
  readonly bias: number;
  /** Classes for a score under 0.5 and from 0.5 on. */
  readonly classes: readonly [string, string];
  /** Seconds that half of the predictions take at most, and the spread of the rest (log-normal). */
  readonly medianSeconds: number;
  readonly spread: number;
}

/**
 * The models that are served. Weights are those of the world that training data is drawn from: they are steep, so
 * that most predictions are sure.
 */
export const MODELS = {
  fraud: {
    endpoint: '/predict/fraud',
    inputs: [
      { name: 'amount_ratio', weight: 3.2 },
      { name: 'declined_ratio', group: 'transaction_history', weight: 2.4 },
      { name: 'device_risk', group: 'device', weight: 2.6 },
      { name: 'merchant_risk', group: 'merchant', weight: 2 },
      { name: 'country_risk', group: 'user_profile', weight: 1.6 },
      { name: 'account_age_days', group: 'user_profile', weight: -1.5 },
    ],
    bias: -10,
    classes: ['legitimate', 'fraud'],
    medianSeconds: 0.016,
    spread: 0.45,
  },
  personalization: {
    endpoint: '/predict/personalization',
    inputs: [
      { name: 'discount', weight: 5 },
      { name: 'price_sensitivity', group: 'user_profile', weight: 5 },
      { name: 'loyalty_points', group: 'user_profile', weight: 6 },
      { name: 'purchases_per_week', group: 'transaction_history', weight: 5 },
    ],
    bias: -4,
    classes: ['ignore', 'engage'],
    medianSeconds: 0.024,
    spread: 0.45,
  },
} as const satisfies Record<string, ModelDefinition>;

export type ModelType = keyof typeof MODELS;
export const MODEL_TYPES = Object.keys(MODELS) as ModelType[];

/** What a request says itself: amount in US dollars (fraud), discount of the offer as a share (personalization). */
export interface RequestInputs {
  readonly amount?: number;
  readonly discount?: number;
}

/** Mean and spread of the discount that offers carry. */
export const DISCOUNT = { centre: 0.2, spread: 0.05 } as const;
/** Spread of the logarithm of an amount around the user's mean. */
export const AMOUNT_SPREAD = 0.6;

export function inputNames(type: ModelType): string[] {
  return MODELS[type].inputs.map((input) => input.name);
}

/** Standardised inputs of a model, in its order. */
export function inputsOf(type: ModelType, request: RequestInputs, features: RequestFeatures): number[] {
  const inputs: readonly Input[] = MODELS[type].inputs;
  return inputs.map((input) => {
    if ('group' in input) return standardise(input.group, input.name, features[input.group]?.[input.name]);
    if (input.name === 'discount') {
      return request.discount === undefined ? 0 : (request.discount - DISCOUNT.centre) / DISCOUNT.spread;
    }
    const mean = features.transaction_history?.mean_amount_usd;
    if (request.amount === undefined || !mean) return 0;
    return Math.max(-6, Math.min(6, Math.log(request.amount / mean) / AMOUNT_SPREAD));
  });
}

/** Draws labelled examples from the world that requests come from. */
export function drawExamples(type: ModelType, count: number, seed: string): Example[] {
  const random = seeded(`${type}/${seed}`);
  const truth: LogisticModel = { weights: MODELS[type].inputs.map((i) => i.weight), bias: MODELS[type].bias };
  return Array.from({ length: count }, () => {
    const features = Object.fromEntries(
      GROUP_NAMES.map((group) => [group, offlineValues(group, String(random()))]),
    ) as RequestFeatures;
    const request = drawInputs(random, features.transaction_history?.mean_amount_usd ?? 0);
    const inputs = inputsOf(type, request, features);
    return { inputs, label: random() < sigmoid(logit(truth, inputs)) ? 1 : 0 };
  });
}

/** What a request of a user says who spends `meanAmount` on average; `shift` in standard deviations is drift. */
export function drawInputs(random: Random, meanAmount: number, shift = 0): Required<RequestInputs> {
  return {
    amount: Math.round(100 * meanAmount * Math.exp(AMOUNT_SPREAD * (normal(random) + shift))) / 100,
    discount: DISCOUNT.centre + DISCOUNT.spread * (normal(random) + shift),
  };
}

/** Fits a model in one go: what a service does when it starts. */
export function trainModel(type: ModelType, seed: string): LogisticModel {
  const steps = fitModel(drawExamples(type, 2_000, seed), TRAINING);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

export const TRAINING = { epochs: 150, rate: 2 } as const;
