import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Which cluster this machine's kubectl talks to. */
export interface ClusterAccess {
  /** Content or path of a kubeconfig. Default: `KUBECONFIG`, then `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Context of the kubeconfig. Default: its current one. */
  readonly context?: string;
}

/** kubectl could not be run, or the cluster refused. */
export class KubectlError extends Error {
  override readonly name = 'KubectlError';
}

/**
 * Runs `work` with the options that point kubectl to a cluster. A kubeconfig that is given as content lies in a
 * file that only this user can read, for as long as that takes.
 */
export async function withAccess<T>(
  { kubeconfig, context }: ClusterAccess,
  work: (options: readonly string[]) => Promise<T>,
): Promise<T> {
  const chosen = context === undefined ? [] : [`--context=${context}`];
  if (kubeconfig === undefined) return await work(chosen);
  if (!kubeconfig.includes('\n')) return await work([`--kubeconfig=${kubeconfig}`, ...chosen]);
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  try {
    const file = join(folder, 'config');
    writeFileSync(file, kubeconfig, { mode: 0o600 });
    return await work([`--kubeconfig=${file}`, ...chosen]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What kubectl prints. @throws KubectlError with what it said. */
export async function kubectl(options: readonly string[], args: readonly string[]): Promise<string> {
  try {
    return (await run('kubectl', [...options, ...args], { maxBuffer: MAX_OUTPUT_BYTES })).stdout;
  } catch (error) {
    throw kubectlError(error);
  }
}

/** The failure of a kubectl process, in words that say what to do. */
export function kubectlError(error: unknown): KubectlError {
  const { code, stderr = '', message } = error as NodeJS.ErrnoException & { stderr?: string };
  return new KubectlError(
    code === 'ENOENT'
      ? 'kubectl is not on PATH, and is needed to reach the cluster: https://kubernetes.io/docs/tasks/tools/'
      : `kubectl: ${stderr.trim() || message}`,
  );
}
