import { DEMO, DEPENDENCIES, SERVICES } from '../catalogue/services.ts';
import { STACK } from '../catalogue/stack.ts';
import { stackWorkloads } from '../components/topology.ts';
import { sentence } from '../lib/sentence.ts';
import type { Addressing } from '../platforms/workload.ts';
import type { Settings } from '../stack/settings/index.ts';
import { siteOf } from './site-access.ts';

/** Ports that something else has. Nothing was started when it is thrown. */
export class PortsError extends Error {
  override readonly name = 'PortsError';
}

/**
 * Makes sure that every port of this machine that a stack needs is free, or this stack's own already.
 * @throws PortsError naming each port, who has it, and the setting that moves the workload.
 */
export async function checkPorts(settings: Settings, platform: Addressing): Promise<void> {
  const { driver, site } = await siteOf(settings);
  const wanted = workloadPorts(settings).map(({ workload, port }) => ({
    workload,
    port: Number(platform.address(workload, port).split(':').at(-1)),
  }));
  const { conflicts, ownLeft } = await driver.portConflicts(site, wanted);
  if (conflicts.length === 0) return;
  const left = ownLeft
    ? `\nSome of these are processes of this stack whose records are gone. To stop them: make down STACK=${settings.stack}`
    : '';
  throw new PortsError(
    `Nothing was started.\n${conflicts.map((conflict) => `  - ${sentence(conflict)}`).join('\n')}${left}`,
  );
}

function workloadPorts(settings: Settings): readonly { workload: string; port: number }[] {
  const demo: Readonly<Record<string, { port: number }>> = settings.demoEnabled
    ? { ...SERVICES, ...DEPENDENCIES, ...DEMO }
    : {};
  return [
    ...stackWorkloads(settings).map((workload) => ({ workload, port: STACK[workload].port })),
    ...Object.entries(demo).map(([workload, { port }]) => ({ workload, port })),
  ];
}
