import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KEEPS_LABEL, STACK_LABEL } from './names.ts';
import { type DockerOptions, resolveOptions } from './options.ts';

const run = promisify(execFile);

/** A stack, and the engine that it is on: by default what the docker command talks to. */
export type StackOnEngine = Pick<DockerOptions, 'stack'> & { readonly host?: string };

/**
 * Names of the volumes that a destroyed stack has left for the next one. Needs the docker command.
 * @throws where the engine cannot be reached.
 */
export async function keptVolumes(on: StackOnEngine): Promise<string[]> {
  const { prefix } = resolveOptions({ stack: on.stack });
  const filters = [`label=${STACK_LABEL}=${prefix}`, `label=${KEEPS_LABEL}=true`];
  const listed = await docker(on, [
    'volume',
    'ls',
    '--quiet',
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
  return listed
    .split('\n')
    .filter((name) => name !== '')
    .sort();
}

/**
 * Removes these volumes: with them goes every sample, silence and dashboard setting.
 * @returns their names.
 * @throws where a volume is still in use, or the engine cannot be reached.
 */
export async function purge(on: StackOnEngine): Promise<string[]> {
  const volumes = await keptVolumes(on);
  if (volumes.length > 0) await docker(on, ['volume', 'rm', ...volumes]);
  return volumes;
}

async function docker({ host }: StackOnEngine, args: readonly string[]): Promise<string> {
  const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
  return (await run('docker', args, { env })).stdout;
}
