import type { RunningReport } from '../platforms/driver.ts';
import type { Settings } from '../stack/settings/index.ts';
import { forgetCommand } from './engine/engine-state.ts';
import { siteOf } from './site-access.ts';

/** Says what a stack that was taken down has left on its platform, or removes that as well. */
export async function keepOrPurge(settings: Settings, purge: boolean): Promise<void> {
  const { stack } = settings;
  const { driver, site } = await siteOf(settings);
  const names = await (purge ? driver.purge(site) : driver.kept(site));
  for (const name of names) console.log(`${purge ? 'removed ' : 'kept    '} ${name}`);
  if (!purge && names.length > 0) {
    console.log(
      `The next \`make up\` goes on with it. To remove it: make down STACK=${stack} CONFIRM=${stack} PURGE=1`,
    );
  }
}

/**
 * Stops what a stack still runs on its platform though no state lists it: the state was lost, or cannot be read. Where
 * others may manage it from elsewhere, as in a cluster, it is told with the command that removes it.
 * @returns how much was removed, and whether something is left.
 */
export async function stopUnlisted(
  settings: Settings,
): Promise<{ readonly stopped: number; readonly left: boolean }> {
  const { driver, site } = await siteOf(settings);
  const { removed, left } = await driver.stopUnlisted(site);
  if (removed.length > 0) console.log(`Removed, though no state lists it: ${removed.join(', ')}`);
  if (left !== undefined)
    console.error(
      `Still in the cluster, though no state here lists it: ${left.names.join(', ')}.\n${left.advice}`,
    );
  return { stopped: removed.length, left: left !== undefined };
}

/**
 * Names what a stack still runs where it could not be taken down, with the command that removes it. Says nothing where its
 * platform cannot be asked: why the command failed is told by itself.
 */
export async function tellRunning(settings: Settings): Promise<void> {
  const { names, command = forgetCommand(settings.stack) } = await running(settings).catch(() => NOTHING);
  if (names.length > 0)
    console.error(
      `Still running: ${names.join(', ')}.\nTo remove it without the state, data is kept: ${command}`,
    );
}

const NOTHING: RunningReport = { names: [] };

async function running(settings: Settings): Promise<RunningReport> {
  const { driver, site } = await siteOf(settings);
  return await driver.running(site);
}
