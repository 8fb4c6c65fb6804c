import { buildRules } from '../../../rules/index.ts';
import { lengthOf } from '../period.ts';
import { quantile, sum } from '../statistics.ts';
import { type Episode, episodesOf } from './episodes.ts';
import type { AlertHistory } from './fetch.ts';
import { levelOf } from './level.ts';

export interface AlertUse {
  readonly name: string;
  readonly severity: string;
  readonly service: string;
  /** Times that it fired, over all its series. */
  readonly fired: number;
  readonly paged: number;
  /** Times that it fired again within half an hour of its end. */
  readonly flaps: number;
  /** Times with a silence, a deployment or a configuration change while it lasted. */
  readonly actedOn: number;
  readonly firingSeconds: number;
}

export interface Suggestion {
  readonly alert: string;
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  readonly suggested: number;
  readonly why: string;
  /** Quantiles of the level, from calm to alarming. */
  readonly median: number;
  readonly p99: number;
  readonly extreme: number;
}

export interface AlertFatigue {
  readonly episodes: readonly Episode[];
  /** Those that fired, the loudest first. */
  readonly fired: readonly AlertUse[];
  /** By service, then by name. */
  readonly neverFired: readonly { readonly name: string; readonly service: string }[];
  readonly neverActedOn: readonly AlertUse[];
  readonly flapping: readonly AlertUse[];
  readonly suggestions: readonly Suggestion[];
  readonly pages: number;
  /** The share of the period that there is data of, 0 to 1. */
  readonly coverage: number;
  /** Whether Alertmanager told its routes; where it did not, every critical alert counts as a page. */
  readonly routed: boolean;
  readonly sent: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

const FLAP_SECONDS = 1800;
/** Only so long a quiet says that a threshold is out of reach. */
const LONG_ENOUGH = 7 * 86_400;
/** Times within half an hour of each other, from which on an alert flaps. */
const FLAPS = 2;
/** From this often on, an alert that nobody acts on is noise. */
const NOISY = 3;

/** How much alerts asked of people. Pure. */
export function fatigueOf(history: AlertHistory): AlertFatigue {
  const episodes = episodesOf(history);
  const fired = [...Map.groupBy(episodes, ({ alert }) => alert)]
    .map(([name, own]) => useOf(name, own))
    .sort((a, b) => b.paged - a.paged || b.fired - a.fired || (a.name < b.name ? -1 : 1));
  const names = new Set(fired.map(({ name }) => name));
  return {
    episodes,
    fired,
    neverFired: neverFiredOf(history.rules, names),
    neverActedOn: fired.filter(({ actedOn }) => actedOn === 0),
    flapping: fired.filter(({ flaps }) => flaps >= FLAPS),
    suggestions: suggestionsOf(history, fired),
    pages: sum(fired.map(({ paged }) => paged)),
    coverage: history.coverage ?? 1,
    routed: history.alertmanager !== undefined,
    sent: history.sent,
    failed: history.failed,
  };
}

function neverFiredOf(rules: AlertHistory['rules'], fired: ReadonlySet<string>): AlertFatigue['neverFired'] {
  const quiet = new Map(
    rules
      .filter(({ name }) => !fired.has(name))
      .map(({ name, labels }) => [name, { name, service: labels.service ?? '' }]),
  );
  return [...quiet.values()].sort((a, b) => (`${a.service} ${a.name}` < `${b.service} ${b.name}` ? -1 : 1));
}

function useOf(name: string, episodes: readonly Episode[]): AlertUse {
  const labels = episodes[0]?.labels;
  const bySeries = Map.groupBy(episodes, (episode) => JSON.stringify(Object.entries(episode.labels).sort()));
  return {
    name,
    severity: labels?.severity ?? '',
    service: labels?.service ?? '',
    fired: episodes.length,
    paged: episodes.filter(({ paged }) => paged).length,
    flaps: sum([...bySeries.values()].map(flapsOf)),
    actedOn: episodes.filter(({ actedOn }) => actedOn).length,
    firingSeconds: sum(episodes.map(({ from, to }) => to - from)),
  };
}

const flapsOf = (episodes: readonly Episode[]): number =>
  episodes.filter((episode, index) => {
    const before = episodes[index - 1];
    return before !== undefined && episode.from - before.to <= FLAP_SECONDS;
  }).length;

/** Alerts whose threshold others rely on: the one fixed to the letter, and what may not be loosened past an SLO. */
const FIXED = new Set(['InferenceAPIHighLatency']);

function suggestionsOf(
  { rules, levels, measured }: AlertHistory,
  fired: readonly AlertUse[],
): readonly Suggestion[] {
  const tighten = lengthOf(measured) >= LONG_ENOUGH;
  const limits = new Map(buildRules().alerts.map(({ name, guards }) => [name, guards?.limit]));
  return levels.flatMap(({ alert, values }) => {
    const level = levelOf(rules.find(({ name }) => name === alert)?.query ?? '');
    if (level === undefined || FIXED.has(alert)) return [];
    const sign = level.direction === 'above' ? 1 : -1;
    // From calm to alarming, whichever side is which.
    const toward = (q: number) => quantile(level.direction === 'above' ? q : 1 - q, values);
    const [median, p99, extreme] = [toward(0.5), toward(0.99), toward(1)];
    const use = fired.find(({ name }) => name === alert);
    const base = { alert, ...level, median, p99, extreme };
    if (use !== undefined && use.fired >= NOISY && use.actedOn === 0) {
      const suggested = bounded(rounded(p99, sign), limits.get(alert), sign);
      if (sign * (suggested - level.threshold) <= 0) return [];
      return [
        {
          ...base,
          suggested,
          why: `fired ${use.fired} times and nobody acted: just past the 99th percentile`,
        },
      ];
    }
    // What never comes within half of the way from its usual level to the threshold could warn earlier.
    const way = level.threshold - median;
    if (
      tighten &&
      use === undefined &&
      sign * way > 0 &&
      extreme !== median &&
      sign * (extreme - median) < sign * way * 0.5
    ) {
      return [
        {
          ...base,
          suggested: rounded(median + way / 2, sign),
          why: 'never came half way: it could warn earlier',
        },
      ];
    }
    return [];
  });
}

/** Two digits, rounded away from calm so that the quantile itself stays quiet. */
function rounded(value: number, sign: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const steps = value / unit;
  return Number(((sign > 0 ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9)) * unit).toPrecision(6));
}

/** An alert that guards an SLO may not be loosened past that SLO's own alert threshold. */
const bounded = (value: number, limit: number | undefined, sign: number): number =>
  limit === undefined || sign * value <= sign * limit ? value : limit;
