import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pc from 'picocolors';
import { filesByPath } from '../program/files.ts';
import { enforcePolicies } from '../program/policies.ts';
import { command, STACK_OPTION } from './arguments.ts';
import { plannedWithoutEngine } from './describe.ts';
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
    const { plan, files } = plannedWithoutEngine(settings, ROOT);
    const advice = enforcePolicies(plan, files);
    for (const line of [...files.warnings, ...advice]) console.error(pc.yellow(line));
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
