import { mkdirSync, rmSync } from 'node:fs';
import { processPaths } from '../paths.ts';
import { describeConflict, findPortConflicts } from '../ports.ts';
import { fingerprint } from './definition.ts';
import { applyChanges, type FileChange, pendingChanges, removeFolders, undoChanges } from './files.ts';
import { probe } from './health.ts';
import { call } from './http.ts';
import { boundPorts, type ProcessInputs, reloadUrl } from './inputs.ts';
import {
  liveLaunch,
  readJson,
  readRecord,
  recordOf,
  removeRecord,
  writeJson,
  writeRecord,
} from './records.ts';
import {
  ensureSupervisor,
  lastLogLines,
  runningSupervisor,
  stopLeftover,
  stopSupervisor,
  withStack,
} from './stack-supervisor.ts';
import { until } from './wait.ts';

/** The process exists but is not as it should be: Pulumi keeps it in its state and mends it at the next run. */
export class NotHealthyError extends Error {
  override readonly name = 'NotHealthyError';
}

/** What changed files ask of the running process. Written down until it is done, so that no crash loses it. */
interface Effects {
  readonly restart: boolean;
  readonly reload: readonly string[];
}

/** A reload reads and checks everything anew; a large rule set may take a while. */
const RELOAD_SECONDS = 60;
/** A process that ends this often while it starts will not recover by itself. */
const HOPELESS_RESTARTS = 4;
/** How long a process that runs but was found unhealthy is given before it is restarted. */
const RECOVERY_SECONDS = 10;
const LAUNCH_SECONDS = 2;

/**
 * Brings one process to what its inputs say, and touches no other: starts it, restarts it where it was started
 * with something else, reloads it where only files changed. Doing it again changes nothing.
 * @throws {NotHealthyError} where it runs but does not become healthy.
 * @throws where a port is taken, or the program refuses its changed files; these are put back.
 */
export async function applyProcess(inputs: ProcessInputs): Promise<void> {
  await refuseTakenPorts(inputs);
  const paths = processPaths(inputs.state, inputs.workload);
  for (const folder of [paths.run, paths.logFolder, ...inputs.scratch])
    mkdirSync(folder, { recursive: true });
  if (inputs.data !== undefined) mkdirSync(inputs.data, { recursive: true });

  await withStack(inputs.state, () => ensureSupervisor(inputs.state, inputs.supervisor));
  const changes = pendingChanges(inputs.directories);
  const effects = join(effectsOf(inputs, changes), readJson<Effects>(paths.pending));
  if (effects.restart || effects.reload.length > 0) writeJson(paths.pending, effects);
  applyChanges(inputs.directories, changes);

  if (effects.restart || !(await runsAs(inputs))) await restart(inputs);
  else if (effects.reload.length > 0) await reload(inputs, effects.reload, changes);
  else if (!(await recovers(inputs))) await restart(inputs);
  await becomeHealthy(inputs);
  rmSync(paths.pending, { force: true });
}

/** Stops the process and forgets it. Its data and logs stay; the last process takes the supervisor along. */
export async function deleteProcess(inputs: ProcessInputs): Promise<void> {
  const { state, workload, stop } = inputs;
  await (await runningSupervisor(state))?.stop(workload, stop.graceSeconds);
  await withStack(state, async () => {
    const supervisor = await runningSupervisor(state);
    await supervisor?.define((definitions) => {
      delete definitions[workload];
    });
    const record = readRecord(state, workload);
    if (record !== undefined) await stopLeftover(state, record);
    removeRecord(state, workload);
    if (supervisor !== undefined && Object.keys(await supervisor.definitions()).length === 0) {
      await stopSupervisor(state);
    }
  });
  const directories = Object.values(inputs.directories).map(({ path }) => path);
  removeFolders([...directories, ...inputs.scratch], processPaths(state, workload).folder);
}

async function refuseTakenPorts({ state, workload, ports }: ProcessInputs): Promise<void> {
  const conflicts = await findPortConflicts(
    boundPorts(ports).map((port) => ({ ...port, workload })),
    state,
  );
  if (conflicts.length > 0) throw new Error(conflicts.map(describeConflict).join('\n'));
}

function effectsOf(inputs: ProcessInputs, changes: readonly FileChange[]): Effects {
  const wanted = changes.map((change) => inputs.directories[change.directory]?.onChange ?? 'restart');
  return {
    restart: wanted.includes('restart'),
    reload: [...new Set(wanted.flatMap((effect) => reloadUrl(effect) ?? []))],
  };
}

function join(effects: Effects, left: Effects | undefined): Effects {
  return {
    restart: effects.restart || (left?.restart ?? false),
    reload: [...new Set([...effects.reload, ...(left?.reload ?? [])])],
  };
}

/** Whether it runs under its supervisor, started with what the inputs say. */
async function runsAs(inputs: ProcessInputs): Promise<boolean> {
  const { state, workload } = inputs;
  const supervised = await (await runningSupervisor(state))?.state(workload);
  if (supervised?.is_running !== true) return false;
  // One that was started a moment ago may not have left its mark yet.
  const launch = await until(LAUNCH_SECONDS, () => {
    const launch = liveLaunch(state, workload);
    return launch?.pid === supervised.pid ? launch : undefined;
  });
  return launch?.fingerprint === fingerprint(inputs);
}

/** Whether a process that runs answers its health check, now or shortly. */
async function recovers({ health }: ProcessInputs): Promise<boolean> {
  const healthy = await until(RECOVERY_SECONDS, async () =>
    (await probe(health)) === undefined ? true : undefined,
  );
  return healthy === true;
}

async function restart(inputs: ProcessInputs): Promise<void> {
  const { state, workload, stop } = inputs;
  const before = readRecord(state, workload)?.stop ?? stop;
  await (await runningSupervisor(state))?.stop(workload, before.graceSeconds);
  await withStack(state, async () => {
    const supervisor = await ensureSupervisor(state, inputs.supervisor);
    const record = recordOf(inputs);
    writeRecord(state, record);
    const known = await supervisor.definitions();
    if (known[workload]?.Description === record.fingerprint) {
      if ((await supervisor.state(workload))?.is_running !== true) await supervisor.start(workload);
      return;
    }
    await supervisor.define((definitions) => {
      definitions[workload] = record.definition;
    });
  });
}

async function reload(
  inputs: ProcessInputs,
  urls: readonly string[],
  changes: readonly FileChange[],
): Promise<void> {
  // A process that has only just started may not answer yet, and then reads the new files anyway.
  await becomeHealthy(inputs);
  for (const url of urls) {
    const refusal = await post(url);
    if (refusal === undefined) continue;
    undoChanges(changes);
    // The program may have taken over a part: loaded once more, it is whole again.
    await Promise.all(urls.map(post));
    rmSync(processPaths(inputs.state, inputs.workload).pending, { force: true });
    throw new Error(refusedReload(inputs.workload, changes, `POST ${url} ${refusal}`));
  }
}

function refusedReload(workload: string, changes: readonly FileChange[], answer: string): string {
  if (changes.length === 0) return `${workload} did not load its files again. ${answer}`;
  const files = changes.map(({ directory, file }) => `${directory}/${file}`).join(', ');
  return `${workload} refused its changed files (${files}) and goes on with the old ones, which were put back. ${answer}`;
}

async function post(url: string): Promise<string | undefined> {
  const { port, pathname, search } = new URL(url);
  try {
    const answer = await call(
      { port: Number(port) },
      { method: 'POST', path: `${pathname}${search}`, timeoutSeconds: RELOAD_SECONDS },
    );
    return answer.status < 300 ? undefined : `answered ${answer.status}: ${answer.body.trim()}`;
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
}

/** Waits until the process itself answers its health check, not another program on its port. */
async function becomeHealthy({ state, workload, health, startupSeconds }: ProcessInputs): Promise<void> {
  const supervisor = await runningSupervisor(state);
  const restartsBefore = (await supervisor?.state(workload))?.restarts ?? 0;
  let found: string | undefined = 'it has not started';
  const outcome = await until(startupSeconds, async () => {
    found = liveLaunch(state, workload) === undefined ? 'it does not run' : await probe(health);
    if (found === undefined) return 'healthy';
    const restarts = (await supervisor?.state(workload))?.restarts ?? 0;
    return restarts - restartsBefore >= HOPELESS_RESTARTS ? 'hopeless' : undefined;
  });
  if (outcome === 'healthy') return;
  const how =
    outcome === 'hopeless'
      ? `ended ${HOPELESS_RESTARTS} times in a row`
      : `is not healthy after ${startupSeconds} s: ${found}`;
  throw new NotHealthyError(`${workload} ${how}. ${lastLogLines(state, workload)}`);
}
