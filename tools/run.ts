import { spawn } from 'node:child_process';

export interface RunResult {
  readonly ok: boolean;
  /** Standard output, then standard error: programs print their version on either. */
  readonly output: string;
  /** Why it failed, in one line: the last line of its output, its exit code, or that it could not start. */
  readonly failure: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: no limit. The program is killed once it is over. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end. Never throws: that it cannot start is a failure like any other. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ ok: false, output: '', failure: error.message }));
    child.on('close', (code, signal) => {
      const output = stdout + stderr;
      const ok = code === 0;
      resolve({ ok, output, failure: ok ? '' : failureOf(output, code, signal, options.timeoutMs) });
    });
  });
}

function failureOf(
  output: string,
  code: number | null,
  signal: string | null,
  timeoutMs: number | undefined,
): string {
  if (signal === 'SIGKILL' && timeoutMs !== undefined) return `gave up after ${timeoutMs / 1000} s`;
  const last = output.trim().split('\n').at(-1)?.trim();
  return last || (signal ? `ended by ${signal}` : `exit code ${code}`);
}
