import pc from 'picocolors';
import { command, STACK_OPTION } from './arguments.ts';
import { apply } from './operation.ts';
import { count } from './output.ts';
import { openSession } from './session.ts';

export default command({
  name: 'preview',
  summary: 'say what `make up` would change, and change nothing',
  options: STACK_OPTION,
  run: async ({ stack: name }) => {
    const { stack, plan } = await openSession({ stack: name });
    for (const line of plan.advice) console.log(pc.yellow(line));
    const { changes, same } = await apply(stack, { preview: true, refresh: false });
    console.log(
      changes.length === 0
        ? `Nothing would change: ${count(same, 'resource')} as declared.`
        : `${count(changes.length, 'resource')} would change, ${same} would not.`,
    );
    return 0;
  },
});
