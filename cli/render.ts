import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pc from 'picocolors';
import { addressing, replicasOf } from '../program/addressing.ts';
import { filesByPath, renderFiles } from '../program/files.ts';
import { readUserFiles } from '../program/user-files.ts';
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
    const platform = addressing(settings, ROOT);
    const files = renderFiles({
      settings,
      platform,
      replicas: replicasOf(settings),
      user: readUserFiles(settings, ROOT),
    });
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
