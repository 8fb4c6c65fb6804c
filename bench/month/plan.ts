import { type Random, randomOf } from '../random.ts';
import { INCIDENTS, KINDS, type Kind, TRAPS } from './kinds.ts';

/** One event of a month. Times are seconds from the month's start. */
export interface Happening {
  readonly kind: string;
  readonly truth: Kind['truth'];
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

/** A month, or a few days, of a seed. */
export interface MonthPlan {
  readonly seed: number;
  readonly days: number;
  /** In the order of time; none overlap. */
  readonly happenings: readonly Happening[];
  /** Nights in which hardly anybody asks anything. */
  readonly silentNights: ReadonlySet<number>;
  /** Seconds from the start between which rules are evaluated. Default: all of it. */
  readonly watched?: { readonly from: number; readonly to: number };
}

const DAY = 86_400;
const HOUR = 3600;
/** How many events 30 days have. */
const OF_A_MONTH = { incidents: 31, traps: 40 };
/** Windows of an hour are empty again before the next event, and what is late is late by then. */
const APART = 1.5 * HOUR;
/** Days are evaluated one after the other, and what is pending at midnight begins anew. */
const AROUND_MIDNIGHT = HOUR;
/** How often a place is looked for. */
const TRIES = 40;

const needs = (truth: Kind['truth']) => Object.keys(INCIDENTS).filter((name) => KINDS[name]?.truth === truth);

/** So many of the kinds: each once, then critical ones again. */
function drawn(random: Random, count: number, kinds: readonly string[], again: readonly string[]): string[] {
  const names = random.shuffled(kinds);
  while (names.length < count) names.push(...random.shuffled(again));
  return names.slice(0, count);
}

/**
 * Plans a month. Every kind of incident and of trap is in 30 days; fewer days have a share of them.
 * @param perDay events a day. Default: what a month has, 71 in 30 days.
 */
export function planMonth(
  seed: number,
  days: number,
  perDay = (OF_A_MONTH.incidents + OF_A_MONTH.traps) / 30,
): MonthPlan {
  const random = randomOf(seed);
  const count = Math.round(days * perDay);
  const incidents = Math.round((count * OF_A_MONTH.incidents) / (OF_A_MONTH.incidents + OF_A_MONTH.traps));
  const waiting = random.shuffled([
    ...drawn(random, incidents, [...needs('critical'), ...needs('warning')], needs('critical')),
    ...drawn(random, count - incidents, Object.keys(TRAPS), Object.keys(TRAPS)),
  ]);
  const slot = (days * DAY) / count;
  const happenings: Happening[] = [];
  for (let start = 0; waiting.length > 0 && start + slot <= days * DAY + 1; start += slot) {
    const last = happenings.at(-1);
    const earliest = Math.max(start, last === undefined ? 0 : last.to + APART);
    for (const [index, name] of waiting.entries()) {
      const found = placed(random, name, earliest, start + slot);
      if (found === undefined) continue;
      happenings.push(found);
      waiting.splice(index, 1);
      break;
    }
  }
  const silentNights = new Set(
    Array.from({ length: days }, (_, day) => day).filter(() => random.next() < 0.6),
  );
  return { seed, days, happenings, silentNights };
}

/** An event between two times, at an hour of its kind and not over midnight; undefined where there is no room. */
function placed(random: Random, name: string, earliest: number, latest: number): Happening | undefined {
  const kind = KINDS[name] as Kind;
  const [shortest, longest] = kind.lasts;
  const [first, last] = kind.hours ?? [0, 24];
  for (let tried = 0; tried < TRIES; tried++) {
    // Scrapes come every 15 seconds; trouble begins at any time between them.
    const lasts = Math.round(60 * random.between(shortest, longest));
    const from = Math.round(random.between(earliest, latest));
    const of = from % DAY;
    if (from < earliest || from + lasts > latest) continue;
    if (of < Math.max(first * HOUR, AROUND_MIDNIGHT)) continue;
    if (of + lasts > Math.min(last * HOUR, DAY - AROUND_MIDNIGHT)) continue;
    const level = random.between(...(kind.level ?? [1, 1]));
    return { kind: name, truth: kind.truth, from, to: from + lasts, level };
  }
  return undefined;
}
