/** Instants at which an expression yields a series, in Unix seconds, ascending, on a grid of one second. */
export type Instants = readonly number[];

/**
 * The first instant from which on an expression holds without a break for as long as `for` asks. Each element is
 * one series of the expression: an alert waits for each of its own.
 *
 * @param from instants before it do not count; an expression that already held then was no news.
 * @param forSeconds the rule's `for`.
 * @returns undefined where no series holds that long.
 */
export function firstHolds(
  series: readonly Instants[],
  from: number,
  forSeconds: number,
): number | undefined {
  const starts = series.flatMap((instants) => {
    const later = instants.filter((at) => at >= from);
    let start = later[0];
    for (const [index, at] of later.entries()) {
      const before = later[index - 1];
      if (before !== undefined && at - before > 1.5) start = at;
      if (start !== undefined && at - start >= forSeconds) return [start];
    }
    return [];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** The soonest that anybody can hear of it. */
export const floorOf = (holds: number, forSeconds: number, groupWait: number): number =>
  holds + forSeconds + groupWait;
