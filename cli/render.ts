import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pc from 'picocolors';
import { addressing } from '../program/addressing.ts';
import { checkedFiles, drafted } from '../program/checked.ts';
import { filesByPath, type RenderedFiles } from '../program/files.ts';
import { enforcePolicies } from '../program/policies.ts';
import type { Settings } from '../settings/index.ts';
import { command, STACK_OPTION } from './arguments.ts';
import { count } from './output.ts';
import { ROOT } from './project.ts';
import { readSettings } from './settings.ts';

export default command({
  name: 'render',
  summary: 'write rules, dashboards and configurations as ordinary files',
  options: {
    ...STACK_OPTION,
    out: { type: 'string', env: 'OUT', default: 'rendered', help: 'Folder to write into.' },
  },
  run: async ({ stack, out }) => {
    const settings = readSettings({ stack });
    const { files, advice } = await renderChecked(settings, ROOT);
    for (const line of advice) console.error(pc.yellow(line));
    for (const line of files.warnings) console.error(pc.yellow(line));
    const folder = resolve(out);
    const all = filesByPath(files);
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
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
 * @returns the files, and what policies advise.
 * @throws what `make preview` throws, with the same words.
 */
export async function renderChecked(
  settings: Settings,
  root: string,
): Promise<{ readonly files: RenderedFiles; readonly advice: readonly string[] }> {
  const files = await checkedFiles(settings, addressing(settings, root), root);
  return { files, advice: enforcePolicies(drafted(settings, files, root), files) };
}
