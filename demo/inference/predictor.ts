import { setTimeout as delay } from 'node:timers/promises';
import { HttpError } from '../kit/http.ts';
import type { Service } from '../kit/service.ts';
import { type LogisticModel, probability } from '../models/logistic.ts';
import {
  inputNames,
  inputsOf,
  MODEL_TYPES,
  MODELS,
  type ModelType,
  type RequestFeatures,
  type RequestInputs,
  trainModel,
} from '../models/models.ts';
import { logNormal } from '../models/random.ts';

export interface Prediction {
  readonly model: ModelType;
  readonly class: string;
  /** Probability of the second class. */
  readonly score: number;
  /** Confidence in the class, 0 to 1. */
  readonly confidence: number;
  /** What each input added to the logit. */
  readonly contributions: Readonly<Record<string, number>>;
}

/**
 * Time that a prediction takes at least during the slow-model incident, in seconds: median, and spread of its
 * logarithm. With the features that it waits for, a request stays between 150 and 200 ms: over the first it pages,
 * over the second a louder page would keep that one quiet.
 */
const SLOW = { median: 0.158, spread: 0.02 };
/** Share of predictions that the errors incident lets fail. */
const ERROR_SHARE = 0.08;
/** What the low-confidence incident leaves of the confidence above one half. */
const UNSURE = 0.3;

/** Serves the models, each fitted when the process starts. */
export class Predictor {
  readonly #models: Readonly<Record<ModelType, LogisticModel>>;
  readonly #service: Service<'inference-api'>;

  constructor(service: Service<'inference-api'>) {
    this.#service = service;
    this.#models = Object.fromEntries(
      MODEL_TYPES.map((type) => [type, trainModel(type, 'production')]),
    ) as Record<ModelType, LogisticModel>;
  }

  async predict(type: ModelType, request: RequestInputs, features: RequestFeatures): Promise<Prediction> {
    const { metrics, signals } = this.#service;
    const stopTimer = metrics.model_inference_duration_seconds.startTimer({ model_type: type });
    const definition = MODELS[type];
    const slow = signals.active('slow-model') ? logNormal(Math.random, SLOW.median, SLOW.spread) : 0;
    await delay(1_000 * Math.max(slow, logNormal(Math.random, definition.medianSeconds, definition.spread)));
    if (signals.active('errors') && Math.random() < ERROR_SHARE) {
      throw new HttpError(500, `model ${type} failed to load a shard of its weights`);
    }
    const inputs = inputsOf(type, request, features);
    const model = this.#models[type];
    const score = probability(model, inputs);
    stopTimer();

    const sure = Math.max(score, 1 - score);
    const confidence = signals.active('low-confidence') ? 0.5 + (sure - 0.5) * UNSURE : sure;
    const predicted = definition.classes[score >= 0.5 ? 1 : 0];
    metrics.model_predictions_total.inc({ model_type: type, prediction_class: predicted });
    metrics.model_prediction_confidence.observe({ model_type: type }, confidence);
    metrics.model_prediction_score.observe({ model_type: type }, score);
    const contributions = Object.fromEntries(
      inputNames(type).map((name, i) => [name, (model.weights[i] ?? 0) * (inputs[i] ?? 0)]),
    );
    return { model: type, class: predicted, score, confidence, contributions };
  }
}
