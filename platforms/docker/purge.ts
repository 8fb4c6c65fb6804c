import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KEEPS_LABEL, STACK_LABEL } from './names.ts';
import { type DockerOptions, resolveOptions } from './options.ts';

const run = promisify(execFile);

/**
 * Removes the volumes that a destroyed stack has left for the next one: with them goes every sample, silence
 * and dashboard setting. Needs the docker command.
 * @returns names of the volumes.
 * @throws where a volume is still in use, or the engine cannot be reached.
 */
export async function purge(options: Pick<DockerOptions, 'stack'> & { host?: string }): Promise<string[]> {
  const { prefix } = resolveOptions(options);
  const environment =
    options.host === undefined ? process.env : { ...process.env, DOCKER_HOST: options.host };
  const docker = async (...args: string[]) => (await run('docker', args, { env: environment })).stdout;
  const filters = [`label=${STACK_LABEL}=${prefix}`, `label=${KEEPS_LABEL}=true`];
  const listed = await docker(
    'volume',
    'ls',
    '--quiet',
    ...filters.flatMap((filter) => ['--filter', filter]),
  );
  const volumes = listed.split('\n').filter((name) => name !== '');
  if (volumes.length > 0) await docker('volume', 'rm', ...volumes);
  return volumes;
}
