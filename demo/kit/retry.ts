import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or returns at once when `signal` is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false });
  } catch {
    // Aborted: the caller looks at the signal.
  }
}

/** Wait before attempt `n` (from 0), in milliseconds: doubles from 200 up to 3,000, so that recovery stays prompt. */
export function backoff(n: number): number {
  return Math.min(3_000, 200 * 2 ** Math.min(n, 10));
}

/** Repeats `work` until it succeeds or `signal` is aborted (then: undefined). Failures go to `failed`. */
export async function untilDone<T>(
  work: () => Promise<T>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let n = 0; !signal.aborted; n++) {
    try {
      return await work();
    } catch (error) {
      failed(error);
      await pause(backoff(n), signal);
    }
  }
  return undefined;
}

/** Runs `work` every `milliseconds` until `signal` is aborted, never twice at a time. Failures go to `failed`. */
export async function every(
  milliseconds: number,
  work: () => void | Promise<void>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      failed(error);
    }
    await pause(milliseconds, signal);
  }
}
