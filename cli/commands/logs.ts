import type { WorkloadLog } from '../../platforms/workload.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { siteOf, withCredentials } from '../site-access.ts';
import { readSettings } from '../stack-file/settings.ts';

export default command({
  name: 'logs',
  summary: 'show the last lines that each workload logged',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'One workload. Default: all.' },
    lines: { type: 'string', default: '20', help: 'How many lines of each.' },
  },
  run: async ({ stack, name, lines }) => {
    if (!/^[1-9]\d*$/.test(lines))
      throw new UsageError(`--lines is ${lines}: allowed are whole numbers from 1.`);
    const logs = await logsOf(readSettings({ stack }));
    const wanted = logs.filter(({ workload }) => name === undefined || workload === name);
    if (wanted.length === 0) throw new UsageError(nothingOf(stack, name, logs));
    for (const { copy, tail } of wanted) {
      for (const line of await tail(Number(lines))) console.log(`${copy} | ${line}`);
    }
    return 0;
  },
});

async function logsOf(settings: Settings): Promise<readonly WorkloadLog[]> {
  const { driver, site } = await siteOf(await withCredentials(settings));
  return await driver.logs(site);
}

function nothingOf(stack: string, name: string | undefined, logs: readonly WorkloadLog[]): string {
  if (logs.length === 0)
    return `Nothing of stack "${stack}" has a log. To bring it up: make up STACK=${stack}`;
  const known = [...new Set(logs.map(({ workload }) => workload))].join(', ');
  return `${name} has no log in stack "${stack}"; these have: ${known}.`;
}
