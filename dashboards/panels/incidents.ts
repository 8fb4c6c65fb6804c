/** The incidents that the demo can switch on: what panels are meant to show, and what fills quiet ones. */
export const INCIDENTS = [
  'slow-model',
  'errors',
  'api-down',
  'cache-misses',
  'stale-features',
  'data-quality',
  'consumer-lag',
  'dead-letters',
  'low-confidence',
  'drift',
  'redis-down',
  'broker-down',
  'high-load',
  'training-failed',
] as const;

export type Incident = (typeof INCIDENTS)[number];
