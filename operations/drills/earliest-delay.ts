/** Instants at which an expression yields a series, in Unix seconds, ascending, on a grid of one second. */
export type Instants = readonly number[];

/** What of a rule decides when it can fire at the soonest, in seconds. */
export interface Pace {
  /** The rule's `for`. */
  readonly duration: number;
  /** Between two evaluations. A break that is shorter than that can pass unseen, so it starts nothing over. */
  readonly interval: number;
}

/**
 * The first instant from which on an expression holds for as long as `for` asks, without a break that every
 * evaluation would see. Each element is one series of the expression: an alert waits for each of its own.
 *
 * @param from instants before it do not count; an expression that already held then was no news.
 * @returns undefined where no series holds that long.
 */
export function firstHolds(
  series: readonly Instants[],
  from: number,
  { duration, interval }: Pace,
): number | undefined {
  const starts = series.flatMap((instants) => {
    const later = instants.filter((at) => at >= from);
    let start = later[0];
    for (const [index, at] of later.entries()) {
      const before = later[index - 1];
      if (before !== undefined && at - before > interval) start = at;
      if (start !== undefined && at - start >= duration) return [start];
    }
    return [];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** The soonest that anybody can hear of it. */
export const floorOf = (holds: number, duration: number, groupWait: number): number =>
  holds + duration + groupWait;
