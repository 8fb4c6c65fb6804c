import { existsSync, lstatSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { processPaths, RESERVED_FOLDERS, supervisorPaths } from './paths.ts';
import { probe } from './process/health.ts';
import { isAlive } from './process/identity.ts';
import {
  allRecords,
  entries,
  type ProcessRecord,
  readLaunch,
  removeRecord,
  workloadFolders,
} from './process/records.ts';
import { runningSupervisor, stopSupervisor, withStack } from './process/stack-supervisor.ts';
import { strays } from './process/strays.ts';

export { stateFolder } from './paths.ts';
export { describeConflict, findPortConflicts, type PortConflict, type WantedPort } from './ports.ts';
export { runsSince } from './process/identity.ts';
export { strays } from './process/strays.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly running: boolean;
  /** Whether it answers its health check now. */
  readonly ready: boolean;
  /** What is wrong, where something is. */
  readonly problem?: string;
  readonly pid?: number;
  /** How often the supervisor started it again since the supervisor or the process's settings last changed. */
  readonly restarts: number;
  readonly startedAt?: Date;
  readonly logFile: string;
}

/** Every process that the stack is to have, as it is now. Changes nothing. */
export async function stackStatus(state: string): Promise<ProcessStatus[]> {
  const supervisor = await runningSupervisor(state);
  return Promise.all(
    allRecords(state).map(async (record) => {
      const supervised = await supervisor?.state(record.workload);
      return { ...(await processStatus(state, record)), restarts: supervised?.restarts ?? 0 };
    }),
  );
}

async function processStatus(state: string, record: ProcessRecord): Promise<Omit<ProcessStatus, 'restarts'>> {
  const { workload, health } = record;
  const { log, launched } = processPaths(state, workload);
  const launch = readLaunch(state, workload);
  if (launch === undefined || !isAlive(launch)) {
    return { name: workload, running: false, ready: false, problem: 'it does not run', logFile: log };
  }
  const problem = await probe(health);
  return {
    name: workload,
    running: true,
    ready: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
    pid: launch.pid,
    startedAt: statSync(launched).mtime,
    logFile: log,
  };
}

/** The log of every workload that runs or ran here, by name: the current file first, older ones after it. */
export function logFiles(state: string): Record<string, string[]> {
  return Object.fromEntries(
    workloadFolders(state).map((workload) => {
      const { log, logFolder } = processPaths(state, workload);
      const files = entries(logFolder).map((file) => join(logFolder, file));
      return [
        workload,
        [...files.filter((file) => file === log), ...files.filter((file) => file !== log).reverse()],
      ];
    }),
  );
}

export interface KeptData {
  readonly workload: string;
  readonly path: string;
  readonly bytes: number;
}

export interface StopReport {
  /** Processes that ran and were stopped. */
  readonly stopped: readonly string[];
  /** Folders that are still there, for the next `make up`. */
  readonly kept: readonly KeptData[];
  /** Folders that were removed, with `purge`. */
  readonly removed: readonly KeptData[];
}

/**
 * Ends the stack's processes and their supervisor, whatever Pulumi and the records know of them. Data and logs stay unless
 * `purge` says otherwise; what else lies in the state folder is never touched.
 */
export async function stopStack(state: string, { purge = false } = {}): Promise<StopReport> {
  if (!existsSync(state) && strays(state).length === 0) return { stopped: [], kept: [], removed: [] };
  return withStack(state, async () => {
    const running = await runningNames(state);
    await stopSupervisor(state);
    for (const { workload } of allRecords(state)) removeRecord(state, workload);
    const folders = dataFolders(state);
    if (purge) removeEverything(state);
    return { stopped: running, kept: purge ? [] : folders, removed: purge ? folders : [] };
  });
}

/** By the records, and by what runs though its record is gone: someone removed the state folder, say. */
async function runningNames(state: string): Promise<readonly string[]> {
  const recorded = (await stackStatus(state)).filter(({ running }) => running).map(({ name }) => name);
  const found = strays(state).flatMap(({ workload }) => workload ?? []);
  return [...new Set([...recorded, ...found])].sort();
}

function dataFolders(state: string): KeptData[] {
  return workloadFolders(state).flatMap((workload) => {
    const { folder } = processPaths(state, workload);
    return entries(folder)
      .filter((name) => name !== RESERVED_FOLDERS[0])
      .map((name) => ({ workload, path: join(folder, name), bytes: sizeOf(join(folder, name)) }))
      .filter(({ bytes }) => bytes > 0);
  });
}

function removeEverything(state: string): void {
  for (const workload of workloadFolders(state)) {
    rmSync(processPaths(state, workload).folder, { recursive: true, force: true });
  }
  rmSync(supervisorPaths(state).log, { force: true });
  try {
    rmdirSync(state);
  } catch {
    // Something of others lies there: the commands' own files, or the lock that is held now.
  }
}

function sizeOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
