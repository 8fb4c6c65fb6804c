import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/**
 * Folders of a workload that are the platform's own. A mount that begins with one of them would collide.
 * `.run` holds what is known of the process, `log` what it printed.
 */
export const RESERVED_FOLDERS = ['.run', 'log'] as const;

/** The folder of everything that a stack's local processes own. */
export function stateFolder(projectRoot: string, stack: string): string {
  return join(projectRoot, '.monitoring', stack);
}

/**
 * Where a container's folder lies on this machine: the mount's own path below the workload's folder, so that
 * two mounts never meet and a nested mount stays nested.
 */
export function mountPath(state: string, workload: string, mount: string): string {
  return join(state, workload, mount);
}

/** Every file that the platform keeps about one process. */
export interface ProcessPaths {
  readonly folder: string;
  readonly run: string;
  /** What the supervisor was told to run. */
  readonly record: string;
  /** Pid, start time and definition of what runs, written by `launch.sh` at every start. */
  readonly launched: string;
  /** There while changed files have not yet been taken over by the process. */
  readonly pending: string;
  /** User that a guarded program asks for, with the hash of a password that only its guard has. */
  readonly users: string;
  readonly logFolder: string;
  readonly log: string;
}

export function processPaths(state: string, workload: string): ProcessPaths {
  const folder = join(state, workload);
  const run = join(folder, '.run');
  return {
    folder,
    run,
    record: join(run, 'process.json'),
    launched: join(run, 'launched'),
    pending: join(run, 'pending.json'),
    users: join(run, 'users.json'),
    logFolder: join(folder, 'log'),
    log: join(folder, 'log', `${workload}.log`),
  };
}

/** Every file that the platform keeps about a stack's supervisor. */
export interface SupervisorPaths {
  readonly project: string;
  readonly log: string;
  /** Pid, start time and socket of the supervisor that runs. */
  readonly record: string;
  readonly lock: string;
}

export function supervisorPaths(state: string): SupervisorPaths {
  return {
    project: join(state, 'supervisor.yaml'),
    log: join(state, 'supervisor.log'),
    record: join(state, 'supervisor.json'),
    lock: join(state, 'supervisor.lock'),
  };
}

/** Unix sockets are limited to 104 bytes on macOS and 108 on Linux (`sun_path` in `sys/un.h`), the final NUL included. */
const SOCKET_PATH_LIMIT = 103;
export const SOCKET_FOLDER_PREFIX = 'feature-store-monitoring-';

/**
 * A socket path short enough for the operating system however long the project's path is: in the user's
 * runtime folder where that is short, else in /tmp, keyed by the state folder.
 */
export function socketPath(state: string, uid: number, runtimeFolder: string | undefined): string {
  const name = join(socketFolderName(state, uid), 'supervisor.sock');
  const preferred = runtimeFolder?.startsWith('/') ? join(runtimeFolder, name) : undefined;
  if (preferred !== undefined && Buffer.byteLength(preferred) <= SOCKET_PATH_LIMIT) return preferred;
  return join('/tmp', name);
}

/**
 * Name of the folder of a stack's socket. Every process of the stack has it in its environment, so it also tells to which
 * stack a process belongs.
 */
export function socketFolderName(state: string, uid: number): string {
  const key = createHash('sha256').update(state).digest('hex').slice(0, 16);
  return `${SOCKET_FOLDER_PREFIX}${uid}-${key}`;
}

/** Whether `inner` lies below `outer`. */
export function isBelow(inner: string, outer: string): boolean {
  for (let folder = dirname(inner); ; folder = dirname(folder)) {
    if (folder === outer) return true;
    if (folder === dirname(folder)) return false;
  }
}
