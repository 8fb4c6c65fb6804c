import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly id: string;
}

/** Milliseconds. */
export interface LockTimes {
  /** How often the holder shows that it lives. Default 5000. */
  readonly beatMs: number;
  /** Silence after which a lock is nobody's, whatever its pid says: pids are used again. Default 60000. */
  readonly staleMs: number;
  /** How often a waiting run looks. Default 200. */
  readonly lookMs: number;
}

export const DEFAULT_LOCK_TIMES: LockTimes = { beatMs: 5000, staleMs: 60_000, lookMs: 200 };

/**
 * Runs `work` while holding a lock file, so that two runs do not do the same work twice. It saves work and no
 * more: results are put in place by an atomic rename, and stay whole even if two runs ever hold the lock.
 * @param onWait called once with the pid of the run that holds the lock.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (pid: number) => void = () => {},
  times: LockTimes = DEFAULT_LOCK_TIMES,
): Promise<T> {
  const me: Owner = { pid: process.pid, host: hostname(), id: randomUUID() };
  await acquire(file, me, onWait, times);
  const beat = setInterval(() => {
    const now = new Date();
    // A lock that someone removed is not worth ending the work for.
    utimes(file, now, now).catch(() => {});
  }, times.beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await read(file))?.id === me.id) await rm(file, { force: true });
  }
}

async function acquire(
  file: string,
  me: Owner,
  onWait: (pid: number) => void,
  times: LockTimes,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Linked into place whole: a lock file that another run sees half written would look like nobody's.
  const own = `${file}.${me.id}`;
  await writeFile(own, JSON.stringify(me));
  let waiting = false;
  try {
    for (;;) {
      try {
        const now = new Date();
        await utimes(own, now, now);
        await link(own, file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await read(file);
      if (await isStale(file, holder, times)) {
        await breakLock(file, holder?.id);
      } else {
        if (!waiting && holder) onWait(holder.pid);
        waiting = true;
        await pause(times.lookMs);
      }
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function isStale(file: string, holder: Owner | undefined, times: LockTimes): Promise<boolean> {
  const changed = await stat(file).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
  if (changed === undefined) return false;
  if (Date.now() - changed > times.staleMs) return true;
  return holder === undefined || (holder.host === hostname() && !isAlive(holder.pid));
}

/** Takes the lock away by renaming it: of two runs that try, one succeeds, and a fresh lock is put back. */
async function breakLock(file: string, expected: string | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await read(aside))?.id !== expected) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function read(file: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(file, 'utf8')) as Partial<Owner> | null;
    return typeof owner?.pid === 'number' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of this pid is there; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
