import { setSecret } from '../../lib/setting-commands.ts';
import { secretKeyProblem } from '../../stack/settings/secrets.ts';
import { command, STACK_OPTION, UsageError } from '../arguments.ts';
import { PROJECT } from '../project.ts';
import { changeConfig } from '../stack-file/stack-config.ts';

export default command({
  name: 'set',
  summary: 'set a setting of a stack in its file, in plain text',
  options: {
    ...STACK_OPTION,
    name: { type: 'string', env: 'NAME', help: 'Its key, such as prometheus.retention.time.' },
    value: { type: 'string', env: 'VALUE', help: 'Its value, such as 90d.' },
  },
  run: async ({ stack, name, value }) => {
    if (!name || value === undefined)
      throw new UsageError(
        `Which setting, and to what? make set STACK=${stack} NAME=prometheus.retention.time VALUE=90d`,
      );
    if (secretKeyProblem(name) === undefined)
      throw new UsageError(`${name} is a secret. Set it encrypted: ${setSecret(name, stack)}`);
    // What begins with a hyphen is a value all the same.
    const code = await changeConfig(stack, [
      'set',
      '--plaintext',
      '--path',
      '--',
      `${PROJECT}:${name}`,
      value,
    ]);
    if (code === 0) console.log(`${name} is set in Pulumi.${stack}.yaml.`);
    return code;
  },
});
