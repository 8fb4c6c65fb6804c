import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { LocalPlatformError } from './error.ts';
import { boundPorts } from './process/inputs.ts';
import { allRecords, liveLaunch } from './process/records.ts';
import { until } from './process/wait.ts';

/** A port of this machine that a workload is to bind. */
export interface WantedPort {
  readonly workload: string;
  readonly port: number;
  readonly protocol?: 'tcp' | 'udp';
}

export interface PortConflict extends WantedPort {
  /** Who has it, where the operating system tells. */
  readonly holder?: { readonly pid: number; readonly command: string };
}

/** A process that was ended holds its port until the kernel has taken it down; a look of another process, a moment. */
const ENDING_SECONDS = 3;

/**
 * Which of these ports something else on this machine has taken, and keeps. A port that a running process of the
 * same stack holds is no conflict.
 */
export async function findPortConflicts(
  wanted: readonly WantedPort[],
  state: string,
): Promise<PortConflict[]> {
  let conflicts: PortConflict[] = [];
  await until(ENDING_SECONDS, async () => {
    conflicts = await conflictsNow(wanted, state);
    return conflicts.length === 0 ? true : undefined;
  });
  return conflicts;
}

async function conflictsNow(wanted: readonly WantedPort[], state: string): Promise<PortConflict[]> {
  const before = ownPorts(state);
  const foreign = wanted.filter((port) => !before.has(key(port)));
  const taken = await Promise.all(foreign.map(async (port) => ((await isTaken(port)) ? port : undefined)));
  // A process that its supervisor started meanwhile has left its mark before it binds.
  const after = ownPorts(state);
  return taken.flatMap((port) => {
    if (port === undefined || after.has(key(port))) return [];
    const holder = portHolder(port);
    return [holder === undefined ? port : { ...port, holder }];
  });
}

/** The conflict as a sentence with the setting that mends it. */
export function describeConflict(conflict: PortConflict): string {
  const { workload, port, protocol = 'tcp', holder } = conflict;
  const who = holder === undefined ? 'another program' : `process ${holder.pid} (${holder.command})`;
  return (
    `port ${port}/${protocol} of ${workload} is already taken on this machine by ${who}. ` +
    `Stop it, or give ${workload} another port with the setting ports.${workload}.`
  );
}

/** The ports of this stack's processes that run now. */
function ownPorts(state: string): Set<string> {
  return new Set(
    allRecords(state)
      .filter((record) => liveLaunch(state, record.workload) !== undefined)
      .flatMap((record) => boundPorts(record.ports).map(key)),
  );
}

function key({ port, protocol = 'tcp' }: Pick<WantedPort, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

/** Looks at the ports under way. Two looks at one port at a time would each find the other's socket there. */
const looks = new Map<string, Promise<boolean>>();

function isTaken(wanted: WantedPort): Promise<boolean> {
  const under = key(wanted);
  const look = looks.get(under) ?? lookAt(wanted).finally(() => looks.delete(under));
  looks.set(under, look);
  return look;
}

async function lookAt({ port, protocol }: WantedPort): Promise<boolean> {
  if (protocol === 'udp') return !(await canBindUdp(port));
  // A bind beside another program's wildcard address succeeds on macOS: there a connect shows it.
  return !(await canBindTcp(port)) || (await answers(port));
}

function canBindTcp(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => refusedBind(error, port, resolve, reject));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function canBindUdp(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => refusedBind(error, port, resolve, reject));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

function refusedBind(
  error: NodeJS.ErrnoException,
  port: number,
  resolve: (free: boolean) => void,
  reject: (error: Error) => void,
): void {
  if (error.code === 'EADDRINUSE') resolve(false);
  else if (error.code === 'EACCES') {
    reject(
      new LocalPlatformError(
        `Port ${port} may not be bound by this user: choose one from 1024 on, by ports.<workload> in the stack’s file`,
      ),
    );
  } else reject(error);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}

/** The process that has a port, as far as this user may know. */
export function portHolder({ port, protocol = 'tcp' }: WantedPort): PortConflict['holder'] {
  const pid = process.platform === 'linux' ? linuxHolder(port, protocol) : lsofHolder(port, protocol);
  return pid === undefined ? undefined : { pid, command: commandOf(pid) };
}

/** Listening TCP sockets have state 0A in `/proc/net/tcp`; see proc_pid_net(5). UDP sockets have no such state. */
const LISTENING = '0A';

/** Inodes of the sockets bound to a port, from the text of `/proc/net/{tcp,udp}{,6}`. */
export function socketInodes(table: string, port: number, protocol: 'tcp' | 'udp'): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const bound = fields[1]?.endsWith(`:${hex}`) && (protocol === 'udp' || fields[3] === LISTENING);
    return bound && fields[9] !== undefined ? [fields[9]] : [];
  });
}

function linuxHolder(port: number, protocol: 'tcp' | 'udp'): number | undefined {
  const inodes = [protocol, `${protocol}6`].flatMap((table) =>
    socketInodes(readText(`/proc/net/${table}`), port, protocol),
  );
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of readFolder('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of readFolder(`/proc/${pid}/fd`)) {
      if (sockets.has(readLink(`/proc/${pid}/fd/${fd}`))) return Number(pid);
    }
  }
  return undefined;
}

function lsofHolder(port: number, protocol: 'tcp' | 'udp'): number | undefined {
  const which = protocol === 'tcp' ? [`-iTCP:${port}`, '-sTCP:LISTEN'] : [`-iUDP:${port}`];
  const pid = Number.parseInt(output('lsof', ['-nP', '-t', ...which]), 10);
  return Number.isNaN(pid) ? undefined : pid;
}

function commandOf(pid: number): string {
  const line =
    readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() ||
    output('ps', ['-o', 'args=', '-p', `${pid}`]);
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function output(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
