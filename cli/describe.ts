import { type MonitoringStackArgs, stackParts, workloadsOf } from '../components/stack-parts.ts';
import type { Platform } from '../platforms/workload.ts';
import { addressing, replicasOf } from '../program/addressing.ts';
import { filesByPath, type RenderedFiles, renderFiles } from '../program/files.ts';
import { policyFindings } from '../program/policies.ts';
import { readUserFiles } from '../program/user-files.ts';
import { describe } from '../review/describe.ts';
import type { Version } from '../review/version.ts';
import type { Settings } from '../settings/index.ts';
import { secretValues } from '../settings/secrets.ts';
import { command, STACK_OPTION } from './arguments.ts';
import { ROOT } from './project.ts';
import { readSettings } from './settings.ts';

export default command({
  name: 'describe',
  summary: 'print as JSON what this version declares, without any secret: what `make diff` compares',
  options: STACK_OPTION,
  run: async ({ stack }) => {
    process.stdout.write(JSON.stringify(await describeStack(stack)));
    return 0;
  },
});

/**
 * What the code of this checkout declares for a stack. Nothing is installed, decrypted or asked.
 * @throws SettingsError, RulesError, DashboardsError, NotificationsError where it does not build.
 */
export async function describeStack(stack: string): Promise<Version> {
  return describeSettings(readSettings({ stack }), ROOT);
}

/** The same for settings that were read. `root` is the project's folder, absolute. */
export function describeSettings(settings: Settings, root: string): Version {
  const { plan, files } = plannedWithoutEngine(settings, root);
  return describe({
    stack: settings.stack,
    platform: settings.platform,
    files: filesByPath(files),
    rules: files.ruleSet,
    workloads: workloadsOf(stackParts(plan)),
    findings: policyFindings(plan, files),
    root,
    secrets: secretValues(settings),
  });
}

/**
 * What a stack would be, for those who judge it and make nothing of it.
 * @throws RulesError, DashboardsError, NotificationsError where it does not build.
 */
export function plannedWithoutEngine(
  settings: Settings,
  root: string,
): { readonly plan: MonitoringStackArgs; readonly files: RenderedFiles } {
  const platform: Platform = { ...addressing(settings, root), run: registersNothing };
  const replicas = replicasOf(settings);
  const files = renderFiles({ settings, platform, replicas, user: readUserFiles(settings, root) });
  const plan = {
    settings,
    platform,
    files,
    replicas,
    own: { image: settings.image, path: (file: string) => file, grafanaStandIn: false },
  };
  return { plan, files };
}

function registersNothing(): never {
  throw new Error('describing a version registers no resource');
}
