import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { withDemo } from '../demo.ts';
import { ask } from './incident.ts';

export default command({
  name: 'recover',
  summary: 'end all incidents of the demo, or one: make recover NAME=slow-model',
  options: { ...STACK_OPTION, name: { type: 'string', env: 'NAME', help: 'Which incident. Default: all.' } },
  run: ({ stack, name }) =>
    withDemo(stack, async (demo) => {
      const path = name === undefined ? '' : `/${encodeURIComponent(name)}`;
      const answer = await ask(demo, `/incidents${path}`, 'DELETE');
      if (!answer.ok) throw new UsageError(((await answer.json()) as { error: string }).error);
      console.log(name === undefined ? 'All incidents are off.' : `${name} is off.`);
      return 0;
    }),
});
