/** What a piece of work needs of the machine. */
export interface Weight {
  /** Cores that it keeps busy on average. */
  readonly cores: number;
  /** Wall time in seconds, roughly. */
  readonly seconds: number;
}

/**
 * Runs all items: the longest first, and beside each other as far as the cores reach. What waits therefore runs
 * beside what computes, and two that compute never do. An item that alone needs more than there is runs alone.
 * @param cores of the machine
 * @param run must not reject
 */
export async function runBySize<T extends Weight>(
  items: readonly T[],
  cores: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.toSorted((a, b) => b.seconds - a.seconds);
  const running = new Map<T, Promise<void>>();
  const used = () => [...running.keys()].reduce((sum, item) => sum + item.cores, 0);
  const fits = (item: T) => running.size === 0 || used() + item.cores <= cores;
  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.findIndex(fits); next !== -1; next = waiting.findIndex(fits)) {
      const [item] = waiting.splice(next, 1) as [T];
      running.set(
        item,
        run(item).then(() => {
          running.delete(item);
        }),
      );
    }
    await Promise.race(running.values());
  }
}
