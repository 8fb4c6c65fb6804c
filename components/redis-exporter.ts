import { STACK } from '../catalogue/services.ts';
import type { Connection, Platform, Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { program } from './program.ts';

export interface RedisExporterArgs extends ComponentArgs {
  /** `host:port` of Redis. */
  readonly redis: string;
  readonly connectsTo: Connection;
  /** Redis's password. Default: none. */
  readonly password?: string;
}

const NAME = 'redis-exporter';
const SECRETS = '/etc/redis-exporter';

/** The Redis exporter as a workload. */
export function redisExporterWorkload(args: RedisExporterArgs): Workload {
  const { platform, password } = args;
  const { port } = STACK[NAME];
  return {
    name: NAME,
    program: program('redis_exporter'),
    args: [
      `--redis.addr=redis://${args.redis}`,
      `--web.listen-address=${platform.listen(NAME, port)}`,
      // A Redis that hangs must be reported as down within one scrape (15 s) rather than time the scrape out.
      '--connection-timeout=5s',
      ...(password === undefined ? [] : [`--redis.password-file=${passwordFile(platform)}`]),
    ],
    ports: [{ name: 'metrics', port }],
    ...(password === undefined
      ? {}
      : {
          directories: [
            {
              name: 'secrets',
              mount: SECRETS,
              // The exporter looks passwords up by the address that it was given.
              files: { 'password.json': passwordJson(args.redis, password) },
              secret: true,
              onChange: 'restart' as const,
            },
          ],
        }),
    health: { http: { path: '/health', port: 'metrics' } },
    resources: { cpuMillis: 20, memoryMebibytes: 32, memoryLimitMebibytes: 128 },
    user: 59000,
    connectsTo: [args.connectsTo],
  };
}

function passwordFile(platform: Platform): string {
  return `${platform.path(NAME, SECRETS)}/password.json`;
}

function passwordJson(redis: string, password: string): string {
  return JSON.stringify({ [`redis://${redis}`]: password });
}
