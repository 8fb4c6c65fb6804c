import { EXPORTER_METRICS, METRICS } from '../catalogue/index.ts';
import type { Metric } from '../catalogue/metric.ts';
import { DEPENDENCIES, type DependencyName, SERVICES } from '../catalogue/services.ts';
import { SLOS, type Slo, type SloName } from '../catalogue/slos.ts';
import type { PartName } from '../components/parts/index.ts';
import { nearest } from '../lib/nearest.ts';
import {
  type Alert,
  alertnameOf,
  isAlert,
  type Recording,
  type ResolvedAlert,
  type RuleGroup,
} from './alert.ts';
import { judgeRules, recordedSeries, vocabulary } from './check.ts';
import { askFor } from './import/ask.ts';
import type { ImportedGroup } from './import/form.ts';
import { type ImportedRules, importedOf } from './imported.ts';
import { lintOwn } from './lint/user-rules.ts';
import { shippedRules } from './modules.ts';
import type { RecordedSeries } from './recorded.ts';
import { overrideOf, resolveAlert, runbookBase } from './resolve.ts';
import { RulesError } from './rules-error.ts';
import { type RulesSettings, type RulesSettingsInput, rulesSettings } from './settings.ts';
import { burnAlerts } from './slo/alerts.ts';
import { SLO_INTERVAL, sloGroup, sloRecordings } from './slo/recordings.ts';
import { SLO_SAMPLES, type SloSample } from './slo/sample.ts';
import { checkSlo } from './slo/windows.ts';
import { ownMetrics } from './user-metrics.ts';
import { explain, type Origin, ownAlert, ownRecording, ownSlo, readOwnRules } from './user-rules.ts';

/** What the rules are built from. */
export interface RulesOptions {
  /** The stack's settings, checked here. Default: every default. */
  readonly settings?: RulesSettingsInput;
  /** The services watched. Default: those of the catalogue. */
  readonly services?: readonly WatchedService[];
  /** The dependencies watched. Default: Redis and Kafka. */
  readonly dependencies?: readonly DependencyName[];
  /** Parts of the stack whose jobs are scraped. Default: all. */
  readonly parts?: readonly PartName[];
  /** Labels that the stack's targets are known to bring, besides those of the settings. Default: none. */
  readonly targetLabels?: readonly string[];
  /**
   * Whether the rules and SLOs of the feature store are among them, with the metrics that they read. Without them expressions
   * may read the metrics of Prometheus and its exporters, and those that the rules declare. Default: true.
   */
  readonly shipped?: boolean;
  /** Content by file name of the user's own rule files (`rules.d/`). Default: none. */
  readonly userFiles?: Readonly<Record<string, string>>;
}

export interface WatchedService {
  readonly name: string;
  /** Default: that of the catalogue, or the name. */
  readonly title?: string;
  /** Default: that of the catalogue, or `platform`. */
  readonly team?: string;
  /** How often it is scraped, such as `30s`. Default: 15s. */
  readonly interval?: string;
  /** Whether Prometheus finds its copies, however many there are. Default: false. */
  readonly copies?: boolean;
}

/** An SLO after the stack's overrides. */
export type ResolvedSlo = Slo & {
  readonly name: string;
  /** Where it was written: `built-in`, `settings`, or the path of a file in `rules.d/`. */
  readonly origin: string;
  /** What its metrics look like, for tests. */
  readonly sample: SloSample;
  /** Whether it was imported from a file in another form. Default: false. */
  readonly imported?: boolean;
};

/** Every rule of a stack. */
export interface RuleSet {
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly ResolvedAlert[];
  readonly recordings: readonly Recording[];
  readonly slos: readonly ResolvedSlo[];
  /** Metrics that expressions may read: those of the catalogue and the user's own. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Series that expressions may read: those that ship and the user's own. */
  readonly recorded: Readonly<Record<string, RecordedSeries>>;
  /** Labels that every target brings, besides `job` and `instance`. */
  readonly targetLabels: readonly string[];
  /** Where the pages of runbooks are, without a slash at the end. */
  readonly runbookBaseUrl: string;
  /** What is seldom meant, or not known, in the user's own rules: a line or paragraph each. */
  readonly advice: readonly string[];
}

export * from './alert.ts';
export { checkRules, judgeRules } from './check.ts';
export { dependencies, excerpt } from './excerpt.ts';
export * from './recorded.ts';
export { renderOpenSlo, renderRules } from './render.ts';
export { RulesError } from './rules-error.ts';
export { type RulesSettings, type RulesSettingsInput, rulesSettings } from './settings.ts';

/** The `origin` of what ships with the project. */
export const BUILT_IN = 'built-in';

/** Builds every rule from the catalogue and a stack's settings. Pure; throws a `RulesError` with every mistake. */
export function buildRules(options: RulesOptions = {}): RuleSet {
  // To compile parsers takes longer than to parse once without.
  const parsed = rulesSettings.safeParse(options.settings, { jitless: true });
  if (!parsed.success) throw new RulesError(parsed.error.issues.map((issue) => `rules.${explain(issue)}`));
  const settings = parsed.data;
  const problems: string[] = [];
  const services =
    options.services ?? Object.entries(SERVICES).map(([name, { interval }]) => ({ name, interval }));
  const own: Origin[] = [
    { origin: 'settings', rules: settings.own, imported: [] },
    ...readOwnRules(options.userFiles ?? {}, problems),
  ];
  const imports = importedOf(own, problems);
  const ships = options.shipped ?? true;
  const slos = resolveSlos(settings, ships ? services : [], own, imports, problems);
  const shipped = ships
    ? shippedRules({
        services,
        dependencies: options.dependencies ?? (Object.keys(DEPENDENCIES) as DependencyName[]),
        weights: settings.healthWeights,
        windowDays: Math.max(0, ...slos.map((slo) => slo.windowDays)),
        ...(options.parts === undefined ? {} : { parts: options.parts }),
      })
    : { recordings: [], alerts: [] };
  const reads = (alert: Alert, slo: string) => alert.expr('0').includes(`slo="${slo}"`);
  const offered = [
    ...shipped.alerts.map((alert) => ({ alert, origin: BUILT_IN })),
    ...slos.flatMap((slo) => burnAlerts(slo.name, slo).map((alert) => ({ alert, origin: slo.origin }))),
    ...own.flatMap(({ origin, rules }) =>
      rules.alerts.map((alert) => ({ alert: ownAlert(alert, problems, origin), origin })),
    ),
    ...imports.alerts,
  ];
  refuseUnknown(
    'rules.alerts',
    Object.keys(settings.alerts),
    [...new Set(offered.flatMap(({ alert }) => [alert.name, alertnameOf(alert)]))],
    problems,
  );
  // What an SLO that is off recorded is gone, and so is what only watched it.
  const sloNames = new Set<string>(slos.map((slo) => slo.name));
  const alerts = offered
    .filter(({ alert }) => !overrideOf(alert, settings.alerts).off)
    .filter(({ alert }) => !alert.guards || sloNames.has(alert.guards.slo) || !reads(alert, alert.guards.slo))
    .map(({ alert, origin }) => resolveAlert(alert, settings, origin, problems));
  const intervals = new Map(services.map(({ name, interval }) => [name, interval]));
  const ownRecordings = [
    ...own.flatMap(({ origin, rules }) =>
      rules.recordings.map((recording) => ownRecording(recording, origin)),
    ),
    ...imports.groups.flatMap(({ recordings: imported }) => imported),
  ];
  const metrics = ownMetrics(own, ships ? METRICS : EXPORTER_METRICS, problems);
  const targetLabels = [...new Set([...settings.targetLabels, ...(options.targetLabels ?? [])])];
  const recordings = [
    ...shipped.recordings,
    ...ownRecordings,
    ...slos.flatMap((slo) => sloRecordings(slo.name, slo, intervals.get(slo.service), settings.longWindows)),
  ];
  const set: RuleSet = {
    groups: grouped(recordings, alerts, imports.groups),
    alerts,
    recordings,
    slos,
    metrics,
    recorded: recordedSeries(ownRecordings, metrics, targetLabels),
    targetLabels,
    runbookBaseUrl: runbookBase(settings),
    advice: [],
  };
  const { problems: wrong, advice } = judgeRules(set);
  problems.push(...wrong);
  if (problems.length > 0) throw new RulesError([...new Set(problems)]);
  return { ...set, advice: [...imports.advice, ...advice, ...lintOwn(set), ...askFor(set, vocabulary(set))] };
}

function resolveSlos(
  settings: RulesSettings,
  services: readonly WatchedService[],
  own: readonly Origin[],
  imports: ImportedRules,
  problems: string[],
): ResolvedSlo[] {
  const watched = new Set(services.map((service) => service.name));
  const offered: ResolvedSlo[] = [
    ...Object.entries<Slo>(SLOS).map(([name, slo]) => ({
      ...slo,
      name,
      origin: BUILT_IN,
      sample: SLO_SAMPLES[name as SloName],
    })),
    ...own.flatMap(({ origin, rules }) =>
      Object.entries(rules.slos).map(([name, written]) => ({ ...ownSlo(written), name, origin })),
    ),
    ...imports.slos,
  ];
  refuseUnknown(
    'rules.slos',
    Object.keys(settings.slos),
    offered.map((slo) => slo.name),
    problems,
  );
  const resolved = offered
    .filter((slo) => !settings.slos[slo.name]?.off && (slo.origin !== BUILT_IN || watched.has(slo.service)))
    .map((slo): ResolvedSlo => {
      const { off: _, ...override } = settings.slos[slo.name] ?? {};
      const given = Object.fromEntries(Object.entries(override).filter(([, value]) => value !== undefined));
      return { ...slo, ...given };
    });
  for (const slo of resolved) {
    (slo.imported ? imports.advice : problems).push(...checkSlo(slo.name, slo));
  }
  const names = resolved.map((slo) => slo.name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.push(
      `SLO “${name}” is defined twice: give yours another name, or override the shipped one in rules.slos`,
    );
  }
  return resolved;
}

function refuseUnknown(
  key: string,
  given: readonly string[],
  known: readonly string[],
  problems: string[],
): void {
  for (const name of given.filter((each) => !known.includes(each))) {
    const near = nearest(name, known);
    problems.push(
      `${key}.${name}: there is no such name${near ? `; did you mean “${near}”?` : `: known are ${known.join(', ')}`}`,
    );
  }
}

/** Groups in order: what records first, within a group recordings before the alerts that read them. */
function grouped(
  recordings: readonly Recording[],
  alerts: readonly ResolvedAlert[],
  imported: readonly ImportedGroup[],
): RuleGroup[] {
  const written = new Map(
    imported.map(({ name, interval, limit, queryOffset }) => [
      name,
      {
        ...(interval && { interval }),
        ...(limit !== undefined && { limit }),
        ...(queryOffset && { queryOffset }),
      },
    ]),
  );
  const rules = [...recordings, ...alerts];
  const names = [...new Set(rules.map((rule) => rule.group))];
  const sloGroups = new Set(names.filter((name) => name.startsWith(sloGroup(''))));
  return names.map((name) => ({
    name,
    ...(sloGroups.has(name) && { interval: SLO_INTERVAL }),
    ...written.get(name),
    rules: rules
      .filter((rule) => rule.group === name)
      .sort((left, right) => Number(isAlert(left)) - Number(isAlert(right))),
  }));
}
