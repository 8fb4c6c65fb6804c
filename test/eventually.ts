import { setTimeout as pause } from 'node:timers/promises';

/** Tries until it does not throw; throws what it threw last when the time is over. */
export async function eventually<T>(seconds: number, attempt: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(300);
  }
}
