import { type Command, helpOf, readOptions, UsageError } from './arguments.ts';
import { explain } from './errors.ts';

/** Commands load when called: starting one must not pay for the others. */
export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  up: () => import('./up.ts'),
  monitor: () => import('./monitor.ts'),
  preview: () => import('./preview.ts'),
  health: () => import('./health.ts'),
  set: () => import('./set.ts'),
  unset: () => import('./unset.ts'),
  secret: () => import('./secret.ts'),
  silences: () => import('./silences.ts'),
  urls: () => import('./urls.ts'),
  logs: () => import('./logs.ts'),
  incident: () => import('./incident.ts'),
  recover: () => import('./recover.ts'),
  down: () => import('./down.ts'),
  unlock: () => import('./unlock.ts'),
  passphrase: () => import('./change-passphrase.ts'),
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

/**
 * Runs one command line, and says on standard error what went wrong. Nothing is thrown.
 * @returns the exit code: the command's own, 2 for a wrong call, 1 for any other error.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    console.error(explain(error));
    return exitCodeOf(error);
  }
}

/** What an error ends the program with, where it asks for something else than 1. */
function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return (error as { readonly exitCode?: number }).exitCode ?? 1;
}

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return await list();
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined)
    throw new UsageError(`${name} is not a command; they are: ${Object.keys(COMMANDS).join(', ')}`);
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
