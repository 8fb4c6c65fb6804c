import { load } from 'js-yaml';
import type { AlertmanagerConfig } from '../../notifications/index.ts';
import type { RuleSet } from '../../rules/index.ts';
import { hasDefaultPassword, type Settings } from '../../stack/settings/index.ts';
import { secretValues } from '../../stack/settings/secrets.ts';
import { type PolicyFacts, pagersOf, sender } from '../index.ts';
import type { readInputs } from './inputs.ts';
import { isOpenedBySettings } from './network.ts';
import { readRules } from './rules.ts';

type Inputs = ReturnType<typeof readInputs>;

/** What the settings declare: the measure of what resources say. */
export interface Declared {
  readonly settings: Settings;
  readonly rules: RuleSet;
}

/** What of the facts stands in no resource. */
export interface Known extends Declared, Pick<PolicyFacts, 'silences' | 'shortWindows' | 'scraped'> {}

const RETENTION = '--storage.tsdb.retention.time=';
const RETENTION_SIZE = '--storage.tsdb.retention.size=';

/** What some resources say together, and what of a stack they do not say. */
export function factsOf(
  inputs: readonly Inputs[],
  { settings, rules, silences = [], shortWindows = [], scraped = [] }: Known,
): { readonly facts: PolicyFacts; readonly missing: readonly string[] } {
  const texts = inputs.flatMap(({ files }) => Object.values(files));
  const read = readRules(texts, rules.alerts);
  const alertmanager = inputs.flatMap(({ files }) => files['alertmanager.yml'] ?? [])[0];
  const argumentOf = (flag: string) =>
    inputs
      .flatMap(({ args }) => args)
      .find((argument) => argument.startsWith(flag))
      ?.slice(flag.length);
  const retention = argumentOf(RETENTION);
  const ownPrometheus = settings.operator === undefined;
  return {
    facts: {
      production: settings.production,
      rules: { ...rules, ...read },
      declared: rules,
      alertmanager: alertmanagerOf(alertmanager),
      sent: sender(inputs.flatMap(({ files }) => files['prometheus.yml'] ?? [])[0]),
      silences,
      shortWindows,
      pagers: pagersOf(settings.notifications),
      retention: ownPrometheus ? (retention ?? settings.prometheus.retention.time) : undefined,
      retentionSize: ownPrometheus
        ? (argumentOf(RETENTION_SIZE) ?? settings.prometheus.retention.size)
        : undefined,
      scraped,
      workloads: inputs.flatMap(({ workloads }) => workloads),
      images: Object.assign({}, ...inputs.map(({ images }) => images)),
      pages: inputs
        .flatMap(({ pages }) => pages)
        .filter(({ place }) => place === undefined || !isOpenedBySettings(settings, place)),
      files: Object.assign({}, ...inputs.map((each) => each.texts)),
      defaultPassword: hasDefaultPassword(settings),
      secrets: secretValues(settings),
    },
    missing: [
      ...(read.alerts.length === 0 ? ['the rule files'] : []),
      ...(alertmanager === undefined ? ['alertmanager.yml'] : []),
      ...(ownPrometheus && retention === undefined ? [`Prometheus’s argument ${RETENTION}`] : []),
    ],
  };
}

function alertmanagerOf(text = '{}'): AlertmanagerConfig {
  return {
    global: { resolve_timeout: '5m' },
    templates: [],
    route: {},
    inhibit_rules: [],
    receivers: [],
    time_intervals: [],
    ...(load(text) as Partial<AlertmanagerConfig>),
  };
}
