import { type MonitoringStackArgs, stackParts, workloadsOf } from '../components/stack-parts.ts';
import type { Addressing, Platform } from '../platforms/workload.ts';
import { addressing, replicasOf } from './addressing.ts';
import { type RenderedFiles, renderFiles } from './files.ts';
import { unseenFiles } from './mounted.ts';
import { type Settings, SettingsError } from './settings/index.ts';
import { sizeProblems } from './sizes.ts';
import type { UserFiles } from './user-files.ts';

/** A stack's files, and the stack as it would be brought up, before a transform. */
export interface DraftedStack {
  readonly files: RenderedFiles;
  readonly plan: MonitoringStackArgs;
}

/**
 * Renders a stack and asks everything that needs no tool. Pure.
 * @param root the project's folder, absolute: processes of this machine keep their files below it.
 * @throws SettingsError, RulesError, DashboardsError or NotificationsError.
 */
export function draftStack(
  settings: Settings,
  platform: Addressing,
  user: UserFiles,
  root: string,
): DraftedStack {
  const files = renderFiles({ settings, platform, replicas: replicasOf(settings), user });
  const plan = drafted(settings, files, root);
  const problems = [
    ...unseenFiles(settings, platform),
    ...sizeProblems(settings, workloadsOf(stackParts(plan))),
  ];
  if (problems.length > 0) throw new SettingsError(problems, `Pulumi.${settings.stack}.yaml`);
  return { files, plan };
}

/** A stack as it would be brought up, for who judges or describes it: it registers nothing, and starts nothing. */
export function drafted(settings: Settings, files: RenderedFiles, root: string): MonitoringStackArgs {
  const platform: Platform = { ...addressing(settings, root), run: registersNothing };
  const own = { image: settings.image, path: (file: string) => file, grafanaStandIn: false };
  return { settings, platform, files, replicas: replicasOf(settings), own };
}

function registersNothing(): never {
  throw new Error('a drafted stack registers no resource');
}
