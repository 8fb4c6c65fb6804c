import type { HealthCheck, Workload } from '../workload.ts';
import type { Settings } from './options.ts';

/** Folder of the helper in every container. */
export const HEALTH_FOLDER = '/.health';
export const HELPER = `${HEALTH_FOLDER}/busybox`;

/** Each check starts a process in the container, some 30 ms of a core: more often would be felt. */
const INTERVAL_SECONDS = 10;
const TIMEOUT_SECONDS = 5;
/** Three checks in a row: one lost packet makes nobody unhealthy. */
const RETRIES = 3;
const DEFAULT_STARTUP_SECONDS = 60;

/** The engine's health check of a workload. */
export function healthcheck(workload: Workload, settings: Settings) {
  const { health } = workload;
  return {
    tests: ['CMD', HELPER, ...test(health, workload, settings)],
    interval: duration(INTERVAL_SECONDS),
    timeout: duration(TIMEOUT_SECONDS),
    startPeriod: duration(startupSeconds(health)),
    retries: RETRIES,
  };
}

/** How long a start may take until the update fails. */
export function waitSeconds({ health }: Workload): number {
  return startupSeconds(health) + INTERVAL_SECONDS * RETRIES;
}

/** As Go prints it (`1m30s`), and so the provider reads it back: any other spelling replaces the container each time. */
function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const parts = [hours > 0 ? `${hours}h` : '', hours + minutes > 0 ? `${minutes}m` : '', `${seconds % 60}s`];
  return parts.join('');
}

function test(health: HealthCheck, workload: Workload, settings: Settings): string[] {
  const name = 'http' in health ? health.http.port : health.tcp.port;
  const port = workload.ports.find((entry) => entry.name === name)?.port ?? 0;
  const host = settings.onHostNetwork.includes(workload.name) ? settings.gateway : '127.0.0.1';
  if ('http' in health) {
    const url = `http://${host}:${port}${health.http.path}`;
    return ['wget', '-q', '-O', '/dev/null', url];
  }
  // A socket that listens (state 0A): what a connection would prove, without one.
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return ['grep', '-qsE', `:${hexadecimal} [0-9A-F]+:0000 0A `, '/proc/net/tcp', '/proc/net/tcp6'];
}

function startupSeconds({ startupSeconds = DEFAULT_STARTUP_SECONDS }: HealthCheck): number {
  return startupSeconds;
}
