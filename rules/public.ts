import { buildRules, type RuleSet, type RulesSettingsInput, type WatchedService } from './index.ts';
import type { OwnRulesInput } from './settings.ts';

/** Rules as code for any service, and those of the feature store. Loads no Pulumi. */
export type { Metric } from '../catalogue/metric.ts';
export * from './alert.ts';
export {
  buildRules,
  type ResolvedSlo,
  type RuleSet,
  RulesError,
  type RulesOptions,
  type RulesSettingsInput,
  renderOpenSlo,
  renderRules,
  type WatchedService,
} from './index.ts';
export { renderGroups } from './render.ts';
export type { OwnRulesInput } from './settings.ts';
export { renderOwnTests } from './tests.ts';

/** What the rules of services of your own are built from. */
export interface ServiceRulesOptions extends Omit<RulesSettingsInput & {}, 'own' | 'healthWeights'> {
  /** Metrics, recording rules, alerts and SLOs. Default: none, the files have them all. */
  readonly rules?: OwnRulesInput;
  /** Text by name of rule files: those of Prometheus, PrometheusRule, Sloth, OpenSLO, or in the form of `rules`. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** How often each service is scraped. Default: every 15 s. */
  readonly services?: readonly Pick<WatchedService, 'name' | 'interval'>[];
}

/**
 * The rules of services that are no feature store: what is given, and the recordings and burn alerts of each SLO. Nothing
 * else comes along. Pure. `renderRules` makes rule files of them, `renderOwnTests` tests for `promtool test rules`.
 * @throws RulesError with every mistake: an expression that cannot be read, a metric that is not declared, a missing proof.
 */
export function serviceRules(options: ServiceRulesOptions): RuleSet {
  const { rules = {}, files, services = [], ...settings } = options;
  return buildRules({
    settings: { ...settings, own: rules },
    services,
    dependencies: [],
    parts: [],
    shipped: false,
    ...(files === undefined ? {} : { userFiles: files }),
  });
}
