import type { DashboardOutline } from './dashboard.ts';
import type { DashboardContext } from './limits.ts';
import { MODEL_COLORS, RESULT_COLORS } from './panels/colors.ts';
import { timeSeries } from './panels/graphs.ts';
import { barGauge, stat } from './panels/kinds.ts';
import { toDashboard } from './panels/links.ts';
import { line, row } from './panels/panel.ts';
import { instant, orZero, range, rows, sparse } from './panels/query.ts';
import { table } from './panels/table.ts';
import { highIsBad, lowIsBad, NONE_EXPECTED } from './panels/thresholds.ts';
import { datasourceVariable, modelVariable } from './panels/variables.ts';

const MODEL = 'model_type=~"$model"';

/** From "can the models be trusted now" to how each was trained, released and compared. */
export function mlPipeline(context: DashboardContext): DashboardOutline {
  return {
    uid: 'ml-pipeline',
    folder: 'models',
    question: 'Are the models trained on schedule, still fit for the data they see, and released safely?',
    next: 'Drift without failed training means that the data has changed; failed training comes first.',
    variables: [datasourceVariable(), modelVariable('ml_training_runs_total')],
    rows: [
      row('Can the models be trusted now', line(4, ...verdict(context))),
      row('Training', line(8, trainingRuns(), trainingDuration(), timeSinceSuccess(context))),
      row('Model quality', line(8, drift(context), accuracy())),
      row('Experiments and registry', line(8, experimentRuns(), activeRuns(), registry(), transitions())),
      row('A/B tests', line(8, conversionRate(), exposures(), abTests())),
    ],
  };
}

const verdict = (context: DashboardContext) => [
  stat({
    title: 'Share of training runs that succeeded',
    description:
      'Successful runs over all runs in the time range. Below 90 % the pipeline needs a look: see the failed runs below.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    levels: lowIsBad({ bad: 0.5, good: 0.9 }),
    queries: [
      instant(
        `sum(increase(ml_training_runs_total{result="success", ${MODEL}}[$__range])) / sum(increase(ml_training_runs_total{${MODEL}}[$__range]))`,
        'success',
      ),
    ],
    shows: ['training-failed'],
  }),
  stat({
    title: 'Training runs that failed',
    description: 'Failed runs in the time range. Any is worth a look at the logs of that run.',
    unit: 'short',
    min: 0,
    decimals: 0,
    levels: NONE_EXPECTED,
    queries: [
      orZero(
        instant(
          `sum(round(increase(ml_training_runs_total{result="failure", ${MODEL}}[$__range])))`,
          'failed',
        ),
        'A result that never happened has no series: no failed run is zero failed runs.',
      ),
    ],
    shows: ['training-failed'],
  }),
  stat({
    title: 'Largest drift of a model',
    description: 'Population stability index of the model that has moved furthest from its training data.',
    unit: 'none',
    min: 0,
    decimals: 2,
    levels: highIsBad({ bad: context.limits.drift }),
    links: [toDashboard('inference-api')],
    queries: [instant(`max(ml_model_drift_score{${MODEL}})`, 'drift')],
    shows: ['drift'],
  }),
  stat({
    title: 'Lowest accuracy of a model',
    description: 'Accuracy on held-out data of the weakest of the newest models.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    decimals: 1,
    queries: [instant(`min(ml_model_validation_accuracy_ratio{${MODEL}})`, 'accuracy')],
  }),
];

const trainingRuns = () =>
  timeSeries({
    title: 'Training runs per hour by result',
    description:
      'Runs that ended, by model and result. Failures in red: a run of them means that the model ages.',
    unit: 'short',
    min: 0,
    draw: 'stacked',
    overrides: RESULT_COLORS,
    queries: [
      sparse(
        range(
          `3600 * sum by (model_type, result) (rate(ml_training_runs_total{${MODEL}}[$__rate_interval]))`,
          '{{model_type}} {{result}}',
        ),
      ),
    ],
    shows: ['training-failed'],
  });

const trainingDuration = () =>
  timeSeries({
    title: 'Mean duration of a training run by model',
    description: 'Time that runs took. A jump without more data points to starved machines.',
    unit: 's',
    min: 0,
    overrides: MODEL_COLORS,
    queries: [
      sparse(
        range(
          `sum by (model_type) (rate(ml_training_duration_seconds_sum{${MODEL}}[$__rate_interval])) / sum by (model_type) (rate(ml_training_duration_seconds_count{${MODEL}}[$__rate_interval]) > 0)`,
          '{{model_type}}',
        ),
      ),
    ],
  });

const timeSinceSuccess = (context: DashboardContext) =>
  timeSeries({
    title: 'Time since the last successful training by model',
    description: 'A saw tooth while training works; a line that only climbs is a model that is not renewed.',
    unit: 's',
    min: 0,
    levels: highIsBad({ bad: context.limits.trainingAge }),
    overrides: MODEL_COLORS,
    queries: [
      range(
        `time() - max by (model_type) (ml_training_last_success_timestamp_seconds{${MODEL}})`,
        '{{model_type}}',
      ),
    ],
    shows: ['training-failed'],
  });

const drift = (context: DashboardContext) =>
  timeSeries({
    title: 'Drift of live scores from training by model',
    description:
      'Population stability index: over 0.1 is a shift, over the dashed line a large one. Compare the scores on the Inference API dashboard.',
    unit: 'none',
    min: 0,
    softMax: 2 * (context.limits.drift ?? 0),
    levels: highIsBad({ bad: context.limits.drift }),
    links: [toDashboard('inference-api', { model: 'model_type' })],
    overrides: MODEL_COLORS,
    queries: [range(`max by (model_type) (ml_model_drift_score{${MODEL}})`, '{{model_type}}')],
    shows: ['drift'],
  });

const accuracy = () =>
  timeSeries({
    title: 'Accuracy on held-out data by model',
    description: 'Accuracy of the newest model of each kind. It steps with each training run.',
    unit: 'percentunit',
    max: 1,
    overrides: MODEL_COLORS,
    queries: [range(`max by (model_type) (ml_model_validation_accuracy_ratio{${MODEL}})`, '{{model_type}}')],
  });

const experimentRuns = () =>
  timeSeries({
    title: 'MLflow runs per hour',
    description: 'Runs that ended. Failed ones in red.',
    unit: 'short',
    min: 0,
    draw: 'stacked',
    legend: 'list',
    overrides: RESULT_COLORS,
    queries: [
      sparse(
        range(
          '3600 * sum by (experiment, status) (rate(mlflow_experiment_runs_total[$__rate_interval]))',
          '{{experiment}} {{status}}',
        ),
      ),
    ],
  });

const activeRuns = () =>
  barGauge({
    title: 'MLflow runs in progress',
    description: 'Runs that are being worked on now.',
    unit: 'short',
    min: 0,
    width: 5,
    queries: [instant('sum by (experiment) (mlflow_active_runs)', '{{experiment}}')],
  });

const registry = () =>
  table({
    title: 'Versions in the model registry',
    description: 'Version of each model in each stage. Staging ahead of production is a release on its way.',
    width: 7,
    queries: [rows(`max by (model_type, stage) (ml_registry_model_version{${MODEL}})`)],
    sortBy: { title: 'Model', descending: false },
    columns: [
      { field: 'model_type', title: 'Model' },
      { field: 'stage', title: 'Stage' },
      { field: 'Value', title: 'Version', unit: 'none', decimals: 0 },
    ],
  });

const transitions = () =>
  timeSeries({
    title: 'Model releases per hour by stage',
    description: 'Models moved into a stage of the registry.',
    unit: 'short',
    min: 0,
    draw: 'stacked',
    legend: 'list',
    queries: [
      sparse(
        range(
          `3600 * sum by (model_type, stage) (rate(ml_registry_transitions_total{${MODEL}}[$__rate_interval]))`,
          '{{model_type}} to {{stage}}',
        ),
      ),
    ],
  });

const conversionRate = () =>
  timeSeries({
    title: 'Conversion rate by variant',
    description: 'Users of a variant who did what the test hopes for, over all who saw it.',
    unit: 'percentunit',
    min: 0,
    queries: [
      sparse(
        range(
          'sum by (experiment, variant) (rate(ab_test_conversions_total[$__rate_interval])) / sum by (experiment, variant) (rate(ab_test_exposures_total[$__rate_interval]) > 0)',
          '{{experiment}} {{variant}}',
        ),
      ),
    ],
  });

const exposures = () =>
  timeSeries({
    title: 'Users per second shown each variant',
    description:
      'Variants of one test should get the shares that the test is set to: a skew makes its result void.',
    unit: 'cps',
    min: 0,
    queries: [
      range(
        'sum by (experiment, variant) (rate(ab_test_exposures_total[$__rate_interval]))',
        '{{experiment}} {{variant}}',
      ),
    ],
  });

const abTests = () =>
  table({
    title: 'A/B tests over the time range',
    description: 'Exposures, conversions and conversion rate of each variant in the time range.',
    queries: [
      rows('round(sum by (experiment, variant) (increase(ab_test_exposures_total[$__range])))'),
      rows('round(sum by (experiment, variant) (increase(ab_test_conversions_total[$__range])))'),
      rows(
        'sum by (experiment, variant) (increase(ab_test_conversions_total[$__range])) / sum by (experiment, variant) (increase(ab_test_exposures_total[$__range]) > 0)',
      ),
    ],
    sortBy: { title: 'Experiment', descending: false },
    columns: [
      { field: 'experiment', title: 'Experiment' },
      { field: 'variant', title: 'Variant', width: 90 },
      { field: 'Value #A', title: 'Exposures', unit: 'short', width: 95 },
      { field: 'Value #B', title: 'Conversions', unit: 'short', width: 105 },
      { field: 'Value #C', title: 'Rate', unit: 'percentunit', decimals: 1, width: 70 },
    ],
  });
