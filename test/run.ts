import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureTools } from '../tools/install.ts';
import { TOOLS, type ToolName } from '../tools/versions.ts';
import { type Report, type Result, resultOf } from './results.ts';
import { SUITES, type Suite } from './suites.ts';

/** Runs every suite that this machine allows, and ends with one line that adds them all up. */

const ROOT = join(import.meta.dirname, '..');
const REPORTS = join(ROOT, '.test-output');
const HELP = `make test — run every test that this machine allows

Options (ARGS="…"):
  --only NAME     one suite: ${SUITES.map(({ name }) => name).join(', ')}
  --list          list the suites, and why one would not run
`;

async function runSuite(suite: Suite): Promise<Result> {
  const reason = await suite.missing?.();
  if (reason !== undefined) {
    console.log(`${suite.name}: not run: ${reason}`);
    return { passed: 0, failed: 0, skipped: 1, failures: [] };
  }
  console.log(`${suite.name}: started`);
  return 'project' in suite.run
    ? await vitest(suite.name, suite.run.project)
    : await command(suite.name, suite.run.command);
}

async function vitest(name: string, project: string): Promise<Result> {
  const report = join(REPORTS, `${project}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await execute(name, [
    process.execPath,
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    project,
    ...reporters,
  ]);
  if (!existsSync(report))
    return { passed: 0, failed: 1, skipped: 0, failures: [`ended with code ${code} and without a report`] };
  return resultOf(JSON.parse(readFileSync(report, 'utf8')) as Report, code, ROOT);
}

async function command(name: string, [file, ...args]: readonly string[]): Promise<Result> {
  const code = await execute(name, [join(ROOT, file ?? ''), ...args]);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : { passed: 0, failed: 1, skipped: 0, failures: [`${file} ${args.join(' ')} ended with code ${code}`] };
}

/** Runs a command with this Node first on PATH; every line is marked with the suite's name. */
async function execute(name: string, [file = '', ...args]: readonly string[]): Promise<number> {
  const env = {
    ...process.env,
    PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
    FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
  };
  const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') console.log(`${name} | ${line}`);
    });
  }
  child.on('error', (error) => {
    console.log(`${name} | ${error.message}`);
    resolve(1);
  });
  child.on('close', (code) => resolve(code ?? 1));
  return await promise;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const suites = SUITES.filter(({ name }) => values.only === undefined || name === values.only);
  if (suites.length === 0) {
    console.error(`${values.only} is no suite; they are: ${SUITES.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  if (values.list) {
    for (const { name, missing } of suites)
      console.log(`${name.padEnd(18)}${(await missing?.()) ?? 'runs here'}`);
    return 0;
  }
  mkdirSync(REPORTS, { recursive: true });
  await ensureTools(
    Object.keys(TOOLS).filter((name): name is ToolName => TOOLS[name as ToolName].group === 'run'),
  );
  const lanes = Object.values(Object.groupBy(suites, ({ lane }) => lane));
  const results: Record<string, Result> = {};
  await Promise.all(
    lanes.map(async (lane) => {
      for (const suite of lane ?? []) {
        const result = await runSuite(suite);
        results[suite.name] = result;
        console.log(
          `${suite.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`,
        );
      }
    }),
  );
  const total = (key: 'passed' | 'failed') =>
    Object.values(results).reduce((sum, result) => sum + result[key], 0);
  console.log('');
  for (const { name } of suites)
    for (const failure of results[name]?.failures ?? []) console.log(`${name}: failed: ${failure}`);
  for (const { name } of suites) {
    const result = results[name];
    if (result)
      console.log(
        `${name.padEnd(18)}${String(result.passed).padStart(6)} passed ${String(result.failed).padStart(4)} failed`,
      );
  }
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') === 0 ? 0 : 1;
}

process.exitCode = await main();
