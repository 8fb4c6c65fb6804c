import type { RecentPrediction } from '../inference/recent.ts';
import type { Peer } from '../kit/client.ts';
import type { Service } from '../kit/service.ts';
import { probability } from '../models/logistic.ts';
import { drawExamples, MODEL_TYPES, type ModelType, trainModel } from '../models/models.ts';
import { populationStability } from '../models/psi.ts';
import { seeded } from '../models/random.ts';

/** Live scores that drift is judged by: those of this many seconds, and how many there must be. */
const WINDOW = { seconds: 90, fewest: 100 };

export const AB_EXPERIMENT = 'offer-ranking-v2';
/** Variants of the A/B test with the share of users that each converts. */
export const VARIANTS = { control: 0.1, treatment: 0.115 } as const;
export type Variant = keyof typeof VARIANTS;

/** A user always sees the same variant. */
export function variantOf(user: string): Variant {
  return seeded(`${AB_EXPERIMENT}/${user}`)() < 0.5 ? 'control' : 'treatment';
}

/** Watches the models that serve: drift of their scores, and the A/B test. */
export class ModelMonitor {
  readonly #service: Service<'ml-pipeline'>;
  readonly #inference: Peer;
  readonly #reference = new Map<ModelType, number[]>();
  #live: { at: number; model: ModelType; score: number }[] = [];
  #sequence = 0;

  constructor(service: Service<'ml-pipeline'>, inference: Peer) {
    this.#service = service;
    this.#inference = inference;
    for (const type of MODEL_TYPES) {
      const model = trainModel(type, 'production');
      const scores = drawExamples(type, 4_000, 'reference').map(({ inputs }) => probability(model, inputs));
      this.#reference.set(type, scores);
    }
  }

  /** Fetches what was predicted since the last time, and judges it. Rejects when the inference API is away. */
  async observe(): Promise<void> {
    const recent = (await this.#inference.get(
      `/predictions/recent?after=${this.#sequence}`,
    )) as RecentPrediction[];
    const now = Date.now();
    for (const { sequence, model, user, score } of recent) {
      this.#sequence = sequence;
      this.#live.push({ at: now, model, score });
      if (model === 'personalization') this.#expose(variantOf(user));
    }
    this.#live = this.#live.filter(({ at }) => now - at < WINDOW.seconds * 1_000);
    for (const type of MODEL_TYPES) {
      const live = this.#live.filter(({ model }) => model === type).map(({ score }) => score);
      if (live.length < WINDOW.fewest) continue;
      const drift = populationStability(this.#reference.get(type) ?? [], live);
      this.#service.metrics.ml_model_drift_score.set({ model_type: type }, drift);
    }
  }

  #expose(variant: Variant): void {
    const { metrics } = this.#service;
    metrics.ab_test_exposures_total.inc({ experiment: AB_EXPERIMENT, variant });
    if (Math.random() < VARIANTS[variant]) {
      metrics.ab_test_conversions_total.inc({ experiment: AB_EXPERIMENT, variant });
    }
  }
}
