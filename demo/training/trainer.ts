import { reasonOf } from '../kit/log.ts';
import { pause } from '../kit/retry.ts';
import type { Service } from '../kit/service.ts';
import { accuracy, type Example, fitModel, type LogisticModel } from '../models/logistic.ts';
import { drawExamples, MODEL_TYPES, type ModelType, TRAINING } from '../models/models.ts';
import { ModelRegistry } from './registry.ts';

/** Experiment of each model, as MLflow names it. */
export const EXPERIMENTS = {
  fraud: 'fraud-detection',
  personalization: 'offer-ranking',
} as const satisfies Record<ModelType, string>;

/** Epochs after which a run lets others work, and for how long in milliseconds: a run takes some seconds. */
const BREATH = { epochs: 10, milliseconds: 200 };

/** Trains, registers and promotes models. */
export class Trainer {
  readonly #service: Service<'ml-pipeline'>;
  readonly #registries = new Map(MODEL_TYPES.map((type) => [type, new ModelRegistry()]));
  #run = 0;

  constructor(service: Service<'ml-pipeline'>) {
    this.#service = service;
  }

  /** One run of one model, successful or not. */
  async train(type: ModelType): Promise<void> {
    const { metrics, log } = this.#service;
    const experiment = EXPERIMENTS[type];
    const run = ++this.#run;
    const stopTimer = metrics.ml_training_duration_seconds.startTimer({ model_type: type });
    metrics.mlflow_active_runs.inc({ experiment });
    try {
      const seed = `run-${run}`;
      const model = await this.#fit(this.#trainingData(type, seed));
      const score = accuracy(model, drawExamples(type, 500, `${seed}-held-out`));
      this.#register(type, score);
      metrics.ml_model_validation_accuracy_ratio.set({ model_type: type }, score);
      metrics.ml_training_runs_total.inc({ model_type: type, result: 'success' });
      metrics.mlflow_experiment_runs_total.inc({ experiment, status: 'finished' });
      metrics.ml_training_last_success_timestamp_seconds.setToCurrentTime({ model_type: type });
      log.info('training succeeded', { type, run, accuracy: score });
    } catch (error) {
      if (this.#service.signal.aborted) return;
      metrics.ml_training_runs_total.inc({ model_type: type, result: 'failure' });
      metrics.mlflow_experiment_runs_total.inc({ experiment, status: 'failed' });
      log.error('training failed', { type, run, reason: reasonOf(error) });
    } finally {
      metrics.mlflow_active_runs.dec({ experiment });
      stopTimer();
    }
  }

  #trainingData(type: ModelType, seed: string): Example[] {
    const examples = drawExamples(type, 1_500, seed);
    if (!this.#service.signals.active('training-failed')) return examples;
    return examples.map((example, i) => (i % 50 === 0 ? { ...example, inputs: [Number.NaN] } : example));
  }

  async #fit(examples: readonly Example[]): Promise<LogisticModel> {
    const { signal } = this.#service;
    const steps = fitModel(examples, TRAINING);
    for (let epoch = 1; ; epoch++) {
      const { done, value } = steps.next();
      if (done) return value;
      if (epoch % BREATH.epochs === 0) await pause(BREATH.milliseconds, signal);
      signal.throwIfAborted();
    }
  }

  #register(type: ModelType, score: number): void {
    const { metrics } = this.#service;
    const registry = this.#registries.get(type);
    for (const stage of registry?.register(score) ?? []) {
      metrics.ml_registry_transitions_total.inc({ model_type: type, stage });
      metrics.ml_registry_model_version.set({ model_type: type, stage }, registry?.version(stage) ?? 0);
    }
  }
}
