/** Stages of the registry. */
export const STAGES = ['staging', 'production'] as const;
export type Stage = (typeof STAGES)[number];

interface Version {
  readonly version: number;
  readonly accuracy: number;
}

/** A candidate may be this much less accurate than production: noise of the held-out data. */
const TOLERANCE = 0.01;

/** Versions of one model, and which stands in which stage. */
export class ModelRegistry {
  #last = 0;
  readonly #stages: Partial<Record<Stage, Version>> = {};

  version(stage: Stage): number {
    return this.#stages[stage]?.version ?? 0;
  }

  /** Registers a trained model and returns the stages that it moved into. */
  register(accuracy: number): Stage[] {
    const candidate = { version: ++this.#last, accuracy };
    this.#stages.staging = candidate;
    const current = this.#stages.production;
    if (current && accuracy < current.accuracy - TOLERANCE) return ['staging'];
    this.#stages.production = candidate;
    return ['staging', 'production'];
  }
}
