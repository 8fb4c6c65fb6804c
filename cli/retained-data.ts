import { keptVolumes, purge as purgeVolumes } from '../platforms/docker/retained-volumes.ts';
import { findUnlisted, removeUnlisted } from '../platforms/docker/unlisted.ts';
import { keptObjects, purge as purgeObjects } from '../platforms/kubernetes/retained-claims.ts';
import { unlistedWorkloads } from '../platforms/kubernetes/unlisted.ts';
import type { Settings } from '../stack/settings/index.ts';
import { forgetCommand } from './engine/engine-state.ts';
import { clusterOf, engineOf } from './port-forwards.ts';

/** Says what a stack that was taken down has left on its engine or in its cluster, or removes that as well. */
export async function keepOrPurge(settings: Settings, purge: boolean): Promise<void> {
  const { stack } = settings;
  const names = await (purge ? removed(settings) : kept(settings));
  for (const name of names) console.log(`${purge ? 'removed ' : 'kept    '} ${name}`);
  if (!purge && names.length > 0) {
    console.log(
      `The next \`make up\` goes on with it. To remove it: make down STACK=${stack} CONFIRM=${stack} PURGE=1`,
    );
  }
}

/**
 * Stops what a stack still runs on its engine though no state lists it: the state was lost, or cannot be read. In a
 * cluster, which others may manage from elsewhere, it is told with the command that removes it.
 * @returns how much was removed, and whether something is left.
 */
export async function stopUnlisted(
  settings: Settings,
): Promise<{ readonly stopped: number; readonly left: boolean }> {
  if (settings.platform === 'docker') {
    const names = await removeUnlisted(engineOf(settings));
    if (names.length > 0) console.log(`Removed, though no state lists it: ${names.join(', ')}`);
    return { stopped: names.length, left: false };
  }
  const { names, command } = await unlistedWorkloads(clusterOf(settings));
  if (names.length > 0)
    console.error(
      `Still in the cluster, though no state here lists it: ${names.join(', ')}.\n` +
        `Bring the state back if another machine manages it, or remove it: ${command}`,
    );
  return { stopped: 0, left: names.length > 0 };
}

/**
 * Names what a stack still runs where it could not be taken down, with the command that removes it. Says nothing where its
 * engine or cluster cannot be asked: why the command failed is told by itself.
 */
export async function tellRunning(settings: Settings): Promise<void> {
  const { names, command } = await running(settings).catch(() => ({ names: [], command: '' }));
  if (names.length > 0)
    console.error(
      `Still running: ${names.join(', ')}.\nTo remove it without the state, data is kept: ${command}`,
    );
}

async function running(settings: Settings) {
  if (settings.platform !== 'docker') return await unlistedWorkloads(clusterOf(settings));
  const { containers } = await findUnlisted(engineOf(settings));
  return { names: containers.toSorted(), command: forgetCommand(settings.stack) };
}

function kept(settings: Settings): Promise<readonly string[]> {
  return settings.platform === 'docker' ? keptVolumes(engineOf(settings)) : keptObjects(clusterOf(settings));
}

function removed(settings: Settings): Promise<readonly string[]> {
  return settings.platform === 'docker'
    ? purgeVolumes(engineOf(settings))
    : purgeObjects(clusterOf(settings));
}
