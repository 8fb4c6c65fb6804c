import { join } from 'node:path';
import type { Addressing } from '../platforms/workload.ts';
import { ensureTools } from '../tools/install.ts';
import { checkFiles } from './check.ts';
import { refuseLacking } from './discoveries.ts';
import { draftStack } from './draft.ts';
import type { RenderedFiles } from './files.ts';
import type { Settings } from './settings/index.ts';
import { checkTemplates } from './templates.ts';
import type { TransformedStack } from './transformation.ts';
import { readUserFiles } from './user-files.ts';
import { withTransform } from './with-transform.ts';

/** The files of a stack, and the stack as it would be brought up, for who judges or describes it. */
export interface CheckedStack {
  readonly files: RenderedFiles;
  readonly plan: TransformedStack;
}

/**
 * A stack after everything that would refuse its files or its transform was asked: every command that renders, compares,
 * previews or brings up goes through here, so that all refuse the same with the same words. The engine is not loaded, and
 * the tools are made available only where files changed since they passed.
 * @param root the project's folder, absolute.
 * @throws SettingsError, RulesError, DashboardsError, NotificationsError, TransformError, CheckError or ToolsError.
 */
export async function checkedStack(
  settings: Settings,
  platform: Addressing,
  root: string,
): Promise<CheckedStack> {
  const stack = await untooledStack(settings, platform, root);
  const { files } = stack;
  await checkTemplates(settings, files, root);
  await checkFiles(
    files,
    () => ensureTools(['promtool', 'amtool']),
    join(root, '.monitoring', settings.stack),
    (lacking) => refuseLacking(settings, lacking),
  );
  return stack;
}

/** The files of such a stack alone. */
export async function checkedFiles(
  settings: Settings,
  platform: Addressing,
  root: string,
): Promise<RenderedFiles> {
  return (await checkedStack(settings, platform, root)).files;
}

/**
 * The same, after everything that can be asked without a tool. Placeholders may stand for secrets.
 * @throws UserFilesError, SettingsError, RulesError, DashboardsError, NotificationsError or TransformError.
 */
export async function untooledStack(
  settings: Settings,
  platform: Addressing,
  root: string,
): Promise<CheckedStack> {
  const { files, plan } = draftStack(settings, platform, readUserFiles(settings, root), root);
  return { files, plan: await withTransform(plan, root) };
}
