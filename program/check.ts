import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StackFiles } from '../components/stack-files.ts';

const run = promisify(execFile);

/** Files that Prometheus or Alertmanager would not load. Nothing has been touched when it is thrown. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}

/** What the tools read of a stack's files. */
export interface CheckedFiles
  extends Pick<StackFiles, 'prometheus' | 'rulesFolder' | 'rules' | 'alertmanager'> {
  /** Tests of the user's own alerts and SLOs by file name. */
  readonly ownTests: Readonly<Record<string, string>>;
}

/**
 * Has promtool and amtool read the files as Prometheus and Alertmanager will, and promtool test the user's own
 * alerts and SLOs at their boundary cases. What passed once is not read again: its hash is kept in the stack's
 * folder.
 * @throws CheckError with what the tool said.
 */
export async function checkFiles(
  files: CheckedFiles,
  tools: { readonly promtool: string; readonly amtool: string },
  folder: string,
): Promise<void> {
  const passed = join(folder, 'checked', fingerprint(files, tools));
  if (existsSync(passed)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(folder, 'check-'));
  try {
    const standIn = join(scratch, 'secret');
    write(standIn, '');
    write(
      join(scratch, 'prometheus.yml'),
      files.prometheus
        .replaceAll(files.rulesFolder, join(scratch, 'rules'))
        // Tokens and certificates are only where Prometheus runs; promtool wants to see a file.
        .replaceAll(/(\b(?:\w+_)?file: )\S+/g, `$1${standIn}`),
    );
    for (const [name, content] of Object.entries(files.rules)) write(join(scratch, 'rules', name), content);
    for (const [name, content] of Object.entries(files.alertmanager))
      write(join(scratch, 'alertmanager', name), content);
    for (const [name, content] of Object.entries(files.ownTests))
      write(join(scratch, 'tests', name), content);
    const tests = Object.keys(files.ownTests)
      .filter((name) => name.endsWith('.test.yaml'))
      .map((name) => join(scratch, 'tests', name));
    await Promise.all([
      check(tools.promtool, ['check', 'config', join(scratch, 'prometheus.yml')], scratch),
      check(tools.amtool, ['check-config', join(scratch, 'alertmanager', 'alertmanager.yml')], scratch),
      ...(tests.length > 0
        ? [check(tools.promtool, ['test', 'rules', ...tests], scratch, 'a boundary case of your own rules')]
        : []),
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  rmSync(dirname(passed), { recursive: true, force: true });
  write(passed, '');
}

async function check(
  tool: string,
  args: readonly string[],
  scratch: string,
  refused = 'the files',
): Promise<void> {
  try {
    await run(tool, args, { cwd: scratch });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.replaceAll(`${scratch}/`, '').trim();
    throw new CheckError(
      `${tool.split('/').at(-1)} refuses ${refused}, and nothing was changed.\n${said || error}`,
    );
  }
}

function fingerprint(files: CheckedFiles, tools: Readonly<Record<string, string>>): string {
  const { prometheus, rules, alertmanager, ownTests } = files;
  return createHash('sha256')
    .update(JSON.stringify({ prometheus, rules, alertmanager, ownTests, tools }))
    .digest('hex');
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
