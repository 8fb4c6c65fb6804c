/** Raised in whatever waits once the run was cancelled. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
}

let cancelled = false;
const waiting = new Set<() => void>();

/** Ends every wait of this process with an `AbortError`: someone pressed Ctrl-C. */
export function cancelWaits(): void {
  cancelled = true;
  for (const wake of waiting) wake();
}

export async function delay(milliseconds: number): Promise<void> {
  if (!cancelled) {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.add(wake);
    });
  }
  if (cancelled) throw new AbortError('cancelled while waiting; run the same command again to go on');
}

/** Waits until `check` gives something other than undefined. Undefined: the limit was reached. */
export async function until<T>(
  seconds: number,
  check: () => Promise<T | undefined> | T | undefined,
  pauseMilliseconds = 100,
): Promise<T | undefined> {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value !== undefined) return value;
    if (Date.now() > limit) return undefined;
    await delay(pauseMilliseconds);
  }
}
