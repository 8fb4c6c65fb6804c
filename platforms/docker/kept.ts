import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { KEEPS_LABEL, STACK_LABEL } from './names.ts';
import { type DockerOptions, resolveOptions } from './options.ts';

const run = promisify(execFile);

/** The docker command failed; the message is what it said. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
}

/** A stack, and the engine that it is on: by default what the docker command talks to. */
export type StackOnEngine = Pick<DockerOptions, 'stack'> & { readonly host?: string };

/**
 * Names of the volumes that a destroyed stack has left for the next one. Needs the docker command.
 * @throws DockerError where the engine cannot be reached.
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
 * @throws DockerError where a volume is still in use, or the engine cannot be reached.
 */
export async function purge(on: StackOnEngine): Promise<string[]> {
  const volumes = await keptVolumes(on);
  if (volumes.length > 0) await docker(on, ['volume', 'rm', ...volumes]);
  return volumes;
}

async function docker({ host }: StackOnEngine, args: readonly string[]): Promise<string> {
  const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
  try {
    return (await run('docker', args, { env })).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new DockerError(`docker ${args.slice(0, 2).join(' ')}: ${stderr?.trim() || message}`);
  }
}
