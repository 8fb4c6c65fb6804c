import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { importsBelow } from '../tools/imports.ts';
import { ensureTools } from '../tools/install.ts';
import { TOOLS, type ToolName } from '../tools/versions.ts';
import { affected } from './runner/affected.ts';
import { changedFiles } from './runner/changes.ts';
import { coverageOf } from './runner/coverage.ts';
import { timed } from './runner/processes.ts';
import { type FileCost, type Report, type Result, resultOf } from './runner/results.ts';
import { runBySize } from './runner/schedule.ts';
import { SUITES, type Suite } from './runner/suites.ts';
import { costTable, type Ran, slowestTable } from './runner/table.ts';

/** Runs every suite that this machine allows, and ends with one line that adds them all up. */

const ROOT = join(import.meta.dirname, '..');
const REPORTS = join(ROOT, '.test-output');
/** Unix milliseconds: a recording from before is not of this run. */
const STARTED = String(Date.now());
const HELP = `make test — run every test that this machine allows

  make test ARGS="[options] [part of a file's path…]"

Options:
  --only NAME     these suites alone, may be repeated: ${SUITES.map(({ name }) => name).join(', ')}
  --changed       the suites that the changes since this branch left main can affect; BASE=<git ref> compares with that
  --live          play the incidents live, whatever recording there is (some 25 minutes)
  --repeat N      run each suite N times; every time counts
  --slowest       name the twenty files that took longest
  --list          list the suites, and why one would not run

What a failed live test left to be judged by lies under .test-output.
`;

async function runSuite(suite: Suite, live: boolean, filters: readonly string[]): Promise<Ran> {
  const { name } = suite;
  const reason = await suite.missing?.(true);
  if (reason !== undefined) {
    console.log(`${name}: not run: ${reason}`);
    return {
      name,
      passed: 0,
      failed: 0,
      skipped: 1,
      failures: [],
      flaky: [],
      files: [],
      seconds: 0,
      cpuSeconds: 0,
    };
  }
  console.log(`${name}: started`);
  const command =
    'project' in suite.run ? vitestOf(suite.run.project, filters) : commandOf(suite.run.command);
  const report = 'project' in suite.run ? reportOf(suite.run.project) : undefined;
  const files = join(REPORTS, `${name.replaceAll(' ', '-')}.files.json`);
  for (const stale of [report, files]) if (stale !== undefined) rmSync(stale, { force: true });
  const env = { ...environment(live), FILES_REPORT: files };
  const { code, seconds, cpuSeconds } = await timed(command, { cwd: ROOT, env }, (line) =>
    console.log(`${name} | ${line}`),
  );
  const result = report === undefined ? resultOfCommand(command, code) : resultOfReport(report, code);
  console.log(
    `${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped, ${seconds.toFixed(0)} s`,
  );
  return { name, ...result, seconds, cpuSeconds, files: costsIn(files) };
}

function costsIn(file: string): readonly FileCost[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FileCost[]) : [];
}

function reportOf(project: string): string {
  return join(REPORTS, `${project}.json`);
}

function vitestOf(project: string, filters: readonly string[]): string[] {
  return [
    process.execPath,
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...filters,
    ...(filters.length > 0 ? ['--passWithNoTests'] : []),
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(ROOT, 'test/runner/reporter.ts')}`,
    `--outputFile.json=${reportOf(project)}`,
  ];
}

function commandOf([file = '', ...args]: readonly string[]): string[] {
  return [join(ROOT, file), ...args];
}

function resultOfReport(report: string, code: number): Result {
  if (existsSync(report)) return resultOf(JSON.parse(readFileSync(report, 'utf8')) as Report, code, ROOT);
  const failures = [`ended with code ${code} and without a report`];
  return { passed: 0, failed: 1, skipped: 0, failures, flaky: [] };
}

function resultOfCommand(command: readonly string[], code: number): Result {
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [], flaky: [] }
    : {
        passed: 0,
        failed: 1,
        skipped: 0,
        failures: [`${command.join(' ')} ended with code ${code}`],
        flaky: [],
      };
}

/** This Node comes first on PATH. */
function environment(live: boolean): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
    ...(live && { PLAY_INCIDENTS: STARTED }),
  };
}

function chosen(only: readonly string[] | undefined, onlyChanged: boolean): readonly Suite[] {
  const unknown = only?.filter((name) => !SUITES.some((suite) => suite.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `${unknown.join(', ')} is no suite; they are: ${SUITES.map(({ name }) => name).join(', ')}`,
    );
  const named = SUITES.filter(({ name }) => only?.includes(name) ?? true);
  if (!onlyChanged) return named;
  const changed = changedFiles(ROOT, process.env.BASE || undefined);
  const hit = affected(coverageOf(SUITES, ROOT), changed, importsBelow(ROOT));
  return named.filter(({ name }) => hit.has(name));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      changed: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      repeat: { type: 'string', default: '1' },
      slowest: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new Error(`--repeat is ${values.repeat}; it must be a whole number from 1 on`);
  const suites = chosen(values.only, values.changed);
  if (values.list) {
    for (const { name, missing } of suites)
      console.log(`${name.padEnd(18)}${(await missing?.(false)) ?? 'runs here'}`);
    return 0;
  }
  mkdirSync(REPORTS, { recursive: true });
  const started = performance.now();
  await ensureTools(
    Object.keys(TOOLS).filter((name): name is ToolName => TOOLS[name as ToolName].group === 'run'),
  );
  const cores = availableParallelism();
  const ran: Ran[] = [];
  for (let time = 1; time <= repeat; time += 1) {
    if (repeat > 1) console.log(`time ${time} of ${repeat}`);
    await runBySize(suites, cores, async (suite) => {
      ran.push(await runSuite(suite, values.live, positionals));
    });
  }
  console.log('');
  for (const { name, failures, flaky } of ran) {
    for (const each of flaky) console.log(`${name}: passed at its second try: ${each}`);
    for (const failure of failures) console.log(`${name}: failed: ${failure}`);
  }
  if (values.slowest) console.log(`${slowestTable(ran)}\n`);
  console.log(costTable(ran, (performance.now() - started) / 1000, cores));
  const total = (key: 'passed' | 'failed') => ran.reduce((sum, result) => sum + result[key], 0);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
