import { rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runsSince } from '../../platforms/local/supervisor.ts';
import { engineFolder, namesIn, textOf } from './engine-folder.ts';
import { statePlace } from './state-place.ts';

/** Another run has the stack. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/** A run that has a stack to itself, or had when it was killed. */
export interface Lock {
  readonly file: string;
  readonly pid: number | undefined;
  /** `user@host`, as far as the lock tells. */
  readonly by: string;
  readonly since: Date;
  /** `elsewhere`: another machine’s, of which nothing is known here. */
  readonly holder: 'alive' | 'dead' | 'elsewhere';
}

/** A lock that cannot be read was cut off while it was written, unless it is being written now. */
const UNREADABLE_SECONDS = 10;

/** Locks of a stack whose state is a folder, oldest first. */
export function locksOf(stack: string, url = statePlace(stack).url): readonly Lock[] {
  const folder = engineFolder(stack, url)?.locks;
  if (folder === undefined) return [];
  return namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => lockIn(join(folder, name)) ?? [])
    .sort((a, b) => a.since.getTime() - b.since.getTime());
}

function lockIn(file: string): Lock | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  try {
    const { pid, username, hostname: host, timestamp } = JSON.parse(text) as Record<string, unknown>;
    const since = new Date(String(timestamp));
    if (typeof pid === 'number' && !Number.isNaN(since.getTime())) {
      const holder = host !== hostname() ? 'elsewhere' : runsSince(pid, since) ? 'alive' : 'dead';
      return { file, pid, by: `${username}@${host}`, since, holder };
    }
  } catch {
    // As below.
  }
  const since = statSync(file).mtime;
  const old = Date.now() - since.getTime() > UNREADABLE_SECONDS * 1000;
  return { file, pid: undefined, by: 'an unknown run', since, holder: old ? 'dead' : 'alive' };
}

/** Removes locks. @returns a sentence for each. */
export function breakLocks(locks: readonly Lock[]): readonly string[] {
  return locks.map((lock) => {
    // The engine keeps what its store knows of a file beside it.
    for (const file of [lock.file, `${lock.file}.attrs`]) rmSync(file, { force: true });
    const why = lock.holder === 'dead' ? ', which no longer runs,' : '';
    return `The lock of ${runOf(lock)}${why} was removed.`;
  });
}

/** How long a run that is about to end is waited for: an engine whose command was killed notices within seconds. */
const PATIENCE_SECONDS = 20;

/**
 * Has a stack to itself, as far as locks go: removes those of dead runs, and waits a moment for a run that is ending.
 * @param tell given a sentence for each lock that was removed.
 * @throws LockedError where a run that lives, or one of another machine, keeps its lock.
 */
export async function freeStack(
  stack: string,
  { tell = console.log, patience = PATIENCE_SECONDS, url = statePlace(stack).url } = {},
): Promise<void> {
  const deadline = performance.now() + patience * 1000;
  let told = false;
  for (;;) {
    const locks = locksOf(stack, url);
    for (const line of breakLocks(locks.filter(({ holder }) => holder === 'dead'))) tell(line);
    const held = locks.filter(({ holder }) => holder !== 'dead');
    if (held.length === 0) return;
    if (performance.now() > deadline || held.some(({ holder }) => holder === 'elsewhere'))
      throw new LockedError(refusal(stack, held));
    if (!told)
      tell(`Stack "${stack}" is in the hands of ${held.map(runOf).join(', ')}: waiting for its end …`);
    told = true;
    await setTimeout(500);
  }
}

/** What a person reads of locks that stay. */
export function refusal(stack: string, locks: readonly Lock[]): string {
  const elsewhere = locks.some(({ holder }) => holder === 'elsewhere');
  return [
    `Stack "${stack}" is being changed by another run, so nothing was changed:`,
    ...locks.map((lock) => `  - ${runOf(lock)}, since ${lock.since.toISOString()}`),
    elsewhere
      ? 'Whether it still runs on that machine cannot be seen from here: look there.'
      : 'Wait for it to end, or stop it (kill <pid>) and run the same command again.',
    `If it has gone for good: make unlock STACK=${stack} ARGS=--force`,
  ].join('\n');
}

const runOf = ({ pid, by }: Lock) => (pid === undefined ? by : `process ${pid} of ${by}`);
