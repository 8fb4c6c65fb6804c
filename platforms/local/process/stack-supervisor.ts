import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { LocalPlatformError } from '../error.ts';
import { processPaths, SOCKET_FOLDER_PREFIX, socketPath, supervisorPaths } from '../paths.ts';
import { findPortConflicts } from '../ports.ts';
import { diesWithin, type Identity, identityOf, isAlive, terminate } from './identity.ts';
import { boundPorts } from './inputs.ts';
import { withLock } from './lock.ts';
import { ProcessCompose } from './process-compose.ts';
import { allRecords, liveLaunch, type ProcessRecord, readJson, writeJson } from './records.ts';
import { STACK_MARK, stopStrays } from './strays.ts';
import { until } from './wait.ts';

interface SupervisorRecord extends Identity {
  readonly socketPath: string;
}

/** How long a supervisor may take to answer after its start, in seconds: a machine may be busy with other things. */
const START_SECONDS = 60;

/** Runs `work` while nobody else changes the stack's processes. */
export function withStack<T>(state: string, work: () => Promise<T>): Promise<T> {
  return withLock(supervisorPaths(state).lock, work);
}

/** The stack's supervisor, if it runs and answers. Changes nothing. */
export async function runningSupervisor(state: string): Promise<ProcessCompose | undefined> {
  const record = supervisorRecord(state);
  if (record === undefined || !isAlive(record)) return undefined;
  const supervisor = new ProcessCompose(record.socketPath);
  return (await supervisor.isAlive()) ? supervisor : undefined;
}

/**
 * The stack's supervisor. Where none answers, what an earlier one left behind is stopped, and a new one brings
 * back every process that the stack is to have. Under the stack's lock only.
 */
export async function ensureSupervisor(state: string, executable: string): Promise<ProcessCompose> {
  const running = await runningSupervisor(state);
  if (running !== undefined) return running;
  await stopUnreachable(state);
  await Promise.all(allRecords(state).map((record) => stopLeftover(state, record)));
  await stopStrays(state);
  const supervisor = await start(state, executable);
  await restore(state, supervisor);
  return supervisor;
}

/** Ends the stack's supervisor and everything under it. Under the stack's lock only. */
export async function stopSupervisor(state: string): Promise<void> {
  const record = supervisorRecord(state);
  const supervisor = await runningSupervisor(state);
  if (record !== undefined && supervisor !== undefined) {
    // One that does not answer any more is ended by a signal below, as is one that takes too long.
    const asked = await supervisor.shutDown().then(
      () => true,
      () => false,
    );
    if (asked) await diesWithin(record, longestGrace(state));
  }
  await stopUnreachable(state);
  await Promise.all(allRecords(state).map((process) => stopLeftover(state, process)));
  await stopStrays(state);
  if (record !== undefined) removeSocketFolder(record.socketPath);
  const paths = supervisorPaths(state);
  for (const file of [paths.record, paths.project]) rmSync(file, { force: true });
}

/** Stops a process that runs though no supervisor holds it. Any other process with its pid is left alone. */
export async function stopLeftover(state: string, record: ProcessRecord): Promise<void> {
  const launch = liveLaunch(state, record.workload);
  if (launch !== undefined) await terminate(launch, record.stop);
}

function supervisorRecord(state: string): SupervisorRecord | undefined {
  return readJson<SupervisorRecord>(supervisorPaths(state).record);
}

/** A supervisor that lives but does not answer: its socket was cleaned away, say. It takes its processes along. */
async function stopUnreachable(state: string): Promise<void> {
  const record = supervisorRecord(state);
  if (record === undefined) return;
  await terminate(record, { signal: 'SIGTERM', graceSeconds: longestGrace(state) });
}

function longestGrace(state: string): number {
  return Math.max(10, ...allRecords(state).map((record) => record.stop.graceSeconds + 5));
}

async function start(state: string, executable: string): Promise<ProcessCompose> {
  if (!existsSync(executable)) {
    throw new LocalPlatformError(`process-compose is not at ${executable}. \`make up\` installs it again.`);
  }
  const paths = supervisorPaths(state);
  const socket = socketPath(state, process.getuid?.() ?? 0, process.env.XDG_RUNTIME_DIR);
  makePrivateFolder(dirname(socket));
  rmSync(socket, { force: true });
  mkdirSync(state, { recursive: true });
  writeFileSync(
    paths.project,
    'version: "0.5"\nshell: { shell_command: sh, shell_argument: -c }\nprocesses: {}\n',
  );
  const child = spawn(
    executable,
    [
      'up',
      '-f',
      paths.project,
      '-U',
      '-u',
      socket,
      '-t=false',
      '--keep-project',
      '--disable-dotenv',
      '-L',
      paths.log,
    ],
    { cwd: state, detached: true, stdio: 'ignore', env: environment(dirname(socket)) },
  );
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  const supervisor = new ProcessCompose(socket);
  const up = await Promise.race([
    failed,
    until(
      START_SECONDS,
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) return false;
        return (await supervisor.isAlive()) ? true : undefined;
      },
      25,
    ),
  ]);
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (up !== true || identity === undefined) {
    if (identity !== undefined) await terminate(identity, { signal: 'SIGTERM', graceSeconds: 5 });
    throw new LocalPlatformError(
      `process-compose did not start (${executable}), and no process of the stack with it. Mend what it says in its log, ` +
        `${paths.log}, and run \`make up\` again. Its last lines:\n${tail(paths.log, 10)}`,
    );
  }
  writeJson(paths.record, { ...identity, socketPath: socket } satisfies SupervisorRecord);
  return supervisor;
}

/** Only a workload whose ports are free is brought back: its own update names the port otherwise. */
async function restore(state: string, supervisor: ProcessCompose): Promise<void> {
  const records = allRecords(state);
  const free = await Promise.all(
    records.map(async ({ workload, ports }) => {
      const wanted = boundPorts(ports).map((port) => ({ ...port, workload }));
      return (await findPortConflicts(wanted, state)).length === 0;
    }),
  );
  const startable = records.filter((_, index) => free[index]);
  if (startable.length === 0) return;
  await supervisor.define((definitions) => {
    for (const { workload, definition } of startable) definitions[workload] = definition;
  });
}

/** What the processes inherit. The program's own environment holds passphrases and tokens. */
const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
]; // prettier-ignore

function environment(configFolder: string): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), [STACK_MARK]: configFolder };
}

function removeSocketFolder(socket: string): void {
  const folder = dirname(socket);
  if (basename(folder).startsWith(SOCKET_FOLDER_PREFIX)) rmSync(folder, { recursive: true, force: true });
}

/** In a folder that others may write to, one of this name could be somebody else's trap. */
function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(folder);
  const own = process.getuid?.();
  if (!lstatSync(folder).isDirectory() || (own !== undefined && uid !== own)) {
    throw new LocalPlatformError(
      `${folder} is not a folder of this user (owner: uid ${uid}). Have its owner remove it, then run the same command again: rm -r ${folder}`,
    );
  }
  chmodSync(folder, 0o700);
}

/** The last lines of a file, each indented. */
export function tail(file: string, lines: number): string {
  let text: string;
  try {
    text = stripVTControlCharacters(readFileSync(file, 'utf8'));
  } catch {
    return '  (nothing)';
  }
  const last = text.trimEnd().split('\n').slice(-lines);
  return last.map((line) => `  ${line}`).join('\n');
}

export function lastLogLines(state: string, workload: string): string {
  const { log } = processPaths(state, workload);
  return `Its last lines (${log}):\n${tail(log, 15)}`;
}
