import { keptVolumes, purge as purgeVolumes } from '../platforms/docker/kept.ts';
import { keptObjects, purge as purgeObjects } from '../platforms/kubernetes/kept.ts';
import type { Settings } from '../settings/index.ts';
import { clusterOf, engineOf } from './reach.ts';

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

function kept(settings: Settings): Promise<readonly string[]> {
  return settings.platform === 'docker' ? keptVolumes(engineOf(settings)) : keptObjects(clusterOf(settings));
}

function removed(settings: Settings): Promise<readonly string[]> {
  return settings.platform === 'docker'
    ? purgeVolumes(engineOf(settings))
    : purgeObjects(clusterOf(settings));
}
