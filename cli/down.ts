import { stopStack } from '../platforms/local/supervisor.ts';
import { command, STACK_OPTION, UsageError } from './arguments.ts';
import { keepOrPurge } from './kept.ts';
import { destroy } from './operation.ts';
import { count } from './output.ts';
import { stateFolder } from './project.ts';
import { withKubeconfig } from './reach.ts';
import { openUnplanned } from './session.ts';
import { readSettings } from './settings.ts';

export default command({
  name: 'down',
  summary: 'stop everything and keep the data; PURGE=1 removes it too',
  options: {
    ...STACK_OPTION,
    purge: { type: 'boolean', env: 'PURGE', help: 'Remove data and logs as well.' },
    confirm: { type: 'string', env: 'CONFIRM', help: 'Name of the stack again, for any that is not local.' },
  },
  run: async ({ stack: name, purge, confirm }) => {
    const encrypted = readSettings({ stack: name });
    if (encrypted.platform !== 'local' && confirm !== name) {
      throw new UsageError(
        `This takes the monitoring of "${name}" down. To go on: make down STACK=${name} CONFIRM=${name}`,
      );
    }
    const stack = await openUnplanned(name);
    // Before anything goes: afterwards the same cluster is asked what is left.
    const settings = await withKubeconfig(encrypted, async () => stack);
    const { changes } = await destroy(stack);
    console.log(changes.length === 0 ? 'Nothing ran.' : `${count(changes.length, 'resource')} removed.`);
    if (settings.platform === 'local') await stopProcesses(name, purge);
    else await keepOrPurge(settings, purge);
    return 0;
  },
});

async function stopProcesses(stack: string, purge: boolean): Promise<void> {
  const { kept, removed } = await stopStack(stateFolder(stack), { purge });
  for (const { workload, path, bytes } of kept) console.log(`kept     ${workload}: ${path} (${size(bytes)})`);
  for (const { workload, path, bytes } of removed)
    console.log(`removed  ${workload}: ${path} (${size(bytes)})`);
  if (kept.length > 0) console.log('The next `make up` goes on with it. To remove it: make down PURGE=1');
}

function size(bytes: number): string {
  const [unit, factor] = bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${(bytes / factor).toFixed(1)} ${unit}`;
}
