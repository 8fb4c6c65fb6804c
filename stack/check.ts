import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StackFiles } from '../components/stack-files.ts';
import { TOOLS } from '../tools/versions.ts';
import { type LackingDiscovery, unknownDiscoveries, withoutDiscoveries } from './discoveries.ts';

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

/** Executables that read the files. */
export interface Checkers {
  readonly promtool: string;
  readonly amtool: string;
}

/** How many sets of files that passed are remembered: a stack's, without the demo, and of some branches. */
const REMEMBERED = 16;

/**
 * Has promtool and amtool read the files as Prometheus and Alertmanager will, and promtool test the user's own
 * alerts and SLOs at their boundary cases. What passed once is not read again: its hash is kept in the stack's
 * folder.
 * @param tools asked for only where the files are not known to pass.
 * @param discoveries told where promtool lacks a discovery that the files use. Default: it is refused as it says.
 * @throws CheckError with what the tool said.
 */
export async function checkFiles(
  files: CheckedFiles,
  tools: Checkers | (() => Promise<Checkers>),
  folder: string,
  discoveries?: LackingDiscovery,
): Promise<void> {
  const passed = join(folder, 'checked', fingerprint(files));
  if (existsSync(passed)) {
    utimesSync(passed, new Date(), new Date());
    return;
  }
  const { promtool, amtool } = typeof tools === 'function' ? await tools() : tools;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(folder, 'check-'));
  try {
    const standIn = join(scratch, 'secret');
    write(standIn, '');
    const config = files.prometheus
      .replaceAll(files.rulesFolder, join(scratch, 'rules'))
      // Tokens and certificates are only where Prometheus runs; promtool wants to see a file.
      .replaceAll(/(\b(?:\w+_)?file: )\S+/g, `$1${standIn}`);
    write(join(scratch, 'prometheus.yml'), config);
    for (const [name, content] of Object.entries(files.rules)) write(join(scratch, 'rules', name), content);
    for (const [name, content] of Object.entries(files.alertmanager))
      write(join(scratch, 'alertmanager', name), content);
    for (const [name, content] of Object.entries(files.ownTests))
      write(join(scratch, 'tests', name), content);
    const tests = Object.keys(files.ownTests)
      .filter((name) => name.endsWith('.test.yaml'))
      .map((name) => join(scratch, 'tests', name));
    await Promise.all([
      checkConfig(promtool, config, scratch, discoveries),
      check(amtool, ['check-config', join(scratch, 'alertmanager', 'alertmanager.yml')], scratch),
      ...(tests.length > 0 ? [check(promtool, ['test', 'rules', ...tests], scratch, OWN_CASE)] : []),
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  write(passed, '');
  forget(dirname(passed));
}

/** Leaves the sets of files that passed last. */
function forget(folder: string): void {
  const byAge = readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
      return mtimeMs === undefined ? [] : [{ path, mtimeMs }];
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { path } of byAge.slice(REMEMBERED)) rmSync(path, { force: true });
}

/** Has promtool read `prometheus.yml`, once more without what it lacks where the Prometheus that will run has it. */
async function checkConfig(
  promtool: string,
  config: string,
  scratch: string,
  discoveries: LackingDiscovery | undefined,
): Promise<void> {
  const path = join(scratch, 'prometheus.yml');
  try {
    await check(promtool, ['check', 'config', path], scratch);
  } catch (error) {
    const lacking = error instanceof CheckError ? unknownDiscoveries(error.message) : [];
    if (lacking.length === 0 || discoveries === undefined) throw error;
    discoveries(lacking);
    write(path, withoutDiscoveries(config, lacking));
    await checkConfig(promtool, withoutDiscoveries(config, lacking), scratch, undefined);
  }
}

/** What promtool refuses of a user's own proofs. */
const OWN_CASE = 'a boundary case of your own rules';
/** What the lines exp and got of promtool mean for the person who wrote the case. */
const CASE_FORM =
  'exp is what the file in rules.d/ says, and got is what its series give. In proof, labels are those of the firing alert ' +
  'without those that the rule adds (default: none), and value is what the expression gives then (default: the threshold); ' +
  'docs/bring-your-own.md has an example.';

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
    const said = refusal(`${stdout}${stderr}`.replaceAll(`${scratch}/`, ''));
    throw new CheckError(
      `${tool.split('/').at(-1)} refuses ${refused}, and nothing was changed.\n${said || error}${refused === OWN_CASE ? `\n${CASE_FORM}` : ''}`,
    );
  }
}

/** What a tool says of what it refuses, each line once: not what it accepts. */
function refusal(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^\s*FAILED:\s*/, '').trimEnd())
    .filter((line) => !/^(\s*SUCCESS: |Checking )|^\s*$/.test(line));
  return [...new Set(lines)].join('\n');
}

function fingerprint(files: CheckedFiles): string {
  const { prometheus, rules, alertmanager, ownTests } = files;
  const tools = [TOOLS.promtool.version, TOOLS.amtool.version];
  return createHash('sha256')
    .update(JSON.stringify({ prometheus, rules, alertmanager, ownTests, tools }))
    .digest('hex');
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
