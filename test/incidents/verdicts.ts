import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { describeSettings } from '../../cli/commands/describe.ts';
import { INCIDENTS, type Incident } from '../../demo/incidents.ts';
import { alertsReadBy } from '../../operations/review/backtest/alert-series.ts';
import type { Change } from '../../operations/review/change.ts';
import { diff } from '../../operations/review/diff/index.ts';
import { type AlertModel, type Model, modelOf } from '../../operations/review/model.ts';
import { thresholdOf } from '../../operations/review/threshold.ts';
import { isAlert } from '../../rules/alert.ts';
import { buildRules } from '../../rules/index.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { type Mutant, mutantsOf } from '../mutation/mutants.ts';
import { Random } from '../mutation/random.ts';
import { changedRouting } from '../mutation/routing.ts';
import { withAlert, withLabel } from '../mutation/versions.ts';
import { SAMPLES } from './archive.ts';
import { Day, type Firing, type Heard, missing } from './messages.ts';
import type { Recording, Sighting } from './play.ts';
import { RECORDING, recorded } from './recorded.ts';
import { replay } from './replay.ts';
import { filesOfStack } from './stack.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What a review says of one mutant, and what a day of incidents says. */
export interface Judged {
  readonly what: string;
  readonly changes: readonly Change[];
  /** Nothing is said to get weaker, and nothing is left to judge. */
  readonly isGreen: boolean;
  /** What somebody heard in the old version, and no more, or later, in this one, each with its incident. */
  readonly missing: readonly string[];
}

export interface Sample {
  readonly alerts: number;
  readonly routes: number;
  readonly seed: number;
  /** Stands in for the review. Default: `diff`. */
  readonly review?: (before: Model, after: Model) => readonly Change[];
}

/** Business hours, so that some routes go by the time of the day. */
const SETTINGS = { platform: 'local', notifications: { businessHours: { severities: ['info'] } } };

/** The play, in a loop of an hour, is a day. */
const HOURS = Array.from({ length: 24 }, (_, hour) => hour * 3_600_000);

/**
 * Mutants of alerts and of routing, each judged by the review and held against the recorded incidents, which are played
 * once in every hour of a day: the alerts’ mutants in one replay of all, the routes by simulation.
 */
export async function judgeMutants({
  alerts,
  routes,
  seed,
  review = diff,
}: Sample): Promise<readonly Judged[]> {
  const { recording, replayed } = await recorded();
  const base = modelOf(describeSettings(parseSettings(SETTINGS, { stack: 'incidents' }), ROOT));
  const firings = firingsOf(base, replayed.alerts);
  const days = new Days(base, firings);
  const judged = (what: string, model: Model, fired = firings): Judged => {
    const changes = review(base, model);
    return {
      what,
      changes,
      isGreen: changes.every(({ effect }) => effect === 'neutral' || effect === 'stricter'),
      missing: [...new Set(days.missing(model, fired).map((heard) => lossOf(heard, recording)))],
    };
  };
  const random = new Random(seed);
  const mutants = random.shuffled(mutantsIn(base, new Set(firings.map(({ name }) => name)))).slice(0, alerts);
  const fired = await replayMutants(base, mutants, recording);
  return [
    ...mutants.map((mutant, index) => {
      const { name } = mutant.alert;
      const others = firings.filter((firing) => firing.name !== name);
      const own = fired[index] ?? [];
      return judged(`${name}: ${mutant.change}`, mutated(base, mutant), [...others, ...own]);
    }),
    ...Array.from({ length: routes }, (_, index) => {
      const { what, model } = changedRouting(base, new Random(seed + index));
      return judged(what, model);
    }),
  ];
}

/** `slow-model: pager misses InferenceAPIHighLatency`. */
function lossOf({ firing, receiver }: Heard, { played }: Recording): string {
  const of = played.find(({ incident, on }) => {
    const { alerts, may = [] }: Incident = INCIDENTS[incident];
    return [...alerts, ...may].includes(firing.name) && on <= firing.from;
  });
  return `${of?.incident ?? 'no incident'}: ${receiver} misses ${firing.name}, or hears of it later`;
}

/** A mutant of an alert. */
interface AlertMutant extends Pick<Mutant, 'change' | 'mutated'> {
  readonly alert: AlertModel;
}

/** Every mutant of every alert that an incident fires, but of those that alerts read. */
function mutantsIn(base: Model, fire: ReadonlySet<string>): readonly AlertMutant[] {
  const rules = base.rules();
  const read = new Set(
    [...rules.alerts, ...rules.recordings].flatMap(({ expr }) => alertsReadBy(rules, expr)),
  );
  return buildRules()
    .groups.flatMap((group) => group.rules)
    .filter(isAlert)
    .filter(({ name }) => fire.has(name) && !read.has(name))
    .flatMap((rule) => {
      const alert = base.alerts.get(rule.name);
      return alert === undefined ? [] : mutantsOf(rule).map((mutant) => ({ ...mutant, alert }));
    });
}

/** The version with a mutant in place of its alert. A limit that is another one is the threshold of the alert. */
function mutated(base: Model, { alert: { name, threshold }, mutated: change }: AlertMutant): Model {
  const { severity, ...fields } = change;
  if (severity !== undefined) return withLabel(base, name, 'severity', severity);
  const now = fields.expr === undefined ? undefined : thresholdOf(fields.expr);
  return withAlert(base, name, {
    ...fields,
    ...(threshold &&
      now &&
      now.direction === threshold.direction && { threshold: { ...threshold, value: now.value } }),
  });
}

/** Evaluates every mutant under a name of its own, and says when each fires. */
async function replayMutants(
  base: Model,
  mutants: readonly AlertMutant[],
  recording: Recording,
): Promise<readonly (readonly Firing[])[]> {
  const copies = mutants.map(({ alert, mutated: { severity, ...fields } }, index) => ({
    group: alert.group,
    rule: {
      alert: `${alert.name}__${index}`,
      expr: alert.expr,
      for: alert.for,
      keep_firing_for: alert.keepFiringFor,
      labels: { ...alert.labels, ...(severity && { severity }) },
      ...fields,
    },
  }));
  // Groups of the same name are evaluated when those of the recording were, and files in the order of their names.
  const groups = [...Map.groupBy(copies, ({ group }) => group)].map(([name, members]) => ({
    name,
    rules: members.map(({ rule }) => rule),
  }));
  const rules = { ...filesOfStack().rules, 'zz-mutants.yaml': dump({ groups }, { lineWidth: -1 }) };
  const out = mkdtempSync(join(tmpdir(), 'verdicts-'));
  try {
    const { alerts } = await replay(rules, join(RECORDING, SAMPLES), out, recording);
    const seen = Map.groupBy(alerts, ({ labels }) => labels.alertname);
    return mutants.map(({ alert: { name } }, index) =>
      firingsOf(
        base,
        (seen.get(copies[index]?.rule.alert) ?? []).map((sighting) => ({
          ...sighting,
          labels: { ...sighting.labels, alertname: name },
        })),
      ),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** When alerts fired, with what data brought: the rule’s own labels are the version’s. */
const firingsOf = ({ alerts }: Model, sightings: readonly Sighting[]): readonly Firing[] =>
  sightings
    .filter(({ state }) => state === 'firing')
    .map(({ labels: { alertname: name = '', ...labels }, from, to }) => ({
      name,
      brought: Object.fromEntries(
        Object.entries(labels).filter(([label]) => !(label in (alerts.get(name)?.labels ?? {}))),
      ),
      from,
      to,
    }));

/** The old version’s day, hour by hour; most versions route alike at every hour. */
class Days {
  readonly #base: Model;
  readonly #firings: readonly Firing[];
  readonly #known = new Map<number, Day>();

  constructor(base: Model, firings: readonly Firing[]) {
    this.#base = base;
    this.#firings = firings;
  }

  #before(later: number): Day {
    const day = this.#known.get(later) ?? new Day(this.#base, this.#firings, later);
    this.#known.set(later, day);
    return day;
  }

  missing(model: Model, firings: readonly Firing[]): readonly Heard[] {
    const first = new Day(model, firings);
    const goesByTime = first.goesByTime || this.#before(0).goesByTime;
    return (goesByTime ? HOURS : [0]).flatMap((later) =>
      missing(this.#before(later), later === 0 ? first : new Day(model, firings, later)),
    );
  }
}
