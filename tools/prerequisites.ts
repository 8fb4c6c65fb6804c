import { onPath } from './lookup.ts';

/** What must be on a machine before anything else, and how it gets there. Go is asked for only where it is needed. */
const PREREQUISITES: readonly {
  readonly program: string;
  readonly darwin: string;
  readonly linux: string;
}[] = [
  { program: 'git', darwin: 'xcode-select --install', linux: 'apt-get install git, or dnf install git' },
  { program: 'make', darwin: 'xcode-select --install', linux: 'apt-get install make, or dnf install make' },
  {
    program: 'npm',
    darwin: 'brew install node',
    linux: 'apt-get install npm, or https://nodejs.org (20 or newer)',
  },
];

/**
 * Checks that git, make and npm are on PATH.
 * @throws an error that names every one that is missing and the command that installs it.
 */
export async function checkPrerequisites(
  env: NodeJS.ProcessEnv = process.env,
  system: string = process.platform,
): Promise<void> {
  const missing: string[] = [];
  for (const { program, darwin, linux } of PREREQUISITES) {
    if ((await onPath(program, env.PATH)).length > 0) continue;
    missing.push(`${program} is not installed. To mend it: ${system === 'darwin' ? darwin : linux}`);
  }
  if (missing.length > 0) throw new Error(missing.join('\n'));
}
