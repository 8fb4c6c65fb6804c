import { pagersIn } from '../../notifications/index.ts';
import { median } from '../numbers.ts';
import { KINDS } from './kinds.ts';
import type { Firing, Message } from './messages.ts';
import type { Happening, MonthPlan } from './plan.ts';
import type { Contender } from './rules.ts';
import { MONTH_START } from './samples.ts';

/** How well a rule set told of a month's trouble. */
export interface Score {
  readonly incidents: number;
  readonly heard: number;
  /** Kinds of the incidents that nobody heard of, or that paged nobody and should have. */
  readonly missed: readonly string[];
  /** Seconds from an incident's start to its first message, and over its floor, by incident. */
  readonly delays: readonly { readonly kind: string; readonly delay: number; readonly excess: number }[];
  readonly critical: number;
  /** Pages within critical incidents. */
  readonly pages: number;
  /** Pages that begin when the trouble is over. */
  readonly late: readonly Stray[];
  /** Pages outside any incident, and within incidents that need none. */
  readonly outside: readonly Stray[];
  /** Messages of warnings outside any incident. */
  readonly warnings: readonly Stray[];
}

/** A message that should not have been sent. */
export interface Stray {
  readonly at: number;
  readonly alerts: readonly string[];
  /** What happened then or last. */
  readonly near: string;
}

/** A scrape, an evaluation and what a group waits: until then the end of an incident is not known. */
const ENDING = 45;
/** For so long, windows and budgets still hold what an incident left. A page that begins then is late. */
const AFTER = 3600;
/** Least time from the start to a message: a scrape and an evaluation. */
const FLOOR = 30;

/** Rules know nothing at first: what they say then is not judged. */
const WARM_UP = 3600;

/** Judges messages against what happened. */
export function scoreOf(plan: MonthPlan, { routing }: Contender, all: readonly Message[]): Score {
  const pagers = pagersIn(routing);
  const incidents = plan.happenings.filter(({ truth }) => truth !== 'trap');
  const seconds = ({ at }: Message) => at / 1000 - MONTH_START;
  const during =
    ({ from, to }: Happening, more: number) =>
    (message: Message) =>
      seconds(message) >= from && seconds(message) <= to + more;
  const isPage = ({ receiver, opens }: Message) => pagers.includes(receiver) && opens;
  const isWarning = ({ receiver, firings }: Message) =>
    !pagers.includes(receiver) && firings.some(({ labels }) => labels.severity === 'warning');
  const begins = (plan.watched?.from ?? 0) + WARM_UP;
  const messages = all.filter((message) => seconds(message) >= begins);
  const pages = messages.filter(isPage);
  const stray = (message: Message): Stray => {
    const near = plan.happenings.findLast(({ from }) => from <= seconds(message));
    return {
      at: seconds(message),
      alerts: message.firings.map(nameOf),
      near:
        near === undefined
          ? 'nothing'
          : `${near.kind} ${Math.round((seconds(message) - near.from) / 60)} min before`,
    };
  };
  const firsts = incidents.map((incident) => {
    const counts = (message: Message) => incident.truth === 'warning' || isPage(message);
    return {
      incident,
      message: messages.find((each) => during(incident, ENDING)(each) && counts(each)),
    };
  });
  const critical = incidents.filter(({ truth }) => truth === 'critical');
  const inCritical = pages.filter((page) => critical.some((each) => during(each, ENDING)(page)));
  const others = pages.filter((page) => !inCritical.includes(page));
  const late = others.filter((page) =>
    incidents.some((each) => seconds(page) > each.to && during(each, AFTER)(page)),
  );
  // The burn of a budget may page: it is an incident, if a slow one.
  const burning = incidents.filter(({ kind }) => kind === 'budget-burns');
  return {
    incidents: incidents.length,
    heard: firsts.filter(({ message }) => message !== undefined).length,
    missed: firsts.filter(({ message }) => message === undefined).map(({ incident }) => incident.kind),
    delays: firsts.flatMap(({ incident, message }) => {
      if (message === undefined) return [];
      const delay = seconds(message) - incident.from;
      const floor = FLOOR + (KINDS[incident.kind]?.blip ?? 0);
      return [{ kind: incident.kind, delay, excess: delay - floor }];
    }),
    critical: critical.length,
    pages: inCritical.length,
    late: late.map(stray),
    outside: others
      .filter((page) => !late.includes(page) && !burning.some((each) => during(each, ENDING)(page)))
      .map(stray),
    warnings: messages
      .filter(isWarning)
      .filter((message) => !incidents.some((each) => during(each, AFTER)(message)))
      .map(stray),
  };
}

const nameOf = ({ labels }: Firing): string =>
  [labels.alertname, labels.endpoint ?? labels.slo].filter((each) => each !== undefined).join(' ');

/** The middle of delays, of all or over the floor, in seconds; undefined of none. */
export const medianDelay = ({ delays }: Score, what: 'delay' | 'excess'): number | undefined =>
  delays.length === 0 ? undefined : median(delays.map((each) => each[what]));
