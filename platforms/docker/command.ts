import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DockerOptions, HostMounts } from './options.ts';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The docker command failed; the message is what it said. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
}

/** A stack, and the engine that it is on: by default what the docker command talks to. */
export type StackOnEngine = Pick<DockerOptions, 'stack'> & { readonly host?: string };

/**
 * How mounts of the machine can reach containers of an engine, by what it says it is: the machine of Docker Desktop and
 * WSL has no shared mounts. An engine that does not answer is taken for one on Linux; the update will tell.
 */
export async function hostMountsOf(engine: StackOnEngine): Promise<HostMounts> {
  try {
    const { stdout } = await docker(engine, ['info', '--format', '{{.OperatingSystem}} {{.KernelVersion}}']);
    return /docker desktop|microsoft|wsl|linuxkit/i.test(stdout) ? 'rprivate' : 'rslave';
  } catch (error) {
    if (error instanceof DockerError) return 'rslave';
    throw error;
  }
}

/** What the docker command prints. @throws DockerError with what it said, or where there is no such command. */
export async function docker(
  { host }: StackOnEngine,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const env = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
  try {
    return await run('docker', args, { env, maxBuffer: MAX_OUTPUT_BYTES });
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    throw new DockerError(
      code === 'ENOENT'
        ? 'docker is not on PATH, and is needed to reach the engine: https://docs.docker.com/engine/install/'
        : `The command docker ${args.slice(0, 2).join(' ')} failed: ${stderr?.trim() || message}`,
    );
  }
}
