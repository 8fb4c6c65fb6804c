import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { processPaths } from '../paths.ts';
import { type Definition, definition, fingerprint } from './definition.ts';
import { type Identity, isAlive, type StopPolicy } from './identity.ts';
import type { ProcessInputs } from './inputs.ts';

/** What the supervisor was told to run. It lets a new supervisor, and the commands, go on without Pulumi. */
export interface ProcessRecord
  extends Pick<ProcessInputs, 'executable' | 'args' | 'env' | 'directory' | 'ports'> {
  readonly workload: string;
  readonly fingerprint: string;
  readonly definition: Definition;
  readonly health: string;
  readonly stop: StopPolicy;
}

/** What runs: written by `launch.sh`, at restarts by the supervisor too. */
export interface Launch extends Identity {
  readonly fingerprint: string;
}

export function recordOf(inputs: ProcessInputs): ProcessRecord {
  const { workload, executable, args, env, directory, ports, health, stop } = inputs;
  return {
    workload,
    executable,
    args,
    env,
    directory,
    ports,
    health,
    stop,
    fingerprint: fingerprint(inputs),
    definition: definition(inputs),
  };
}

export function readRecord(state: string, workload: string): ProcessRecord | undefined {
  return readJson<ProcessRecord>(processPaths(state, workload).record);
}

export function writeRecord(state: string, record: ProcessRecord): void {
  writeJson(processPaths(state, record.workload).record, record);
}

export function removeRecord(state: string, workload: string): void {
  const paths = processPaths(state, workload);
  for (const file of [paths.record, paths.launched, paths.pending, paths.users])
    rmSync(file, { force: true });
}

/** Every process that a stack is to have, by name. */
export function allRecords(state: string): ProcessRecord[] {
  return workloadFolders(state).flatMap((workload) => readRecord(state, workload) ?? []);
}

/** Every workload that has or had a process here: its folder carries the platform's mark. */
export function workloadFolders(state: string): string[] {
  return entries(state).filter((name) => entries(processPaths(state, name).folder).includes('.run'));
}

/** The last start of the process, whether or not it still runs. */
export function readLaunch(state: string, workload: string): Launch | undefined {
  let text: string;
  try {
    text = readFileSync(processPaths(state, workload).launched, 'utf8');
  } catch {
    return undefined;
  }
  const [pid = '', start = '', id = ''] = text.split('\n');
  return /^\d+$/.test(pid) ? { pid: Number(pid), start, fingerprint: id } : undefined;
}

/** The process that runs now, if it does. */
export function liveLaunch(state: string, workload: string): Launch | undefined {
  const launch = readLaunch(state, workload);
  return launch !== undefined && isAlive(launch) ? launch : undefined;
}

export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a reader never meets half a file. */
export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
