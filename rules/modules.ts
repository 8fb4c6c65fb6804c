import type { DependencyName } from '../catalogue/services.ts';
import type { Alert, Recording } from './alert.ts';
import { changes } from './alerts/changes.ts';
import type { RuleModule } from './alerts/define.ts';
import { kafkaRules, redisRules } from './alerts/dependencies.ts';
import { featureStore } from './alerts/feature-store.ts';
import { type HealthWeights, health } from './alerts/health.ts';
import { inferenceApi } from './alerts/inference-api.ts';
import { machines } from './alerts/machines.ts';
import { mlPipeline } from './alerts/ml-pipeline.ts';
import { serviceAvailability, type Watched } from './alerts/services.ts';
import { stackRules } from './alerts/stack.ts';
import { streamProcessing } from './alerts/stream-processing.ts';

const OF_SERVICES: Readonly<Record<string, RuleModule>> = {
  'inference-api': inferenceApi,
  'feature-store': featureStore,
  'stream-processing': streamProcessing,
  'ml-pipeline': mlPipeline,
};

const OF_DEPENDENCIES: Readonly<Record<DependencyName, RuleModule>> = {
  redis: redisRules,
  kafka: kafkaRules,
};

export interface Watching {
  readonly services: readonly Watched[];
  readonly dependencies: readonly DependencyName[];
  /** Whether machines are measured by a node exporter. Default: true. */
  readonly machines?: boolean;
  readonly weights: HealthWeights;
  /** Longest window of the SLOs, in days; 0 where there is none. Default: that of those which ship. */
  readonly windowDays?: number;
}

/** The rules that ship, for what a stack watches, in the order in which one reads what another records. */
export function shippedRules(watching: Watching): { recordings: Recording[]; alerts: Alert[] } {
  const names = new Set(watching.services.map((service) => service.name));
  const exporters = [
    ...(watching.dependencies.includes('redis') ? ['redis-exporter'] : []),
    ...(watching.machines === false ? [] : ['node-exporter']),
    'blackbox-exporter',
  ];
  const modules = [
    serviceAvailability(watching.services),
    // Recordings of a service that is off stay: they yield nothing, and what reads them stays sound.
    ...Object.entries(OF_SERVICES).map(([name, module]) =>
      names.has(name) ? module : { ...module, alerts: [] },
    ),
    ...watching.dependencies.map((name) => OF_DEPENDENCIES[name]),
    // As with services that are off: what is recorded stays, and yields nothing.
    watching.machines === false ? { ...machines, alerts: [] } : machines,
    stackRules(
      exporters,
      watching.services.filter(({ copies }) => copies === true).map(({ name }) => name),
      watching.windowDays,
    ),
    changes,
    health(watching.weights, names),
  ];
  return {
    recordings: modules.flatMap((module) => module.recordings),
    alerts: modules.flatMap((module) => module.alerts),
  };
}
