import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a command ended, and what it took. */
export interface Ended {
  readonly code: number;
  /** Wall time. */
  readonly seconds: number;
  /** CPU time of the command and of all processes that it waited for; daemons that it left behind are not counted. */
  readonly cpuSeconds: number;
}

/** Runs the command, then writes what the shell and its children took: POSIX `times`, since Node does not tell. */
const TIMED = '"$@"; code=$?; times >"$TIMES_FILE"; exit "$code"';

/**
 * Runs a command and hands on each line that it prints.
 * @param command file and arguments
 */
export async function timed(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  print: (line: string) => void,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'times-'));
  const file = join(folder, 'times');
  const started = performance.now();
  const child = spawn('sh', ['-c', TIMED, 'sh', ...command], {
    cwd: options.cwd,
    env: { ...options.env, TIMES_FILE: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') print(line);
    });
    stream.on('end', () => {
      if (rest.trim() !== '') print(rest);
    });
  }
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on('error', (error) => {
    print(error.message);
    resolve(1);
  });
  child.on('close', (code) => resolve(code ?? 1));
  const code = await promise;
  const seconds = (performance.now() - started) / 1000;
  const cpuSeconds = cpuIn(read(file));
  rmSync(folder, { recursive: true, force: true });
  return { code, seconds, cpuSeconds };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Sums the times that `times` prints, such as `1m2.34s`: user and system, of the shell and of its children. */
export function cpuIn(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}
