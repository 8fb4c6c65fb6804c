import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTools } from '../../tools/install.ts';

const run = promisify(execFile);

/** Writes files by name into a folder, and returns their paths. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).map(([file, content]) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
    return join(folder, file);
  });
}

/** promtool's verdict on tests: empty where it has nothing to say against them. */
export async function failures(tests: readonly string[]): Promise<string> {
  const { promtool } = await ensureTools(['promtool']);
  try {
    await run(promtool, ['test', 'rules', ...tests], { maxBuffer: 1e8 });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return stdout + stderr;
  }
}
