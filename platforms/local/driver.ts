import type { PlatformDriver, StackSite } from '../driver.ts';
import { processLogs } from './logs.ts';
import { stateFolder } from './paths.ts';
import { describeConflict, findPortConflicts, strays } from './supervisor.ts';

const folderOf = ({ root, stack }: StackSite): string => stateFolder(root, stack);

/** Processes of this machine. Their data is in the stack's folder, and `make down` stops them before it asks the engine. */
export const localDriver: PlatformDriver = {
  kind: 'local',
  credentials: [],
  // Every target is scraped within a minute, the longest interval that settings usually have.
  settleSeconds: 90,
  logs: async (site) => processLogs(folderOf(site)),
  reach: (_site, _ports, work) => work(),
  kept: async () => [],
  purge: async () => [],
  stopUnlisted: async () => ({ removed: [] }),
  running: async () => ({ names: [] }),
  rolledOut: async () => [],
  foreignObjects: async () => [],
  async portConflicts(site, wanted) {
    const folder = folderOf(site);
    const conflicts = await findPortConflicts(wanted, folder);
    const own = new Set(conflicts.length === 0 ? [] : strays(folder).map(({ pid }) => pid));
    return {
      conflicts: conflicts.map(describeConflict),
      ownLeft: conflicts.some(({ holder }) => holder !== undefined && own.has(holder.pid)),
    };
  },
  shellIn: (_site, _workload, command) => command,
};
