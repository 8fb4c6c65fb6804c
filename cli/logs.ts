import { existsSync, readFileSync } from 'node:fs';
import { logFiles } from '../platforms/local/supervisor.ts';
import { command, STACK_OPTION, UsageError } from './arguments.ts';
import { stateFolder } from './project.ts';

export default command({
  name: 'logs',
  summary: 'show the last lines that each workload logged',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'One workload. Default: all.' },
    lines: { type: 'string', default: '20', help: 'How many lines of each.' },
  },
  run: async ({ stack, name, lines }) => {
    const files = logFiles(stateFolder(stack));
    const names = Object.keys(files).sort();
    if (name !== undefined && files[name] === undefined) {
      throw new UsageError(
        `${name} has no log in stack "${stack}"; these have: ${names.join(', ') || 'none'}.`,
      );
    }
    for (const workload of name === undefined ? names : [name]) {
      for (const line of tail(files[workload]?.[0], Number(lines))) console.log(`${workload} | ${line}`);
    }
    return 0;
  },
});

function tail(file: string | undefined, lines: number): readonly string[] {
  if (file === undefined || !existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
}
