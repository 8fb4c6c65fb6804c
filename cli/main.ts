import { enableCompileCache } from 'node:module';
import { type Command, helpOf, readOptions, UsageError } from './arguments.ts';
import { explain } from './errors.ts';
import { compileCache, ROOT } from './project.ts';

// Compiled once, the program's modules load in half the time; the provider's process shares the cache, and so does a
// checkout of another commit, wherever it lies.
Object.assign(process.env, { ...compileCache(ROOT), ...process.env });
enableCompileCache();

/** Commands load when called: starting one must not pay for the others. */
const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  up: () => import('./up.ts'),
  monitor: () => import('./monitor.ts'),
  preview: () => import('./preview.ts'),
  health: () => import('./health.ts'),
  secret: () => import('./secret.ts'),
  silences: () => import('./silences.ts'),
  urls: () => import('./urls.ts'),
  logs: () => import('./logs.ts'),
  incident: () => import('./incident.ts'),
  recover: () => import('./recover.ts'),
  down: () => import('./down.ts'),
  diff: () => import('./diff.ts'),
  'pr-report': () => import('./pr-report.ts'),
  render: () => import('./render.ts'),
  describe: () => import('./describe.ts'),
  dashboards: () => import('./dashboards.ts'),
  'dashboards-shoot': () => import('./dashboards-shoot.ts'),
  'verify-metrics': () => import('./verify-metrics.ts'),
  drill: () => import('./drill.ts'),
  'report-slo': () => import('./report-slo.ts'),
  'report-alerts': () => import('./report-alerts.ts'),
  'report-capacity': () => import('./report-capacity.ts'),
  'report-daily': () => import('./report-daily.ts'),
  'report-weekly': () => import('./report-weekly.ts'),
  backtest: () => import('./backtest.ts'),
  'pin-images': () => import('./pin-images.ts'),
  'pin-actions': () => import('./pin-actions.ts'),
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help') return list();
  const load = COMMANDS[name];
  if (load === undefined) {
    console.error(`${name} is not a command; they are: ${Object.keys(COMMANDS).join(', ')}`);
    return 2;
  }
  const { default: command } = await load();
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpOf(command));
    return 0;
  }
  return await command.run(readOptions(command, args));
}

async function list(): Promise<number> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  for (const { default: command } of commands) console.log(`  ${command.name.padEnd(18)}${command.summary}`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
