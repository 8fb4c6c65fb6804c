import { SERVICES } from '../../catalogue/services.ts';
import { Peer } from '../kit/client.ts';
import { reasonOf } from '../kit/log.ts';
import { startAtZero } from '../kit/metrics.ts';
import { every, pause } from '../kit/retry.ts';
import { createService, type Role, type Service } from '../kit/service.ts';
import { commonVariables, PEERS } from '../kit/settings.ts';
import { MODEL_TYPES } from '../models/models.ts';
import { AB_EXPERIMENT, ModelMonitor, VARIANTS } from './monitor.ts';
import { STAGES } from './registry.ts';
import { EXPERIMENTS, Trainer } from './trainer.ts';

const variables = {
  ...commonVariables(SERVICES['ml-pipeline'].port),
  INFERENCE_API: PEERS.INFERENCE_API,
  TRAINING_SECONDS: {
    kind: 'number',
    fallback: '60',
    help: 'Seconds between training runs.',
    min: 1,
    max: 86_400,
  },
} as const;

export const mlPipeline: Role<typeof variables> = {
  summary: 'trains, registers and watches the models',
  variables,
  async start(settings, context) {
    const service = createService('ml-pipeline', settings, context);
    initialise(service);
    const inference = new Peer(settings.INFERENCE_API);
    const monitor = new ModelMonitor(service, inference);
    const work = [train(service, settings.TRAINING_SECONDS * 1_000), watch(service, monitor)];
    for (const part of work) service.background(part);
    const server = service.serve({});
    await server.open();
    return {
      server,
      stop: async () => {
        await Promise.allSettled(work);
        await inference.close();
      },
    };
  },
};

function initialise({ metrics }: Service<'ml-pipeline'>): void {
  startAtZero(metrics.ml_training_runs_total, { model_type: MODEL_TYPES, result: ['success', 'failure'] });
  startAtZero(metrics.ml_registry_transitions_total, { model_type: MODEL_TYPES, stage: STAGES });
  const experiments = Object.values(EXPERIMENTS);
  startAtZero(metrics.mlflow_experiment_runs_total, {
    experiment: experiments,
    status: ['finished', 'failed'],
  });
  for (const experiment of experiments) metrics.mlflow_active_runs.set({ experiment }, 0);
  for (const type of MODEL_TYPES) {
    metrics.ml_training_duration_seconds.zero({ model_type: type });
    metrics.ml_model_drift_score.set({ model_type: type }, 0);
  }
  const variants = { experiment: [AB_EXPERIMENT], variant: Object.keys(VARIANTS) };
  startAtZero(metrics.ab_test_exposures_total, variants);
  startAtZero(metrics.ab_test_conversions_total, variants);
}

/** Trains the models in turn. The training-failed incident makes runs follow at once, as does its end. */
async function train(service: Service<'ml-pipeline'>, intervalMs: number): Promise<void> {
  const { signal, signals } = service;
  const trainer = new Trainer(service);
  let wake = new AbortController();
  let broken = signals.active('training-failed');
  signals.onChange(() => {
    if (broken === signals.active('training-failed')) return;
    broken = !broken;
    wake.abort();
  });
  while (!signal.aborted) {
    wake = new AbortController();
    for (const type of MODEL_TYPES) if (!signal.aborted) await trainer.train(type);
    // A failed run is tried again sooner.
    const wait = signals.active('training-failed') ? Math.min(10_000, intervalMs) : intervalMs;
    await pause(wait, AbortSignal.any([wake.signal, signal]));
  }
}

function watch({ log, signal }: Service<'ml-pipeline'>, monitor: ModelMonitor): Promise<void> {
  return every(
    5_000,
    () => monitor.observe(),
    (error) => log.warn('inference API not reachable', { reason: reasonOf(error) }),
    signal,
  );
}
