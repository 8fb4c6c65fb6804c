import { above, age, gauge, type RuleModule, spread } from './define.ts';

const base = {
  service: 'ml-pipeline',
  team: 'ml-training',
  group: 'ml-pipeline',
  dashboard: 'ml-pipeline',
} as const;

const FRAUD = { model_type: 'fraud' };

export const mlPipeline: RuleModule = {
  recordings: [],
  alerts: [
    {
      ...base,
      name: 'TrainingFailed',
      severity: 'warning',
      signal: 'errors',
      expr: (threshold) =>
        `sum by (model_type) (increase(ml_training_runs_total{result="failure"}[1h])) > ${threshold}`,
      threshold: above(0, 'count'),
      for: '0s',
      summary: 'A training run failed',
      description: 'Training of the {{ $labels.model_type }} model failed within the last hour.',
      runbook: 'training-failed',
      proofs: [
        {
          series: (level) => [
            ...spread('ml_training_runs_total', { ...FRAUD, result: 'failure' }, level / 3600),
            ...spread('ml_training_runs_total', { ...FRAUD, result: 'success' }, 0.01),
          ],
          over: 1,
          under: 0,
          settles: '15s',
          lingers: '50m',
          recovers: '1h1m',
          labels: [FRAUD],
        },
      ],
    },
    {
      ...base,
      name: 'TrainingStale',
      severity: 'warning',
      signal: 'freshness',
      expr: (threshold) =>
        `time() - max by (model_type) (ml_training_last_success_timestamp_seconds > 0) > ${threshold}`,
      threshold: above(172_800, 'seconds'),
      for: '10m',
      summary: 'A model has not been trained for two days',
      description:
        'The last successful training of the {{ $labels.model_type }} model lies {{ $value | humanizeDuration }} back.',
      runbook: 'training-stale',
      proofs: [
        {
          series: (level) => [
            age('ml_training_last_success_timestamp_seconds', { ...FRAUD, pod: 'a' }, level),
            age('ml_training_last_success_timestamp_seconds', { ...FRAUD, pod: 'b' }, level + 999),
          ],
          exact: true,
          labels: [FRAUD],
        },
      ],
      timelines: [
        {
          name: 'never trained, as a pipeline that has just started says',
          phases: () => [
            { lasts: '30m', series: [gauge('ml_training_last_success_timestamp_seconds', FRAUD, 0)] },
          ],
        },
      ],
    },
    {
      ...base,
      name: 'ModelDrift',
      severity: 'warning',
      signal: 'quality',
      expr: (threshold) => `max by (model_type) (ml_model_drift_score) > ${threshold}`,
      threshold: above(0.25, 'score'),
      for: '10m',
      summary: 'A model sees data unlike that of its training',
      description:
        'The drift score of the {{ $labels.model_type }} model is {{ $value | humanize }}: over 0.1 is a shift, over 0.25 a large one.',
      runbook: 'model-drift',
      proofs: [
        {
          series: (level) => [
            gauge('ml_model_drift_score', { ...FRAUD, pod: 'a' }, level),
            gauge('ml_model_drift_score', { ...FRAUD, pod: 'b' }, level / 2),
          ],
          exact: true,
          labels: [FRAUD],
        },
      ],
    },
  ],
};
