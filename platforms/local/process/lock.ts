import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalPlatformError } from '../error.ts';
import { type Identity, identityOf, isAlive } from './identity.ts';
import { until } from './wait.ts';

/** Longest wait for a lock. What is done under it takes a second or two, the stop of leftovers longer. */
const LOCK_SECONDS = 120;

const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other caller, in this process or another, holds the same lock file. The lock of a
 * holder that died is taken over.
 * @throws where a living process holds the lock for longer than two minutes; the message names it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(file) ?? Promise.resolve()).then(() => holding(file, work));
  queues.set(
    file,
    turn.catch(() => {}),
  );
  return turn;
}

async function holding<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const held = await until(LOCK_SECONDS, () => (tryLock(file) ? true : undefined));
  if (held === undefined) {
    const holder = readHolder(file);
    throw new LocalPlatformError(
      `${file} is held by process ${holder?.pid ?? 'unknown'}: another command works on the same stack. ` +
        `Wait for it to end, or stop it and run the same command again: kill ${holder?.pid ?? '<pid>'}`,
    );
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

let attempts = 0;

/** Takes the lock if it is free or its holder is dead. */
export function tryLock(file: string): boolean {
  const own = `${file}.${process.pid}.${++attempts}`;
  writeFileSync(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    if (tryLink(own, file)) return true;
    const holder = readHolder(file);
    if (holder === undefined || isAlive(holder)) return false;
    removeStale(file, holder);
    return tryLink(own, file);
  } finally {
    rmSync(own, { force: true });
  }
}

/** A link appears with its content at once, so that nobody ever reads an empty lock. */
function tryLink(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two callers may see the same dead holder. Only one rename succeeds for each lock; a caller that was late
 * finds a living holder's lock in its hands and puts it back.
 */
function removeStale(file: string, stale: Identity): void {
  const grave = `${file}.${process.pid}.${++attempts}.stale`;
  try {
    renameSync(file, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const buried = readHolder(grave);
  if (buried !== undefined && (buried.pid !== stale.pid || buried.start !== stale.start))
    tryLink(grave, file);
  unlinkSync(grave);
}

function readHolder(file: string): Identity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Identity;
  } catch {
    return undefined;
  }
}
