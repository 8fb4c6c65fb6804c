import { docker, type StackOnEngine } from './command.ts';
import { KEEPS_LABEL, STACK_LABEL } from './names.ts';
import { resolveOptions } from './options.ts';

/**
 * Names of the volumes that a destroyed stack has left for the next one. Needs the docker command.
 * @throws DockerError where the engine cannot be reached.
 */
export async function keptVolumes(on: StackOnEngine): Promise<string[]> {
  const { prefix } = resolveOptions({ stack: on.stack });
  const filters = [`label=${STACK_LABEL}=${prefix}`, `label=${KEEPS_LABEL}=true`];
  const { stdout } = await docker(on, [
    'volume',
    'ls',
    '--quiet',
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
  return stdout
    .split('\n')
    .filter((name) => name !== '')
    .sort();
}

/**
 * Removes these volumes: with them goes every sample, silence and dashboard setting.
 * @returns their names.
 * @throws DockerError where a volume is still in use, or the engine cannot be reached.
 */
export async function purge(on: StackOnEngine): Promise<string[]> {
  const volumes = await keptVolumes(on);
  if (volumes.length > 0) await docker(on, ['volume', 'rm', ...volumes]);
  return volumes;
}
