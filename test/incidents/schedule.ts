import type { IncidentName } from '../../demo/incidents.ts';

/** An incident of the play. */
export interface Scheduled {
  readonly incident: IncidentName;
  readonly wave: 1 | 2 | 3;
  /** It begins once the alerts of these have fired and were told, as soon as the healthy period is over if none. */
  readonly after: readonly IncidentName[];
}

/** Seconds without an incident at the start: every panel has its data within two minutes. */
export const HEALTHY_SECONDS = 120;

/**
 * Every incident once, in three waves of such that do not disturb one another. What takes long begins first: drift
 * and data quality wait for ten minutes, the surge of traffic needs ten minutes of usual traffic to compare with.
 * Dead letters would wait behind the backlog of the lag; nothing is predicted, read or processed while the API,
 * Redis or the broker is down, so these come last.
 */
export const SCHEDULE: readonly Scheduled[] = [
  { incident: 'drift', wave: 1, after: [] },
  { incident: 'data-quality', wave: 1, after: [] },
  { incident: 'cache-misses', wave: 1, after: [] },
  { incident: 'low-confidence', wave: 1, after: [] },
  { incident: 'dead-letters', wave: 1, after: [] },
  { incident: 'training-failed', wave: 1, after: [] },
  { incident: 'slow-model', wave: 1, after: [] },
  { incident: 'high-load', wave: 2, after: ['slow-model'] },
  { incident: 'errors', wave: 2, after: ['slow-model'] },
  { incident: 'consumer-lag', wave: 2, after: ['dead-letters'] },
  { incident: 'stale-features', wave: 2, after: ['dead-letters'] },
  {
    incident: 'redis-down',
    wave: 3,
    after: ['data-quality', 'cache-misses', 'low-confidence', 'stale-features', 'errors'],
  },
  { incident: 'broker-down', wave: 3, after: ['data-quality', 'consumer-lag', 'stale-features'] },
  { incident: 'api-down', wave: 3, after: ['drift', 'high-load', 'redis-down', 'broker-down'] },
];
