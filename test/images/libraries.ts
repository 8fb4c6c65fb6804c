import { execFileSync } from 'node:child_process';

/** Shared libraries and the loader of a dynamic executable, by their paths; none for a static one. */
export function libraries(executable: string): Record<string, string> {
  let output: string;
  try {
    output = execFileSync('ldd', [executable], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return {};
  }
  const paths = output
    .split('\n')
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  return Object.fromEntries(paths.map((path) => [path, path]));
}
