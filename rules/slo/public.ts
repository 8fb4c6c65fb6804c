import {
  DEFAULT_MINIMUM_EVENTS,
  DEFAULT_MINIMUM_MINUTES,
  DEFAULT_SLO_WINDOW,
  type Slo,
  type SloWindow,
} from '../../catalogue/slos.ts';
import type { Recording, ResolvedAlert, RuleGroup } from '../alert.ts';
import { renderGroups } from '../render.ts';
import { resolveAlert } from '../resolve.ts';
import { RulesError } from '../rules-error.ts';
import { rulesSettings } from '../settings.ts';
import { burnAlerts } from './alerts.ts';
import type { Indicator } from './indicators.ts';
import { SLO_INTERVAL, sloGroup, sloRecordings } from './recordings.ts';
import { checkSlo } from './windows.ts';

/** Service level objectives as Prometheus rules: staged recordings, budgets, and burn alerts. Loads no Pulumi. */
export { type EventSlo, SLO_WINDOWS, type SliceSlo, type Slo, type SloWindow } from '../../catalogue/slos.ts';
export { RulesError } from '../rules-error.ts';
export {
  availability,
  type EventIndicator,
  type Indicator,
  type LevelIndicator,
  latencyUnder,
  level,
  ratio,
} from './indicators.ts';

/** An objective for one indicator. */
export interface Objective {
  /** Lower-case letters, digits and dashes: the value of the label `slo`. */
  readonly name: string;
  /** How it is measured: `availability`, `latencyUnder`, `ratio` or `level`. */
  readonly indicator: Indicator;
  /** Share of good events, or of good minutes, between 0 and 1. */
  readonly objective: number;
  /** Value of the label `service`. */
  readonly service: string;
  /** Value of the label `team`. Default: `platform`. */
  readonly team?: string;
  /** Days of the rolling window: 7, 28, 30 or 90. Default: 30. */
  readonly windowDays?: SloWindow;
  /** Name for people. Default: `name`. */
  readonly title?: string;
  /** What is promised, in words that a user of the service understands. Default: `title`. */
  readonly promise?: string;
  /** Fewest events, or minutes with data, in the long window of a burn alert. Default: 100 events, 10 minutes. */
  readonly minimumEvents?: number;
  /** Whether a fast burn pages. Default: for events, which users feel at once; a level is looked into. */
  readonly pages?: boolean;
  /** Page under the runbooks’ base URL. Default: `name`. */
  readonly runbook?: string;
  /** How often the service is scraped. Default: `15s`. */
  readonly scrapeInterval?: string;
}

/** Where the pages are that alerts link to. */
export interface SloLinks {
  /** Base URL of the runbooks. Default: `https://runbook.company.com`. */
  readonly runbookBaseUrl?: string;
}

/** The rules of objectives, and the rule file that Prometheus reads. */
export interface SloRules {
  readonly groups: readonly RuleGroup[];
  readonly recordings: readonly Recording[];
  readonly alerts: readonly ResolvedAlert[];
  /** Rule file as YAML. */
  readonly yaml: string;
}

/**
 * The rules of objectives, and none besides. Pure.
 * @throws RulesError with every mistake: an objective that no burn rate can reach, a name that is there twice.
 */
export function sloRules(objectives: readonly Objective[], links: SloLinks = {}): SloRules {
  const names = objectives.map(({ name }) => name);
  const problems = [
    ...names
      .filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))
      .map((name) => `SLO “${name}”: a name has lower-case letters, digits and dashes, a letter first`),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `SLO “${name}” is defined twice: give one of them another name`),
    ...objectives
      .filter(({ objective }) => !(objective > 0 && objective < 1))
      .map(
        ({ name, objective }) =>
          `SLO “${name}”: the objective is ${objective}, but must be a share over 0 and under 1`,
      ),
  ];
  if (problems.length > 0) throw new RulesError(problems);
  const slos = objectives.map(sloOf);
  const settings = rulesSettings.parse(links);
  const groups = slos.map(({ name, slo, scrapeInterval }): RuleGroup => {
    problems.push(...checkSlo(name, slo));
    return {
      name: sloGroup(name),
      interval: SLO_INTERVAL,
      rules: [
        ...sloRecordings(name, slo, scrapeInterval),
        ...burnAlerts(name, slo).map((alert) => resolveAlert(alert, settings, 'slo', problems)),
      ],
    };
  });
  if (problems.length > 0) throw new RulesError(problems);
  const rules = groups.flatMap((group) => group.rules);
  return {
    groups,
    recordings: rules.filter((rule): rule is Recording => 'record' in rule),
    alerts: rules.filter((rule): rule is ResolvedAlert => 'name' in rule),
    yaml: renderGroups(groups),
  };
}

function sloOf({ name, indicator, scrapeInterval, ...given }: Objective) {
  const title = given.title ?? name;
  const slo = {
    ...indicator,
    title,
    promise: given.promise ?? title,
    service: given.service,
    team: given.team ?? 'platform',
    objective: given.objective,
    windowDays: given.windowDays ?? DEFAULT_SLO_WINDOW,
    dashboard: 'slos',
    runbook: given.runbook ?? name,
    minimumEvents:
      given.minimumEvents ?? (indicator.kind === 'events' ? DEFAULT_MINIMUM_EVENTS : DEFAULT_MINIMUM_MINUTES),
    ...(given.pages !== undefined && { pages: given.pages }),
  } satisfies Slo;
  return { name, slo, scrapeInterval };
}
