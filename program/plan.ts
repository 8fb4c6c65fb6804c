import { join } from 'node:path';
import { type MonitoringStackArgs, stackParts, workloadsOf } from '../components/stack-parts.ts';
import type { Settings } from '../settings/index.ts';
import { ensureTools } from '../tools/install.ts';
import { replicasOf } from './addressing.ts';
import { checkFiles } from './check.ts';
import { renderFiles } from './files.ts';
import { createPlatform } from './platform.ts';
import { enforcePolicies } from './policies.ts';
import { readUserFiles } from './user-files.ts';

/** Everything that the program needs: settings checked, files rendered and accepted by the tools that read them. */
export interface Plan extends MonitoringStackArgs {
  /** Policies that are not kept and need not be, and what may be wrong with files of users, a line each. */
  readonly advice: readonly string[];
  /** What workloads may connect to outside the stack, a line each. Default: it is not known. */
  readonly openings?: readonly string[];
}

/**
 * Plans a stack, and touches nothing.
 * @param root the project's folder, absolute.
 * @throws SettingsError, RulesError, DashboardsError, PolicyError or ToolsError with everything that is wrong.
 */
export async function planStack(settings: Settings, root: string): Promise<Plan> {
  const checkers = await ensureTools(['promtool', 'amtool']);
  const { platform, own } = await createPlatform(settings, root);
  const replicas = replicasOf(settings);
  const files = renderFiles({ settings, platform, replicas, user: readUserFiles(settings, root) });
  await checkFiles(files, checkers, join(root, '.monitoring', settings.stack));
  const planned = { settings, platform, own, replicas, files };
  const openings = platform.openings?.(workloadsOf(stackParts(planned))) ?? [];
  return { ...planned, advice: [...files.warnings, ...enforcePolicies(planned, files)], openings };
}
