import type { WorkloadLog } from '../workload.ts';
import { docker, type StackOnEngine } from './command.ts';
import { STACK_LABEL } from './names.ts';
import { resolveOptions } from './options.ts';

/**
 * The logs of a stack's containers, running or not. Needs the docker command.
 * @throws DockerError where the engine cannot be reached.
 */
export async function containerLogs(on: StackOnEngine): Promise<readonly WorkloadLog[]> {
  const { prefix } = resolveOptions({ stack: on.stack });
  const ours = ['--filter', `label=${STACK_LABEL}=${prefix}`, '--format', '{{.Names}}'];
  const { stdout } = await docker(on, ['ps', '--all', ...ours]);
  return stdout
    .split('\n')
    .filter((name) => name !== '')
    .sort()
    .map((container) => {
      const name = container.slice(prefix.length + 1);
      return { workload: name, copy: name, tail: (lines) => tail(on, container, lines) };
    });
}

/** The engine gives the process's two streams apart: their times, all of one width, put them in order again. */
async function tail(on: StackOnEngine, container: string, lines: number): Promise<readonly string[]> {
  const { stdout, stderr } = await docker(on, ['logs', '--timestamps', `--tail=${lines}`, container]);
  return `${stdout}${stderr}`
    .split('\n')
    .filter((line) => line !== '')
    .sort()
    .map((line) => line.slice(line.indexOf(' ') + 1));
}
