import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { secretKeyProblem } from '../settings/secrets.ts';
import { ensureTools } from '../tools/install.ts';
import { command, STACK_OPTION, UsageError } from './arguments.ts';
import { PROJECT, ROOT } from './project.ts';
import { openUnplanned } from './session.ts';

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
    const { pulumi } = await ensureTools(['pulumi']);
    // It has to exist before anything can be encrypted for it.
    const { workspace } = await openUnplanned(stack);
    // The value goes from the terminal or the pipe to the engine: arguments are visible to everybody here.
    const key = `${PROJECT}:${name}`;
    const child = spawn(pulumi, ['config', 'set', '--secret', '--stack', stack, '--path', key], {
      cwd: ROOT,
      env: { ...process.env, ...workspace.envVars },
      stdio: 'inherit',
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) console.log(`${name} is set in Pulumi.${stack}.yaml, encrypted.`);
    return code ?? 1;
  },
});
