import type { DependencyName } from '../catalogue/services.ts';
import { type AnyPart, EXPORTERS, PARTS, type PartName } from '../components/parts/index.ts';
import type { Alert, Recording } from './alert.ts';
import { changes } from './alerts/changes.ts';
import type { RuleModule } from './alerts/define.ts';
import { kafkaRules } from './alerts/dependencies.ts';
import { featureStore } from './alerts/feature-store.ts';
import { type HealthWeights, health } from './alerts/health.ts';
import { inferenceApi } from './alerts/inference-api.ts';
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

/** Rules of dependencies that no exporter of the stack looks at. */
const OF_DEPENDENCIES: Partial<Record<DependencyName, RuleModule>> = { kafka: kafkaRules };

const watches = (part: AnyPart): DependencyName | undefined => ('watches' in part ? part.watches : undefined);

export interface Watching {
  readonly services: readonly Watched[];
  readonly dependencies: readonly DependencyName[];
  /** Parts of the stack whose jobs are scraped. Default: all. */
  readonly parts?: readonly PartName[];
  readonly weights: HealthWeights;
  /** Longest window of the SLOs, in days; 0 where there is none. Default: that of those which ship. */
  readonly windowDays?: number;
}

/** The rules that ship, for what a stack watches, in the order in which one reads what another records. */
export function shippedRules(watching: Watching): { recordings: Recording[]; alerts: Alert[] } {
  const names = new Set(watching.services.map((service) => service.name));
  const { parts = PARTS.map(({ name }) => name) } = watching;
  const exporters = EXPORTERS.filter(({ name }) => parts.includes(name)).map(({ name }) => name);
  const modules = [
    serviceAvailability(watching.services),
    // Recordings of a service that is off stay: they yield nothing, and what reads them stays sound.
    ...Object.entries(OF_SERVICES).map(([name, module]) =>
      names.has(name) ? module : { ...module, alerts: [] },
    ),
    ...watching.dependencies.flatMap((name) => [
      ...PARTS.filter((part) => watches(part) === name).map(({ rules }) => rules),
      ...(OF_DEPENDENCIES[name] === undefined ? [] : [OF_DEPENDENCIES[name]]),
    ]),
    // As with services: what a part records stays where its job is not scraped, and yields nothing.
    ...PARTS.filter((part) => watches(part) === undefined).map(({ name, rules }) =>
      parts.includes(name) ? rules : { ...rules, alerts: [] },
    ),
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
