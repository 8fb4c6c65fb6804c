import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { DEMO } from '../catalogue/services.ts';
import { STACK, type StackName } from '../catalogue/stack.ts';
import { stackWorkloads } from '../components/topology.ts';
import { driverOf } from '../platforms/index.ts';
import type { Addressing } from '../platforms/workload.ts';
import type { Settings } from '../stack/settings/index.ts';
import { drivenSite, encryptedCredentials } from '../stack/site.ts';
import { PROJECT, ROOT } from './project.ts';

/**
 * Runs `work` with a stack's addresses as this machine reaches them: a cluster's workloads are opened on free
 * ports of loopback meanwhile, other platforms have theirs open already.
 * @param workloads that `work` asks for a URL of: what else is broken must not be in its way. One that the stack does
 * without is left out; the URL of one that cannot be opened throws the error of the platform.
 */
export async function reaching<T>(
  settings: Settings,
  platform: Addressing,
  workloads: readonly (StackName | 'demo')[],
  work: (platform: Addressing) => Promise<T>,
): Promise<T> {
  const ports = [
    ...stackWorkloads(settings).map((workload) => ({
      workload,
      port: STACK[workload].port,
      // It sees its machine, and is with what does.
      host: workload === 'node-exporter',
    })),
    ...(settings.demoEnabled ? [{ workload: 'demo', port: DEMO.demo.port } as const] : []),
  ].filter(({ workload }) => workloads.includes(workload));
  const { driver, site } = await siteOf(await withCredentials(settings));
  return await driver.reach(site, ports, (url) => work(url === undefined ? platform : { ...platform, url }));
}

/** A stack that is open in the engine, as far as a value of its settings is asked for. */
type Opened = Pick<Stack, 'getConfig'>;

/**
 * Settings with what the platform needs to be asked decrypted, where it is encrypted. Others are given back as they are:
 * they need neither the engine nor a passphrase.
 * @param open opens the stack in the engine, which decrypts. Default: as every command does.
 */
export async function withCredentials(
  settings: Settings,
  open: (stack: string) => Promise<Opened> = opened,
): Promise<Settings> {
  const { platform, stack } = settings;
  const locked = encryptedCredentials(await driverOf(platform), settings);
  let found = settings;
  for (const key of locked) {
    const { value } = await (await open(stack)).getConfig(`${PROJECT}:${key}`, true);
    const name = key.slice(platform.length + 1);
    const sections: Readonly<Record<string, unknown>> = { ...found };
    found = { ...found, [platform]: { ...(sections[platform] as object), [name]: value } };
  }
  return found;
}

/** The engine's SDK is large: it is loaded only where something is to be decrypted. */
async function opened(stack: string): Promise<Opened> {
  const { openUnplanned } = await import('./engine/session.ts');
  return await openUnplanned(stack);
}

/** Where a stack of this project is, and what looks after it there. */
export const siteOf = (settings: Settings) => drivenSite(settings, ROOT);
