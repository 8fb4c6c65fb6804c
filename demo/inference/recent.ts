import type { ModelType } from '../models/models.ts';

export interface RecentPrediction {
  /** Counts up by one from the start of the process. */
  readonly sequence: number;
  readonly model: ModelType;
  readonly user: string;
  readonly score: number;
}

/** The last predictions, for whoever watches the models. */
export class RecentPredictions {
  static readonly LIMIT = 5_000;
  #sequence = 0;
  #kept: RecentPrediction[] = [];

  add(model: ModelType, user: string, score: number): void {
    this.#kept.push({ sequence: ++this.#sequence, model, user, score });
    if (this.#kept.length > 2 * RecentPredictions.LIMIT)
      this.#kept = this.#kept.slice(-RecentPredictions.LIMIT);
  }

  /** Those after `sequence`, oldest first. A sequence of an earlier process gives all. */
  after(sequence: number): readonly RecentPrediction[] {
    const from = sequence > this.#sequence ? 0 : sequence;
    return this.#kept.filter((prediction) => prediction.sequence > from);
  }
}
