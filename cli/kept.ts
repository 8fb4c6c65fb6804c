import { keptObjects, purge as purgeObjects } from '../platforms/kubernetes/kept.ts';
import type { Settings } from '../settings/index.ts';
import { clusterOf } from './reach.ts';

/** Says what a stack that was taken down has left in its cluster, or removes that as well. */
export async function keepOrPurgeObjects(settings: Settings, purge: boolean): Promise<void> {
  const { stack } = settings;
  const objects = await (purge ? purgeObjects : keptObjects)(clusterOf(settings));
  for (const name of objects) console.log(`${purge ? 'removed ' : 'kept    '} ${name}`);
  if (!purge && objects.length > 0) {
    console.log(
      `The next \`make up\` goes on with it. To remove it: make down STACK=${stack} CONFIRM=${stack} PURGE=1`,
    );
  }
}
