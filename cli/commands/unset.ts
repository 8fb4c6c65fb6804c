import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { PROJECT } from '../project.ts';
import { changeConfig } from '../stack-file/stack-config.ts';

export default command({
  name: 'unset',
  summary: 'take a setting out of a stack’s file, so that its default counts',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'Its key, such as prometheus.retention.time.' },
  },
  run: async ({ stack, name }) => {
    if (!name)
      throw new UsageError(`Which setting? make unset STACK=${stack} NAME=prometheus.retention.time`);
    const code = await changeConfig(stack, ['rm', '--path', '--', `${PROJECT}:${name}`]);
    if (code === 0) console.log(`${name} is no longer in Pulumi.${stack}.yaml.`);
    return code;
  },
});
