/** Age that values have at least while updates are lost, in seconds: the outage is taken to have begun long ago. */
export const STALE_SECONDS = 600;

/** Event time of the newest value of each feature group. */
export class Freshness {
  readonly #newest: Map<string, number>;

  /** Groups count as fresh at `startedAt` (Unix milliseconds). */
  constructor(groups: readonly string[], startedAt: number) {
    this.#newest = new Map(groups.map((group) => [group, startedAt]));
  }

  saw(group: string, at: number): void {
    if (at > (this.#newest.get(group) ?? 0)) this.#newest.set(group, at);
  }

  /** Age of the newest value in seconds at `now`; `stale` backdates it. */
  ageSeconds(group: string, now: number, stale = false): number {
    const age = Math.max(0, now - (this.#newest.get(group) ?? now)) / 1_000;
    return stale ? age + STALE_SECONDS : age;
  }
}
