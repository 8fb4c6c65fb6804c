import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { PreviewError } from '../errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** No sandbox, since containers and CI machines rarely allow one; the page is our own, from loopback. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Path of a Chromium: `CHROMIUM` from the environment, else the first known name on PATH.
 * @throws PreviewError where there is none.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CHROMIUM) {
    if (executable(env.CHROMIUM)) return env.CHROMIUM;
    throw new PreviewError(`CHROMIUM is ${env.CHROMIUM}, which is no executable file.`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), MAC].find(
    executable,
  );
  if (found) return found;
  throw new PreviewError(
    `No Chromium is on PATH (${NAMES.join(', ')}). Install one, such as with \`apt-get install chromium\`, or set CHROMIUM to its path.`,
  );
}

/**
 * A headless Chromium. The caller closes it.
 * @param flags besides those that every machine needs. Default: none.
 */
export async function launch(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  const { chromium } = await import('playwright-core');
  return await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}
