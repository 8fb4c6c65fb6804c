import type { PlatformDriver, StackSite } from '../driver.ts';
import type { StackOnEngine } from './command.ts';
import { containerLogs } from './logs.ts';
import { owned } from './names.ts';
import { resolveOptions } from './options.ts';
import { keptVolumes, purge } from './retained-volumes.ts';
import { findUnlisted, removeUnlisted } from './unlisted.ts';

/** What the settings of the platform say of the engine. */
interface EngineSection {
  /** Default: what the docker command talks to. */
  readonly host?: string | undefined;
}

const engineOf = ({ stack, section: { host } }: StackSite<EngineSection>): StackOnEngine => ({
  stack,
  ...(host === undefined ? {} : { host }),
});

/** Containers of one engine, whose published ports are open on its machine. */
export const dockerDriver: PlatformDriver<EngineSection> = {
  kind: 'docker',
  credentials: [],
  // Every target is scraped within a minute, the longest interval that settings usually have.
  settleSeconds: 90,
  logs: (site) => containerLogs(engineOf(site)),
  reach: (_site, _ports, work) => work(),
  kept: (site) => keptVolumes(engineOf(site)),
  purge: (site) => purge(engineOf(site)),
  stopUnlisted: async (site) => ({ removed: await removeUnlisted(engineOf(site)) }),
  running: async (site) => ({ names: (await findUnlisted(engineOf(site))).containers.toSorted() }),
  rolledOut: async () => [],
  foreignObjects: async () => [],
  portConflicts: async () => ({ conflicts: [], ownLeft: false }),
  shellIn({ stack, section: { host } }, workload, command) {
    const engine = host === undefined ? '' : ` --host ${host}`;
    return `docker${engine} exec ${owned(resolveOptions({ stack }), workload)} sh -c '${command}'`;
  },
};
