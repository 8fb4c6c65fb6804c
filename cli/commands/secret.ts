import { secretKeyProblem } from '../../stack/settings/secrets.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { PROJECT } from '../project.ts';
import { changeConfig } from '../stack-file/stack-config.ts';

export default command({
  name: 'secret',
  summary: 'set a secret of a stack: asked for, or read from standard input',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'Its key, such as grafana.adminPassword.' },
  },
  run: async ({ stack, name }) => {
    const problem = secretKeyProblem(name);
    if (problem !== undefined) throw new UsageError(problem);
    // The value goes from the terminal or the pipe to the engine.
    const code = await changeConfig(stack, ['set', '--secret', '--path', `${PROJECT}:${name}`]);
    if (code === 0) console.log(`${name} is set in Pulumi.${stack}.yaml, encrypted.`);
    return code;
  },
});
