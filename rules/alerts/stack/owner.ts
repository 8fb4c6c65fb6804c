import type { InputSeries } from '../../alert.ts';
import { gauge } from '../define.ts';

const base = {
  group: 'monitoring',
  team: 'platform',
  dashboard: 'monitoring',
  signal: 'monitoring',
} as const;
export const prometheus = { ...base, service: 'prometheus' } as const;
export const alertmanager = { ...base, service: 'alertmanager' } as const;

/** Labels of what Prometheus and Alertmanager say about themselves. */
export const SELF = { job: 'prometheus', instance: 'prometheus:9090' };
export const AM = { job: 'alertmanager', instance: 'alertmanager:9093' };

/** Whether a target of a job answers. */
export const up = (job: string, value: number, extra = {}): InputSeries =>
  gauge('up', { job, instance: `${job}:1`, ...extra }, value);
