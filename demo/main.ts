import { business } from './business/role.ts';
import { controller } from './controller/role.ts';
import { featureStore } from './features/role.ts';
import { inferenceApi } from './inference/role.ts';
import { createLog, reasonOf } from './kit/log.ts';
import type { Role } from './kit/service.ts';
import { lookUp, readSettings, SettingError } from './kit/settings.ts';
import { streamProcessing } from './streaming/role.ts';
import { mlPipeline } from './training/role.ts';

const ROLES = {
  'inference-api': inferenceApi,
  'feature-store': featureStore,
  'stream-processing': streamProcessing,
  'ml-pipeline': mlPipeline,
  business,
  demo: controller,
} as const;

/** Longest time to end after SIGTERM, in milliseconds. */
const STOP_MS = 8_000;

function usage(): string {
  const roles = Object.entries(ROLES).map(([name, role]) => `  ${name.padEnd(18)} ${role.summary}`);
  return `Usage: node demo/main.ts ROLE [--help]

A small feature store with incidents that can be switched on, one process a role. Settings are environment variables:
\`node demo/main.ts ROLE --help\` lists those of a role.

Roles:
${roles.join('\n')}
`;
}

function roleUsage(name: string, role: Role): string {
  const variables = Object.entries(role.variables).map(
    ([variable, { help, fallback }]) =>
      `  ${variable.padEnd(17)} ${help}${fallback ? ` Default: ${fallback}` : ' Default: none'}`,
  );
  return `Usage: node demo/main.ts ${name}

${role.summary}

Environment:
${variables.join('\n')}

GET /health answers 200, or 503 with the reason; GET /metrics is for Prometheus. SIGTERM ends it.
`;
}

async function main(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args.filter((arg) => arg !== '--help' && arg !== '-h');
  const help = args.includes('--help') || args.includes('-h');
  if (name === undefined) {
    process.stdout.write(usage());
    if (!help) process.exitCode = 2;
    return;
  }
  const role = lookUp<Role>('role', name, ROLES as unknown as Record<string, Role>);
  if (rest.length > 0)
    throw new SettingError(`unexpected argument "${rest[0]}": settings are environment variables`);
  if (help) {
    process.stdout.write(roleUsage(name, role));
    return;
  }
  await run(name, role);
}

async function run(name: string, role: Role): Promise<void> {
  const settings = readSettings(role.variables, process.env);
  const log = createLog(name);
  const ending = new AbortController();
  const stopped = Promise.withResolvers<void>();
  process.on('SIGTERM', stopped.resolve);
  process.on('SIGINT', stopped.resolve);
  // A peer that behaves oddly must not end the service: whoever awaits the promise has logged the failure.
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { reason: reasonOf(error) }));

  const running = await role.start(settings, { log, signal: ending.signal });
  log.info('listening', { port: running.server.port });
  await stopped.promise;
  log.info('stopping');
  setTimeout(() => process.exit(1), STOP_MS).unref();
  ending.abort();
  await running.server.close(2_000);
  await running.stop();
  log.info('stopped');
  process.exit(0);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`demo: ${error instanceof SettingError ? error.message : (error?.stack ?? error)}\n`);
  process.exitCode = error instanceof SettingError ? 2 : 1;
  process.exit();
});
