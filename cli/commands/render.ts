import { join, resolve } from 'node:path';
import pc from 'picocolors';
import { isThisMachine } from '../../platforms/kinds.ts';
import { addressing } from '../../stack/addressing.ts';
import { checkedStack } from '../../stack/checked.ts';
import { filesByPath, type RenderedFiles } from '../../stack/files.ts';
import { enforcePolicies } from '../../stack/policies.ts';
import type { Settings } from '../../stack/settings/index.ts';
import type { TransformedStack } from '../../stack/transformation.ts';
import { command, STACK_OPTION } from '../arguments.ts';
import { count } from '../output.ts';
import { ROOT } from '../project.ts';
import { writeRendered } from '../rendered-folder.ts';
import { readSettings } from '../stack-file/settings.ts';

export default command({
  name: 'render',
  summary: 'write rules, dashboards, configurations, and manifests or a compose file, as ordinary files',
  options: {
    ...STACK_OPTION,
    out: { type: 'string', env: 'OUT', default: 'rendered', help: 'Folder to write into.' },
  },
  run: async ({ stack, out }) => {
    const settings = readSettings({ stack });
    const { files, plan, advice } = await renderChecked(settings, ROOT);
    for (const line of advice) console.error(pc.yellow(line));
    for (const line of files.warnings) console.error(pc.yellow(line));
    const folder = resolve(out);
    const all = { ...filesByPath(files), ...(await runnable(plan, ROOT)) };
    writeRendered(folder, all);
    const { recordings, alerts, slos } = files.ruleSet;
    console.log(
      `${count(recordings.length, 'recording rule')}, ${count(alerts.length, 'alert')}, ${count(slos.length, 'SLO')}`,
    );
    console.log(`${count(Object.keys(all).length, 'file')} in ${folder}`);
    return 0;
  },
});

/**
 * The files of a stack that every command would take. `root` is the project's folder, absolute.
 * @returns the files, the stack with its transform, and what policies advise.
 * @throws what `make preview` throws, with the same words.
 */
export async function renderChecked(
  settings: Settings,
  root: string,
): Promise<{
  readonly files: RenderedFiles;
  readonly plan: TransformedStack;
  readonly advice: readonly string[];
}> {
  const { files, plan } = await checkedStack(settings, addressing(settings, root), root);
  const notes = plan.transformation?.notes ?? [];
  return { files, plan, advice: [...notes, ...enforcePolicies(plan, files)] };
}

/** What brings the stack up without Pulumi. The SDKs of the platforms, which are large, are loaded only where they are used. */
async function runnable(plan: TransformedStack, root: string): Promise<Record<string, string>> {
  if (isThisMachine(plan.settings.platform)) return {};
  const [{ filesWithoutPulumi }, { LOCK_FILE, readLock }, { IMAGE_FOLDER }] = await Promise.all([
    import('../../stack/without-pulumi.ts'),
    import('../../platforms/docker/pin.ts'),
    import('../../stack/platform.ts'),
  ]);
  const own = { ...plan.own, path: (file: string) => `${IMAGE_FOLDER}/${file}` };
  return filesWithoutPulumi({ ...plan, own }, readLock(join(root, LOCK_FILE)));
}
