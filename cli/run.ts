import { type Command, helpOf, readOptions, UsageError } from './arguments.ts';
import { explain } from './errors.ts';

/** Commands load when called: starting one must not pay for the others. */
export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  up: () => import('./commands/up.ts'),
  monitor: () => import('./commands/monitor.ts'),
  preview: () => import('./commands/preview.ts'),
  health: () => import('./commands/health.ts'),
  set: () => import('./commands/set.ts'),
  unset: () => import('./commands/unset.ts'),
  secret: () => import('./commands/secret.ts'),
  silences: () => import('./commands/silences.ts'),
  urls: () => import('./commands/urls.ts'),
  logs: () => import('./commands/logs.ts'),
  incident: () => import('./commands/incident.ts'),
  recover: () => import('./commands/recover.ts'),
  down: () => import('./commands/down.ts'),
  unlock: () => import('./commands/unlock.ts'),
  passphrase: () => import('./commands/change-passphrase.ts'),
  diff: () => import('./commands/diff.ts'),
  'pr-report': () => import('./commands/pr-report.ts'),
  render: () => import('./commands/render.ts'),
  describe: () => import('./commands/describe.ts'),
  dashboards: () => import('./commands/dashboards.ts'),
  'dashboards-shoot': () => import('./commands/dashboards-shoot.ts'),
  'verify-metrics': () => import('./commands/verify-metrics.ts'),
  drill: () => import('./commands/drill.ts'),
  'report-slo': () => import('./commands/report-slo.ts'),
  'report-alerts': () => import('./commands/report-alerts.ts'),
  'report-capacity': () => import('./commands/report-capacity.ts'),
  'report-daily': () => import('./commands/report-daily.ts'),
  'report-weekly': () => import('./commands/report-weekly.ts'),
  backtest: () => import('./commands/backtest.ts'),
  'pin-images': () => import('./commands/pin-images.ts'),
  'pin-actions': () => import('./commands/pin-actions.ts'),
  'new-alert': () => import('./commands/new-alert.ts'),
  'new-dashboard': () => import('./commands/new-dashboard.ts'),
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
    throw new UsageError(
      `${name} is not a command; they are: ${Object.keys(COMMANDS).join(', ')}. What each does: make help`,
    );
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
