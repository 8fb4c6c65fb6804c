import { existsSync } from 'node:fs';
import { processPaths } from '../paths.ts';
import { fingerprint } from './definition.ts';
import { readDirectory } from './files.ts';
import { probe } from './health.ts';
import { HEALTHY, type ProcessInputs } from './inputs.ts';
import { type Launch, liveLaunch, readRecord } from './records.ts';
import { runningSupervisor } from './stack-supervisor.ts';

/**
 * The process as it is, in the form of the inputs that would make it so: what differs from the wanted inputs is
 * drift, and reads as such in a preview. Changes nothing.
 */
export async function observeProcess(wanted: ProcessInputs): Promise<ProcessInputs> {
  const launch = liveLaunch(wanted.state, wanted.workload);
  const started = startedWith(wanted, launch);
  const directories = Object.fromEntries(
    Object.entries(wanted.directories).map(([name, directory]) => [
      name,
      { ...directory, files: readDirectory(directory.path, wanted.directories) },
    ]),
  );
  return { ...wanted, ...started, directories, status: await statusOf(wanted, launch, started) };
}

type Started = Partial<ProcessInputs>;

/** What the running process was started with, where that is not what is wanted. */
function startedWith(wanted: ProcessInputs, launch: Launch | undefined): Started {
  if (launch === undefined || launch.fingerprint === fingerprint(wanted)) return {};
  const record = readRecord(wanted.state, wanted.workload);
  if (record?.fingerprint !== launch.fingerprint) return {};
  const { executable, args, env, directory, ports, health, stop } = record;
  return { executable, args, env, directory, ports, health, stop };
}

async function statusOf(
  wanted: ProcessInputs,
  launch: Launch | undefined,
  started: Started,
): Promise<string> {
  if (launch === undefined) return 'stopped';
  const supervisor = await runningSupervisor(wanted.state);
  if (supervisor === undefined) return 'running without its supervisor';
  const failure = await probe(started.health ?? wanted.health);
  if (failure !== undefined) return `unhealthy: ${failure}`;
  if (existsSync(processPaths(wanted.state, wanted.workload).pending))
    return 'changed files are not loaded yet';
  const known = fingerprint({ ...wanted, ...started }) === launch.fingerprint;
  return known ? HEALTHY : 'started with other settings';
}
