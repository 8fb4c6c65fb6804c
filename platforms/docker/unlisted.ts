import { docker, type StackOnEngine } from './command.ts';
import { STACK_LABEL } from './names.ts';
import { resolveOptions } from './options.ts';

interface OnEngine {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
}

/**
 * Finds the containers and networks of a stack on its engine, by their labels: no state is needed.
 * @throws DockerError where the engine cannot be reached.
 */
export async function findUnlisted(on: StackOnEngine): Promise<OnEngine> {
  const { prefix } = resolveOptions({ stack: on.stack });
  const found = async (...list: readonly string[]) => {
    const { stdout } = await docker(on, [...list, '--filter', `label=${STACK_LABEL}=${prefix}`]);
    return stdout.split('\n').filter((name) => name !== '');
  };
  return {
    containers: await found('ps', '--all', '--format', '{{.Names}}'),
    networks: await found('network', 'ls', '--format', '{{.Name}}'),
  };
}

/**
 * Removes the containers and networks of a stack that are on its engine. Volumes with data stay.
 * @returns their names; none where the engine has removed them already.
 * @throws DockerError where the engine cannot be reached.
 */
export async function removeUnlisted(on: StackOnEngine): Promise<string[]> {
  const { containers, networks } = await findUnlisted(on);
  if (containers.length > 0) await docker(on, ['rm', '--force', ...containers]);
  if (networks.length > 0) await docker(on, ['network', 'rm', ...networks]);
  return [...containers, ...networks].sort();
}
