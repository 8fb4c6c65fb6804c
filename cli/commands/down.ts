import pc from 'picocolors';
import { DEFAULT_PLATFORM, isThisMachine } from '../../platforms/kinds.ts';
import { stopStack } from '../../platforms/local/supervisor.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { listsNothing } from '../engine/engine-state.ts';
import { forget } from '../engine/forget.ts';
import { freeStack } from '../engine/locks.ts';
import { destroy } from '../engine/operation.ts';
import { openUnplanned } from '../engine/session.ts';
import { statePlace } from '../engine/state-place.ts';
import { explain } from '../errors.ts';
import { count } from '../output.ts';
import { stateFolder } from '../project.ts';
import { keepOrPurge, stopUnlisted, tellRunning } from '../retained-data.ts';
import { withCredentials } from '../site-access.ts';
import { readSettings } from '../stack-file/settings.ts';
import { plainConfig, readStackFile } from '../stack-file/stack-file.ts';

export default command({
  name: 'down',
  summary: 'stop everything and keep the data; PURGE=1 removes it too',
  options: {
    ...STACK_OPTION,
    purge: { type: 'boolean', env: 'PURGE', help: 'Remove data and logs as well.' },
    confirm: { type: 'string', env: 'CONFIRM', help: 'Name of the stack again, for any that is not local.' },
    forget: {
      type: 'boolean',
      help: 'Set a state aside that nobody can read any more: what runs is stopped, and the next `make up` starts over.',
    },
  },
  run: async ({ stack: name, purge, confirm, forget: forgets }) => {
    const platform = platformOf(name);
    if (platform !== undefined && !isThisMachine(platform) && confirm !== name)
      throw new UsageError(
        `This takes the monitoring of "${name}" down. To go on: make down STACK=${name} CONFIRM=${name}`,
      );
    // What runs here is stopped first: that needs neither state nor passphrase, nor a stack's file that can be read.
    const stopped = await stopProcesses(name);
    if (forgets) {
      await tellKept(name, purge);
      const areStopped = platform === 'docker' && (await stopContainers(name));
      for (const line of await forget(name, platform, areStopped)) console.log(line);
      return 0;
    }
    let failed: unknown;
    let isLeft = false;
    try {
      isLeft = await removeResources(name, purge, stopped);
    } catch (error) {
      failed = error;
    }
    await tellKept(name, purge);
    if (failed !== undefined) {
      if (platform === 'docker' || platform === 'kubernetes') await tellLeft(name);
      return ended(failed, name, stopped);
    }
    return isLeft ? 1 : 0;
  },
});

/** What a failure of the engine means after the processes were stopped: the exit code. @throws it if none was. */
function ended(error: unknown, stack: string, stopped: number): number {
  if (stopped === 0) throw error;
  if (listsNothing(stack, statePlace(stack).url)) {
    console.log(`The state of stack "${stack}" lists nothing: there is nothing more to remove.`);
    return 0;
  }
  console.error(pc.yellow('What ran is stopped, but the state of the stack still lists it:'));
  console.error(explain(error));
  return 1;
}

/** A stack's platform; undefined where its file does not say: it is gone, or no YAML. */
function platformOf(stack: string): unknown {
  try {
    return plainConfig(readStackFile(stack)).platform ?? DEFAULT_PLATFORM;
  } catch {
    return undefined;
  }
}

/**
 * Has the engine remove what its state lists, and then stops what runs and is not in it.
 * @returns whether something of the stack is left that runs.
 */
async function removeResources(name: string, purge: boolean, stopped: number): Promise<boolean> {
  const encrypted = settingsOf(name);
  const stack = await openUnplanned(name);
  // Before anything goes: afterwards the same cluster is asked what is left.
  const settings = encrypted && (await withCredentials(encrypted, async () => stack));
  await freeStack(name);
  const { changes } = await destroy(stack);
  if (changes.length > 0) console.log(`${count(changes.length, 'resource')} removed.`);
  const isElsewhere = settings !== undefined && !isThisMachine(settings.platform);
  const unlisted = isElsewhere ? await stopUnlisted(settings) : { stopped: 0, left: false };
  if (changes.length + stopped + unlisted.stopped === 0 && !unlisted.left) console.log('Nothing ran.');
  if (isElsewhere) await keepOrPurge(settings, purge && !unlisted.left);
  return unlisted.left;
}

/** Settings of a stack; undefined where they are refused, which is no reason to leave processes of this machine running. */
function settingsOf(stack: string): Settings | undefined {
  try {
    return readSettings({ stack });
  } catch (error) {
    if (!isThisMachine(platformOf(stack))) throw error;
    return undefined;
  }
}

/** Names what is left on an engine or in a cluster. Where the settings are refused, that is what failed, and is told. */
async function tellLeft(stack: string): Promise<void> {
  let settings: Settings;
  try {
    settings = readSettings({ stack });
  } catch {
    return;
  }
  await tellRunning(settings);
}

/** @returns whether the engine of a stack on Docker runs nothing of it any more. */
async function stopContainers(stack: string): Promise<boolean> {
  try {
    await stopUnlisted(readSettings({ stack }));
    return true;
  } catch (error) {
    // The state is set aside all the same: it says how to find them.
    console.error(explain(error));
    return false;
  }
}

/** @returns how many processes were stopped. */
async function stopProcesses(stack: string): Promise<number> {
  const { stopped } = await stopStack(stateFolder(stack), { purge: false });
  if (stopped.length > 0)
    console.log(
      `${count(stopped.length, 'process').replace(/processs$/, 'processes')} stopped: ${stopped.join(', ')}`,
    );
  return stopped.length;
}

/** Says what is left of the processes, or removes it: after the engine, which removes their configuration. */
async function tellKept(stack: string, purge: boolean): Promise<void> {
  const { kept, removed } = await stopStack(stateFolder(stack), { purge });
  for (const { workload, path, bytes } of kept) console.log(`kept     ${workload}: ${path} (${size(bytes)})`);
  for (const { workload, path, bytes } of removed)
    console.log(`removed  ${workload}: ${path} (${size(bytes)})`);
  if (kept.length > 0)
    console.log(`The next \`make up\` goes on with it. To remove it: make down STACK=${stack} PURGE=1`);
}

function size(bytes: number): string {
  const [unit, factor] = bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${(bytes / factor).toFixed(1)} ${unit}`;
}
