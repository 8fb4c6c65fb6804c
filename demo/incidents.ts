/** Something that goes wrong in the demo when it is switched on. */
export interface Incident {
  readonly title: string;
  /** What happens, for the person who is about to switch it on. */
  readonly effect: string;
  /** Alerts that are expected to fire while it lasts. */
  readonly alerts: readonly string[];
  /** Alerts that may follow from it, depending on how long it lasts. Default: none. */
  readonly may?: readonly string[];
}

export const INCIDENTS = {
  'slow-model': {
    title: 'Slow model',
    effect: 'Models take about 160 ms: P95 latency passes 150 ms within a minute.',
    alerts: ['InferenceAPIHighLatency'],
    may: [
      'InferenceAPILatencySLOBroken',
      'InferenceLatencyBudgetBurnFast',
      'InferenceLatencyBudgetBurnSlow',
      'HealthScoreLow',
    ],
  },
  errors: {
    title: 'Errors',
    effect: '8 % of predictions fail with status 500.',
    alerts: ['InferenceAPIHighErrorRate', 'InferenceAPIAvailabilityLow'],
    may: ['InferenceAvailabilityBudgetBurnFast', 'InferenceAvailabilityBudgetBurnSlow', 'HealthScoreLow'],
  },
  'api-down': {
    title: 'API down',
    effect: 'The inference API closes its port: predictions, scrapes and probes are refused.',
    alerts: ['InferenceAPIDown'],
    may: [
      'InferenceAPIProbeFailing',
      'TargetDown',
      'InferenceAPIAvailabilityLow',
      'InferenceAvailabilityBudgetBurnFast',
      'InferenceAvailabilityBudgetBurnSlow',
      'HealthScoreLow',
    ],
  },
  'cache-misses': {
    title: 'Cache misses',
    effect: 'The keys of 60 % of cache reads no longer match: the hit rate falls under 40 %.',
    alerts: ['CacheHitRateLow'],
    may: ['CacheHitRateBudgetBurnFast', 'CacheHitRateBudgetBurnSlow'],
  },
  'stale-features': {
    title: 'Stale features',
    effect: 'Updates no longer reach the feature store, whose newest value is more than 10 minutes old.',
    alerts: ['FeaturesStale'],
    may: ['FeatureFreshnessBudgetBurnFast', 'FeatureFreshnessBudgetBurnSlow'],
  },
  'data-quality': {
    title: 'Bad data',
    effect: 'A quarter of the feature values arrive as null and fail their quality checks.',
    alerts: ['DataQualityFailing'],
  },
  'consumer-lag': {
    title: 'Consumer lag',
    effect: 'A burst of 24,000 clicks meets a slow consumer: lag stays over 10,000 messages.',
    alerts: ['ConsumerLagHigh'],
    may: ['StreamLagBudgetBurnFast', 'StreamLagBudgetBurnSlow', 'WatermarkStalled'],
  },
  'dead-letters': {
    title: 'Dead letters',
    effect: '30 % of clicks cannot be parsed and go to the dead letter queue.',
    alerts: ['DeadLettersRising'],
  },
  'low-confidence': {
    title: 'Low confidence',
    effect: 'Models become unsure: mean confidence falls under 0.7.',
    alerts: ['ModelConfidenceLow'],
    may: ['ModelConfidenceBudgetBurnFast', 'ModelConfidenceBudgetBurnSlow'],
  },
  drift: {
    title: 'Model drift',
    effect: 'Half of the requests come from a population that the models were not trained on.',
    alerts: ['ModelDrift'],
  },
  'redis-down': {
    title: 'Redis down',
    effect: 'Redis cuts and refuses every connection: features are computed instead, at a higher cost.',
    alerts: ['RedisDown'],
    may: [
      'HealthScoreLow',
      'CacheHitRateLow',
      'CacheHitRateBudgetBurnFast',
      'CacheHitRateBudgetBurnSlow',
      'InferenceAPIHighLatency',
      'InferenceAPILatencySLOBroken',
      'InferenceLatencyBudgetBurnFast',
      'InferenceLatencyBudgetBurnSlow',
    ],
  },
  'broker-down': {
    title: 'Kafka broker down',
    effect: 'The broker refuses every connection: events wait, features grow stale.',
    alerts: ['KafkaDown'],
    may: [
      'HealthScoreLow',
      'FeaturesStale',
      'FeatureFreshnessBudgetBurnFast',
      'FeatureFreshnessBudgetBurnSlow',
      'WatermarkStalled',
      'StreamLagBudgetBurnFast',
      'StreamLagBudgetBurnSlow',
    ],
  },
  'high-load': {
    title: 'High load',
    effect: 'Six times the usual requests.',
    alerts: ['InferenceAPITrafficSurge'],
    may: ['InferenceAPIHighLoad', 'CPUHigh'],
  },
  'training-failed': {
    title: 'Training failed',
    effect: 'Training data is corrupt: the loss diverges and every training run fails.',
    alerts: ['TrainingFailed'],
    may: ['TrainingStale'],
  },
} as const satisfies Record<string, Incident>;

export type IncidentName = keyof typeof INCIDENTS;

export const INCIDENT_NAMES = Object.keys(INCIDENTS) as IncidentName[];
