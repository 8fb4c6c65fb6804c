import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { LocalPlatformError } from '../error.ts';
import { delay } from './wait.ts';

/** A process, told apart from a later one with the same pid by when it started. */
export interface Identity {
  readonly pid: number;
  /** Boot and start tick on Linux, the start as `ps` writes it elsewhere. Only ever compared. */
  readonly start: string;
}

export interface StopPolicy {
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL';
  readonly graceSeconds: number;
}

/** The start of the process with this pid, or undefined where none runs (a zombie does not run). */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat.state === 'Z' || stat.state === 'X' ? undefined : `${bootId()}:${stat.startTick}`;
  } catch {
    return undefined;
  }
}

function psStart(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return line === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/**
 * State, parent (field 4), terminal (field 7, 0 for none) and start (field 22, in ticks since boot) of a line of `/proc/<pid>/stat`; see proc_pid_stat(5). The
 * command in field 2 may itself hold spaces and brackets, so fields are counted from the last bracket.
 */
export function parseStat(line: string): {
  state: string;
  parent: number;
  terminal: number;
  startTick: string;
} {
  const [state = '', ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(rest[0]), terminal: Number(rest[3]), startTick: rest[18] ?? '' };
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

export function identityOf(pid: number): Identity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start };
}

/** Clock ticks a second that `/proc` counts in: `USER_HZ`, 100 on every architecture that Node runs on; see proc(5). */
const TICKS = 100;
/** Clocks are compared that count in other steps. */
const SLACK_SECONDS = 2;

/** Whether a process with this pid runs that ran at that time already: a later one has been given a free pid. */
export function runsSince(pid: number, moment: Date): boolean {
  const start = startOf(pid);
  if (start === undefined) return false;
  const started = process.platform === 'linux' ? linuxTime(start) : Date.parse(start);
  return Number.isNaN(started) || started <= moment.getTime() + SLACK_SECONDS * 1000;
}

/** Milliseconds since 1970, of a start as {@link startOf} gives it. */
function linuxTime(start: string): number {
  const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  return (Number(boot) + Number(start.split(':')[1]) / TICKS) * 1000;
}

export function isAlive(identity: Identity): boolean {
  return startOf(identity.pid) === identity.start;
}

/** Longest wait for the kernel to take away a process that got SIGKILL. */
const KILL_SECONDS = 10;

/**
 * Ends exactly this process and its group: the policy's signal, then SIGKILL once the grace is over. Does
 * nothing where the pid belongs to another process by now.
 * @throws where the process outlives even SIGKILL, or belongs to another user.
 */
export async function terminate(identity: Identity, policy: StopPolicy): Promise<void> {
  for (const [signal, seconds] of [
    [policy.signal, policy.graceSeconds],
    ['SIGKILL', KILL_SECONDS],
  ] as const) {
    if (!isAlive(identity)) return;
    send(identity.pid, signal);
    if (await diesWithin(identity, seconds)) return;
  }
  throw new LocalPlatformError(
    `Process ${identity.pid} is still there ${KILL_SECONDS} s after SIGKILL: the system does not let it go, as where a disk hangs. ` +
      `See what it waits for, then run the same command again: ps -o pid,stat,wchan,args -p ${identity.pid}`,
  );
}

/** To the whole group where the process leads one, as supervised ones do, so that its helpers end too. */
function send(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

export async function diesWithin(identity: Identity, seconds: number): Promise<boolean> {
  const limit = Date.now() + seconds * 1000;
  while (isAlive(identity)) {
    if (Date.now() > limit) return false;
    await delay(50);
  }
  return true;
}
