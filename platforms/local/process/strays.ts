import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { socketFolderName } from '../paths.ts';
import { diesWithin, type Identity, identityOf, isAlive, parseStat, terminate } from './identity.ts';
import { ProcessCompose } from './process-compose.ts';

/**
 * Environment variable that a stack's supervisor and all its processes have: the folder of the supervisor's socket.
 * process-compose reads it, and hands its environment on.
 */
export const STACK_MARK = 'PROC_COMP_CONFIG';
/** Environment variable in which process-compose tells a process its name. */
const NAME = 'PC_PROC_NAME';

/** A running process of a stack. */
export interface Stray extends Identity {
  readonly parent: number;
  /** The supervisor has none. */
  readonly workload: string | undefined;
  /** Folder of the supervisor's socket, where the process tells. */
  readonly socketFolder: string | undefined;
  /** Whether its working folder was removed, so that it has nowhere to save anything. */
  readonly homeless: boolean;
}

/**
 * Every running process of a stack, by what it is, whatever became of the stack's records: by the mark in its
 * environment, or, for a program that writes its title over that (redis-server), by a working folder below the
 * stack's, without a terminal, and under a marked process or none. Processes of other users are seen by root alone.
 * @param state the stack's folder, absolute. It may be gone.
 */
export function strays(state: string): Stray[] {
  const mark = socketFolderName(state, process.getuid?.() ?? 0);
  const all = listed().filter(({ pid }) => pid !== process.pid);
  const marked = all.filter(({ socketFolder }) => socketFolder && basename(socketFolder) === mark);
  const heads = new Set([1, ...marked.map(({ pid }) => pid)]);
  const titled = all.flatMap((one) => {
    const below = one.cwd?.startsWith(`${state}/`) && !one.terminal && heads.has(one.parent);
    if (!below || marked.includes(one)) return [];
    return [{ ...one, workload: one.cwd?.slice(state.length + 1).split('/')[0] }];
  });
  return [...marked, ...titled].flatMap(({ pid, parent, workload, socketFolder, cwd }) => {
    const identity = identityOf(pid);
    const homeless = cwd?.endsWith(' (deleted)') ?? false;
    return identity === undefined ? [] : [{ ...identity, parent, workload, socketFolder, homeless }];
  });
}

/** Prometheus closes its blocks before it ends; the supervisor stops its processes before it does. */
const GRACE = { signal: 'SIGTERM', graceSeconds: 40 } as const;

/** Ends every process of a stack that still runs, the supervisor first: it would start the others again. */
export async function stopStrays(state: string): Promise<void> {
  const found = strays(state);
  const supervisors = found.filter(({ workload }) => workload === undefined);
  const homeless = found.filter((stray) => stray.homeless && stray.workload !== undefined);
  await Promise.all(supervisors.map((supervisor) => shutDown(supervisor, homeless)));
  await Promise.all(found.filter(isAlive).map((stray) => terminate(stray, GRACE)));
}

/** Asks a supervisor by its socket, where that is still there: a signal does not end one that keeps its project. */
async function shutDown(supervisor: Stray, homeless: readonly Stray[]): Promise<void> {
  const { socketFolder = '' } = supervisor;
  const asked = await new ProcessCompose(join(socketFolder, 'supervisor.sock')).shutDown().then(
    () => true,
    () => false,
  );
  // Redis does not end where it cannot save.
  for (const stray of homeless)
    if (isAlive(stray)) await terminate(stray, { signal: 'SIGKILL', graceSeconds: 10 });
  if (asked && (await diesWithin(supervisor, GRACE.graceSeconds))) return;
  await terminate(supervisor, GRACE);
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  /** Value of the mark. */
  readonly socketFolder?: string | undefined;
  readonly workload?: string | undefined;
  /** Working folder, where the system tells it. */
  readonly cwd?: string;
  readonly terminal?: boolean;
}

function listed(): Listed[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/** See proc_pid_environ(5): variables as they were at the start, each ended by a NUL. */
function fromProc(): Listed[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const { parent, terminal } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        // A folder that was removed is followed by ` (deleted)`.
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        return [{ ...listing(Number(pid), parent, environment), cwd, terminal: terminal !== 0 }];
      } catch {
        // It ended meanwhile, or belongs to another user.
        return [];
      }
    });
}

/** `ps` of macOS writes the environment behind the command. */
function fromPs(): Listed[] {
  try {
    const text = execFileSync('ps', ['-axEww', '-o', 'pid=,ppid=,command='], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return text.split('\n').map((line) => {
      const [pid, parent, ...words] = line.trim().split(/\s+/);
      return listing(Number(pid), Number(parent), words);
    });
  } catch {
    return [];
  }
}

function listing(pid: number, parent: number, environment: readonly string[]): Listed {
  const value = (name: string) =>
    environment.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  return { pid, parent, socketFolder: value(STACK_MARK), workload: value(NAME) };
}
