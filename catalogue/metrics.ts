import { ANY_SERVICE, type Metric } from './metric.ts';

/** Latency of requests: dense around the 150 ms objective and the 200 ms limit. */
export const REQUEST_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.3, 0.5, 1, 2.5, 5,
];
/** Work inside a request: models and feature fetches take single milliseconds. */
export const STEP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5];
/** Stream processing of one event and computation of one feature. */
export const PROCESSING_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Probabilities: even tenths, finer where models are meant to be. */
export const PROBABILITY_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1];
/** Amount of a transaction in US dollars. */
export const AMOUNT_BUCKETS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** A training run takes seconds in the demo and hours in production. */
export const TRAINING_BUCKETS = [1, 5, 15, 60, 300, 900, 3600, 7200, 14_400, 43_200];

/** Kinds of `platform_events_total`. */
export const EVENT_KINDS = ['deployment', 'configuration', 'maintenance', 'optimisation'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Every metric of the monitored services. Those of exporters stand in `exporters.ts`. */
export const SERVICE_METRICS = {
  inference_requests_total: {
    type: 'counter',
    unit: '1',
    labels: ['endpoint', 'status'],
    help: 'Requests answered, by endpoint and HTTP status code.',
    source: 'inference-api',
    essential: true,
  },
  inference_request_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['endpoint'],
    help: 'Time from a request to its answer.',
    source: 'inference-api',
    buckets: REQUEST_BUCKETS,
    essential: true,
  },
  inference_active_requests: {
    type: 'gauge',
    unit: '1',
    labels: [],
    help: 'Requests being worked on now.',
    source: 'inference-api',
  },
  model_inference_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['model_type'],
    help: 'Time that a model takes for one prediction.',
    source: 'inference-api',
    buckets: STEP_BUCKETS,
  },
  feature_fetch_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: [],
    help: 'Time to fetch the features of one request from the feature store.',
    source: 'inference-api',
    buckets: STEP_BUCKETS,
  },
  model_predictions_total: {
    type: 'counter',
    unit: '1',
    labels: ['model_type', 'prediction_class'],
    help: 'Predictions made, by model and predicted class.',
    source: 'inference-api',
  },
  model_prediction_confidence: {
    type: 'histogram',
    unit: 'ratio',
    labels: ['model_type'],
    help: 'Confidence of a prediction in its class.',
    source: 'inference-api',
    buckets: PROBABILITY_BUCKETS,
    essential: true,
  },
  model_prediction_score: {
    type: 'histogram',
    unit: 'ratio',
    labels: ['model_type'],
    help: 'Raw score of a prediction: probability of fraud, or affinity to the offer.',
    source: 'inference-api',
    buckets: PROBABILITY_BUCKETS,
  },
  feature_cache_hits_total: {
    type: 'counter',
    unit: '1',
    labels: ['feature_group'],
    help: 'Feature reads that the cache answered.',
    source: 'feature-store',
    essential: true,
  },
  feature_cache_misses_total: {
    type: 'counter',
    unit: '1',
    labels: ['feature_group'],
    help: 'Feature reads that the cache could not answer.',
    source: 'feature-store',
    essential: true,
  },
  feature_freshness_seconds: {
    type: 'gauge',
    unit: 'seconds',
    labels: ['feature_group'],
    help: 'Age of the newest value of a feature group.',
    source: 'feature-store',
    essential: true,
  },
  feature_computation_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['feature_group'],
    help: 'Time to compute the features of a group once.',
    source: 'feature-store',
    buckets: PROCESSING_BUCKETS,
  },
  feature_quality_checks_total: {
    type: 'counter',
    unit: '1',
    labels: ['feature_group', 'check', 'result'],
    help: 'Data quality checks run on feature values; result is passed or failed.',
    source: 'feature-store',
  },
  feature_null_ratio: {
    type: 'gauge',
    unit: 'ratio',
    labels: ['feature_group'],
    help: 'Share of the last values of a feature group that are null.',
    source: 'feature-store',
  },
  stream_events_processed_total: {
    type: 'counter',
    unit: '1',
    labels: ['topic', 'status'],
    help: 'Events consumed; status is ok or error.',
    source: 'stream-processing',
    essential: true,
  },
  stream_processing_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['topic'],
    help: 'Time to process one event.',
    source: 'stream-processing',
    buckets: PROCESSING_BUCKETS,
  },
  stream_dead_letters_total: {
    type: 'counter',
    unit: '1',
    labels: ['topic', 'reason'],
    help: 'Events given up and written to the dead letter queue.',
    source: 'stream-processing',
  },
  stream_dead_letter_queue_depth: {
    type: 'gauge',
    unit: '1',
    labels: ['topic'],
    help: 'Events that wait in the dead letter queue.',
    source: 'stream-processing',
  },
  stream_watermark_timestamp_seconds: {
    type: 'gauge',
    unit: 'timestamp',
    labels: ['topic'],
    help: 'Event time up to which a stream is complete, as a Unix time.',
    source: 'stream-processing',
  },
  kafka_consumer_lag_sum: {
    type: 'gauge',
    unit: '1',
    labels: ['topic', 'consumergroup'],
    help: 'Messages that a consumer group has yet to read of a topic, over all partitions.',
    source: 'stream-processing',
    essential: true,
  },
  ml_training_runs_total: {
    type: 'counter',
    unit: '1',
    labels: ['model_type', 'result'],
    help: 'Training runs that ended; result is success or failure.',
    source: 'ml-pipeline',
    fromZero: { result: ['failure'] },
  },
  ml_training_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    labels: ['model_type'],
    help: 'Duration of a training run.',
    source: 'ml-pipeline',
    buckets: TRAINING_BUCKETS,
  },
  ml_training_last_success_timestamp_seconds: {
    type: 'gauge',
    unit: 'timestamp',
    labels: ['model_type'],
    help: 'When a training run last succeeded, as a Unix time.',
    source: 'ml-pipeline',
  },
  ml_model_drift_score: {
    type: 'gauge',
    unit: '1',
    labels: ['model_type'],
    help: 'Population stability index of the live scores against those of training: over 0.1 is a shift, over 0.25 a large one.',
    source: 'ml-pipeline',
  },
  ml_model_validation_accuracy_ratio: {
    type: 'gauge',
    unit: 'ratio',
    labels: ['model_type'],
    help: 'Accuracy of the newest model on held-out data.',
    source: 'ml-pipeline',
  },
  mlflow_experiment_runs_total: {
    type: 'counter',
    unit: '1',
    labels: ['experiment', 'status'],
    help: 'MLflow runs that ended, by experiment; status is finished or failed.',
    source: 'ml-pipeline',
  },
  mlflow_active_runs: {
    type: 'gauge',
    unit: '1',
    labels: ['experiment'],
    help: 'MLflow runs in progress.',
    source: 'ml-pipeline',
  },
  ml_registry_model_version: {
    type: 'gauge',
    unit: '1',
    labels: ['model_type', 'stage'],
    help: 'Version number of the model that the registry holds in a stage: production or staging.',
    source: 'ml-pipeline',
  },
  ml_registry_transitions_total: {
    type: 'counter',
    unit: '1',
    labels: ['model_type', 'stage'],
    help: 'Models moved into a stage of the registry.',
    source: 'ml-pipeline',
  },
  ab_test_exposures_total: {
    type: 'counter',
    unit: '1',
    labels: ['experiment', 'variant'],
    help: 'Users shown a variant of an A/B test.',
    source: 'ml-pipeline',
  },
  ab_test_conversions_total: {
    type: 'counter',
    unit: '1',
    labels: ['experiment', 'variant'],
    help: 'Users of a variant who did what the test hopes for.',
    source: 'ml-pipeline',
  },
  business_transactions_total: {
    type: 'counter',
    unit: '1',
    labels: ['channel', 'outcome'],
    help: 'Transactions seen; outcome is approved, declined or reviewed.',
    source: 'business',
  },
  business_transaction_amount_usd: {
    type: 'histogram',
    unit: 'usd',
    labels: ['channel'],
    help: 'Amount of a transaction in US dollars.',
    source: 'business',
    buckets: AMOUNT_BUCKETS,
  },
  business_fraud_detected_total: {
    type: 'counter',
    unit: '1',
    labels: ['channel'],
    help: 'Transactions judged fraudulent.',
    source: 'business',
  },
  business_revenue_usd_total: {
    type: 'counter',
    unit: 'usd',
    labels: ['channel'],
    help: 'Revenue of approved transactions in US dollars.',
    source: 'business',
  },
  business_fraud_prevented_usd_total: {
    type: 'counter',
    unit: 'usd',
    labels: ['channel'],
    help: 'Amount of declined fraudulent transactions in US dollars.',
    source: 'business',
  },
  model_feature_importance_ratio: {
    type: 'gauge',
    unit: 'ratio',
    labels: ['model_type', 'feature'],
    help: 'Share of a feature in the decisions of a model; the shares of one model add up to 1.',
    source: 'business',
  },
  platform_events_total: {
    type: 'counter',
    unit: '1',
    labels: ['kind'],
    help: 'Changes made to the service on purpose, by kind.',
    source: ANY_SERVICE,
    fromZero: { kind: EVENT_KINDS },
  },
  platform_maintenance_active: {
    type: 'gauge',
    unit: '1',
    labels: [],
    help: '1 while planned maintenance of the service runs, 0 otherwise.',
    source: ANY_SERVICE,
  },
} as const satisfies Record<string, Metric>;

export type ServiceMetricName = keyof typeof SERVICE_METRICS;
