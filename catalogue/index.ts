import { EXPORTER_METRICS } from './exporters.ts';
import type { Metric } from './metric.ts';
import { SERVICE_METRICS } from './metrics.ts';

/** Every metric that rules and dashboards may read, by name. */
export const METRICS: Readonly<Record<MetricName, Metric>> = { ...SERVICE_METRICS, ...EXPORTER_METRICS };

export type MetricName = keyof typeof SERVICE_METRICS | keyof typeof EXPORTER_METRICS;

export { DASHBOARDS, type DashboardUid } from './dashboards.ts';
export { EXPORTER_METRICS, type ExporterMetricName } from './exporters.ts';
export { ANY_JOB, ANY_SERVICE, type Metric, TARGET_LABELS, type Unit } from './metric.ts';
export * from './metrics.ts';
export * from './services.ts';
export * from './slos.ts';
export * from './stack.ts';
