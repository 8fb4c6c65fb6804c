import { STACK } from '../catalogue/services.ts';
import type { ConfigDirectory, Connection, Workload } from '../platforms/workload.ts';
import type { RedisServer } from '../stack/settings/index.ts';
import type { ComponentArgs } from './component.ts';
import { program } from './program.ts';

export interface RedisExporterArgs extends ComponentArgs {
  /** URL of the first node, `redis://host:port` or `rediss://host:port`. */
  readonly redis: string;
  /** URLs of everything that it is asked for. Default: the first node alone. */
  readonly urls?: readonly string[];
  readonly connectsTo: readonly Connection[];
  /** User of Redis's access control lists. Default: the default user. */
  readonly user?: string;
  /** Redis's password. Default: none. */
  readonly password?: string;
  /** How certificates are checked, and the client's own. Default: by the system's authorities. */
  readonly tls?: RedisServer['tls'];
}

const NAME = 'redis-exporter';
const SECRETS = '/etc/redis-exporter';
const CERTIFICATES = '/etc/redis-exporter-certificates';

/** The Redis exporter as a workload. */
export function redisExporterWorkload(args: RedisExporterArgs): Workload {
  const { platform, tls, user } = args;
  const { port } = STACK[NAME];
  const certificates = present({ 'ca.pem': tls?.ca, 'client.pem': tls?.certificate });
  const secrets = present({ 'password.json': passwords(args), 'client-key.pem': tls?.key });
  const flag = (name: string, folder: string, file: string, files: Readonly<Record<string, string>>) =>
    file in files ? [`--${name}=${platform.path(NAME, folder)}/${file}`] : [];
  return {
    name: NAME,
    program: program('redis_exporter'),
    args: [
      `--redis.addr=${args.redis}`,
      `--web.listen-address=${platform.listen(NAME, port)}`,
      // A Redis that hangs must be reported as down within one scrape (15 s) rather than time the scrape out.
      '--connection-timeout=5s',
      ...(user === undefined ? [] : [`--redis.user=${user}`]),
      ...flag('redis.password-file', SECRETS, 'password.json', secrets),
      ...flag('tls-ca-cert-file', CERTIFICATES, 'ca.pem', certificates),
      ...flag('tls-client-cert-file', CERTIFICATES, 'client.pem', certificates),
      ...flag('tls-client-key-file', SECRETS, 'client-key.pem', secrets),
    ],
    ports: [{ name: 'metrics', port }],
    ...directories([
      { name: 'certificates', mount: CERTIFICATES, files: certificates, onChange: 'restart' },
      { name: 'secrets', mount: SECRETS, files: secrets, secret: true, onChange: 'restart' },
    ]),
    health: { http: { path: '/health', port: 'metrics' } },
    resources: { cpuMillis: 20, memoryMebibytes: 32, memoryLimitMebibytes: 128 },
    user: 59000,
    connectsTo: args.connectsTo,
  };
}

function directories(all: readonly ConfigDirectory[]): Pick<Workload, 'directories'> {
  const filled = all.filter(({ files }) => Object.keys(files).length > 0);
  return filled.length === 0 ? {} : { directories: filled };
}

function present(files: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

/** The exporter looks passwords up by the URL that it asks, with the user in it. */
function passwords({ redis, urls = [redis], user, password }: RedisExporterArgs): string | undefined {
  if (password === undefined) return undefined;
  const name = (url: string) => (user === undefined ? url : url.replace('://', `://${user}@`));
  return JSON.stringify(Object.fromEntries(urls.map((url) => [name(url), password])));
}
