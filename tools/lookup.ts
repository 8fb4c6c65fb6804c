import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { run } from './run.ts';
import type { Fit, Tool } from './versions.ts';

/** A version question that hangs is a program that will not do. */
const VERSION_TIMEOUT_MS = 10_000;

/** Whether a file is there and may be executed. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Every executable of a name on PATH, in PATH's order. Relative entries are left out: what they mean depends on
 * where the command runs.
 */
export async function onPath(name: string, path: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (path ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, name);
    if (!found.includes(file) && (await isExecutable(file))) found.push(file);
  }
  return found;
}

/** The first `major.minor` or `major.minor.patch` of a program's output, or `undefined`. */
export function versionIn(output: string): string | undefined {
  return /(?<![\d.])(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
}

/** Whether a version found on PATH will do. */
export function fits(found: string, pinned: string, fit: Fit): boolean {
  const [foundMajor = 0, foundMinor = 0, foundPatch = 0] = found.split('.').map(Number);
  const wanted = fit.rule === 'at-least' ? fit.version : pinned;
  const [major = 0, minor = 0, patch = 0] = wanted.split('.').map(Number);
  switch (fit.rule) {
    case 'never':
      return false;
    case 'same-minor':
      return foundMajor === major && foundMinor === minor;
    case 'at-least':
      if (foundMajor !== major) return fit.anyMajor === true && foundMajor > major;
      return foundMinor > minor || (foundMinor === minor && foundPatch >= patch);
  }
}

/** What versions of a tool on PATH will do, in words. */
export function fitInWords(tool: Tool): string {
  const fit = tool.fits;
  if (fit.rule === 'at-least') return `${fit.version} or newer`;
  return `${tool.version.split('.').slice(0, 2).join('.')}.x`;
}

/** Asks an executable for its version. @returns the version, or why there is none. */
export async function askVersion(
  file: string,
  tool: Tool,
  env: NodeJS.ProcessEnv,
): Promise<{ version: string } | { failure: string }> {
  const answer = await run(file, tool.versionArguments, { env, timeoutMs: VERSION_TIMEOUT_MS });
  if (!answer.ok) return { failure: answer.failure };
  const version = versionIn(answer.output);
  return version ? { version } : { failure: 'it prints no version' };
}

/** Looks a tool up on PATH. @returns the executable, or why none will do. */
export async function lookUp(
  name: string,
  tool: Tool,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; version: string } | { failure: string }> {
  if (tool.fits.rule === 'never') return { failure: 'not looked for' };
  const failures: string[] = [];
  for (const alias of tool.aliases ?? [name]) {
    for (const file of await onPath(alias, env.PATH)) {
      const answer = await askVersion(file, tool, env);
      if ('failure' in answer) failures.push(`${file} does not run (${answer.failure})`);
      else if (fits(answer.version, tool.version, tool.fits)) return { path: file, version: answer.version };
      else failures.push(`${file} is ${answer.version}, wanted ${fitInWords(tool)}`);
    }
  }
  return {
    failure: failures.length > 0 ? failures.join('; ') : `no ${(tool.aliases ?? [name]).join(' or ')}`,
  };
}
