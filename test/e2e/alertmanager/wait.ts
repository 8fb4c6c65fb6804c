import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until something holds.
 *
 * @throws if it does not within the limit, with what it was, and what `found` says of the state then.
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { limitMs = 30_000, found = () => '' }: { limitMs?: number; found?: () => string } = {},
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${limitMs / 1000} s in vain: ${what}\n${found()}`);
    await pause(25);
  }
}
