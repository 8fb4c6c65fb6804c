import { z } from 'zod';
import { DEPENDENCIES, REDIS_JOBS } from '../../catalogue/services.ts';
import { REDIS_SCHEME, redisAddress } from '../../lib/forms.ts';
import type { Addressing, ConfigDirectory, Connection, Workload } from '../../platforms/workload.ts';
import type { RuleModule } from '../../rules/alert.ts';
import { above, below, gauge } from '../../rules/series.ts';
import { secret } from '../../stack/settings/credentials.ts';
import { tlsByHost } from '../../stack/settings/tls.ts';
import type { ScrapeJob } from '../prometheus/scrape.ts';
import { definePart, metricsOf, type PartContext, pinned } from './part.ts';

const NAME = 'redis-exporter';
const PORT = 9121;
const PROGRAM = pinned('redis_exporter', 'docker.io/oliver006/redis_exporter');
const redisMetric = metricsOf(NAME);

const redis = z
  .strictObject({
    address: redisAddress
      .optional()
      .describe('Where it is reached, as host:port or rediss://host:port. Default: redis:6379.'),
    addresses: z
      .array(redisAddress)
      .min(1)
      .optional()
      .describe('Where its nodes are reached instead: a master and its replicas, or the nodes of a cluster.'),
    sentinels: z
      .array(redisAddress)
      .default([])
      .describe('Where its sentinels are reached, whose own metrics are kept, redis_sentinel_…'),
    user: z
      .string()
      .regex(/^[A-Za-z0-9._~-]+$/, { message: 'letters, digits, dots, dashes, underscores and ~' })
      .optional()
      .describe('User of its access control lists. Default: the default user.'),
    password: secret.describe('Its password.'),
    tls: tlsByHost.optional().describe('How its certificate is checked; each address is TLS with it.'),
    off: z.boolean().default(false).describe('Leave it out: no probe, no exporter.'),
  })
  .refine((value) => value.address === undefined || value.addresses === undefined, {
    path: ['addresses'],
    message: 'either address or addresses, not both',
  })
  .prefault({});

/** Redis as it is watched. */
export interface RedisServer {
  /** Whether it is left out: no probe, no exporter. */
  readonly off: boolean;
  /** `host:port` of the first node; undefined where Redis is left out. */
  readonly address: string | undefined;
  /** `host:port` of each further node. */
  readonly further: readonly string[];
  /** `host:port` of each sentinel. */
  readonly sentinels: readonly string[];
  /** Those of all of them that speak TLS. */
  readonly encrypted: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly tls: z.output<typeof tlsByHost> | undefined;
}

/** Redis as its settings declare it. */
export function redisServer(raw: z.output<typeof redis>): RedisServer {
  const { user, password, tls, off } = raw;
  const given = off ? [] : (raw.addresses ?? [raw.address ?? `redis:${DEPENDENCIES.redis.port}`]);
  const sentinels = off ? [] : raw.sentinels;
  const encrypted = [...given, ...sentinels].filter(
    (each) => tls !== undefined || each.startsWith('rediss://'),
  );
  const [address, ...further] = given.map(bare);
  return {
    off,
    address,
    further,
    sentinels: sentinels.map(bare),
    encrypted: encrypted.map(bare),
    user,
    password,
    tls,
  };
}

const bare = (address: string): string => address.replace(REDIS_SCHEME, '');

const service = {
  group: 'dependencies',
  service: 'redis',
  team: 'feature-platform',
  dashboard: 'feature-store',
} as const;

const tcp = (service: string, success: number) =>
  gauge('probe_success', { job: 'probe-tcp', service, instance: `${service}:1` }, success);
const REDIS = { job: NAME, instance: `${NAME}:${PORT}`, pod: 'a' };

const rules: RuleModule = {
  recordings: [],
  alerts: [
    {
      ...service,
      name: 'RedisDown',
      severity: 'critical',
      signal: 'availability',
      expr: (threshold) =>
        `max(redis_up) < ${threshold} or max(probe_success{job="probe-tcp", service="redis"}) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '1m',
      summary: 'Redis is unavailable',
      description: 'Redis does not answer its exporter, or refuses connections: features cannot be read.',
      runbook: 'redis-down',
      proofs: [
        {
          name: 'to its exporter',
          series: (up) => [gauge('redis_up', REDIS, up), tcp('redis', 1), tcp('kafka', 1)],
          over: 0,
          under: 1,
        },
        {
          name: 'to the TCP probe',
          series: (up) => [
            gauge('redis_up', REDIS, 1),
            tcp('redis', up),
            tcp('kafka', 1),
            gauge('probe_success', { job: 'probe-http', service: 'redis' }, 1),
          ],
          over: 0,
          under: 1,
        },
      ],
      timelines: [
        {
          name: 'other probes fail, another instance answers',
          phases: () => [
            {
              lasts: '5m',
              series: [
                gauge('redis_up', REDIS, 1),
                gauge('redis_up', { ...REDIS, pod: 'b' }, 0),
                tcp('redis', 1),
                gauge(
                  'probe_success',
                  { job: 'probe-tcp', service: 'redis', instance: 'redis:1', zone: 'b' },
                  0,
                ),
              ],
            },
          ],
        },
        {
          name: 'Kafka is down',
          phases: () => [
            { lasts: '5m', series: [gauge('redis_up', REDIS, 1), tcp('redis', 1), tcp('kafka', 0)] },
          ],
        },
      ],
    },
    {
      ...service,
      // Not …Down, which would keep alerts of the whole service quiet.
      name: 'RedisInstanceLost',
      severity: 'warning',
      signal: 'availability',
      expr: (threshold) => `min by (instance) (redis_up) < ${threshold} and on () max(redis_up) == 1`,
      threshold: below(1, 'count'),
      for: '5m',
      summary: 'A Redis instance is unavailable',
      description:
        'Redis does not answer the exporter {{ $labels.instance }}, others answer theirs: the features of its shard cannot be read, or a replica is lost.',
      runbook: 'redis-down',
      proofs: [
        {
          series: (up) => [
            gauge('redis_up', { ...REDIS, instance: 'shard-a:9121' }, 1),
            gauge('redis_up', { ...REDIS, instance: 'shard-b:9121' }, 1),
            gauge('redis_up', { ...REDIS, instance: 'shard-c:9121' }, up),
            gauge('redis_up', { ...REDIS, instance: 'shard-c:9121', pod: 'b' }, 1),
          ],
          over: 0,
          under: 1,
          labels: [{ instance: 'shard-c:9121' }],
        },
      ],
      timelines: [
        {
          name: 'no instance answers, which has an alert of its own',
          phases: () => [{ lasts: '20m', series: [gauge('redis_up', REDIS, 0)] }],
        },
      ],
    },
    {
      ...service,
      name: 'RedisMemoryHigh',
      severity: 'warning',
      signal: 'saturation',
      expr: (threshold) => `max(redis_memory_used_bytes / (redis_memory_max_bytes > 0)) > ${threshold}`,
      threshold: above(0.8, 'ratio'),
      for: '5m',
      summary: 'Redis is close to its memory limit',
      description:
        'Redis uses {{ $value | humanizePercentage }} of its memory limit; at the limit it evicts features.',
      runbook: 'redis-memory',
      proofs: [
        {
          series: (level) => [
            gauge('redis_memory_used_bytes', REDIS, level * 1e9),
            gauge('redis_memory_max_bytes', REDIS, 1e9),
            gauge('redis_memory_used_bytes', { ...REDIS, pod: 'b' }, 1e6),
            gauge('redis_memory_max_bytes', { ...REDIS, pod: 'b' }, 1e9),
          ],
          exact: true,
        },
      ],
      timelines: [
        {
          name: 'no limit',
          phases: () => [
            {
              lasts: '10m',
              series: [
                gauge('redis_memory_used_bytes', REDIS, 1e9),
                gauge('redis_memory_max_bytes', REDIS, 0),
              ],
            },
          ],
        },
      ],
    },
    {
      ...service,
      name: 'RedisMetricsMissing',
      severity: 'warning',
      signal: 'monitoring',
      expr: (threshold) => `absent(redis_up) >= ${threshold} and on () max(up{job="redis-exporter"}) == 1`,
      threshold: above(1, 'count'),
      for: '10m',
      summary: 'Nothing says whether Redis is up',
      description: 'The Redis exporter answers, but redis_up is missing: RedisDown cannot fire from it.',
      runbook: 'metrics-missing',
      proofs: [
        {
          series: (level) => [
            gauge('up', { job: 'redis-exporter', instance: 'redis-exporter:9121' }, 1),
            ...(level > 0 ? [] : [gauge('redis_up', REDIS, 1)]),
          ],
          over: 1,
          under: 0,
        },
      ],
      timelines: [
        {
          name: 'the exporter is down, which has an alert of its own',
          phases: () => [
            {
              lasts: '20m',
              series: [
                gauge('up', { job: 'redis-exporter', instance: 'redis-exporter:9121' }, 0),
                gauge('up', { job: 'other', instance: 'other:1' }, 1),
              ],
            },
          ],
        },
      ],
    },
  ],
};

/** Redis's exporter: connections, memory and throughput of every node and sentinel. */
export const redisExporter = definePart({
  name: NAME,
  title: 'Redis exporter',
  port: PORT,
  program: PROGRAM,
  opened: false,
  ready: '/health',
  probed: undefined,
  settings: { redis },
  watches: 'redis',
  absent: ({ redis: { off } }: { readonly redis: Pick<RedisServer, 'off'> }) =>
    off ? 'redis.off is true' : undefined,
  targets: ({ redis: { further } }: Needs) => 1 + further.length,
  metrics: {
    redis_up: {
      ...redisMetric('gauge', '1', '1 where Redis answers its exporter, 0 otherwise.'),
      essential: true,
    },
    redis_uptime_in_seconds: redisMetric('gauge', 'seconds', 'How long Redis has been running.'),
    redis_connected_clients: redisMetric('gauge', '1', 'Clients connected to Redis.'),
    redis_config_maxclients: redisMetric('gauge', '1', 'Largest number of clients that Redis accepts.'),
    redis_blocked_clients: redisMetric('gauge', '1', 'Clients that wait in a blocking call.'),
    redis_connections_received_total: redisMetric('counter', '1', 'Connections that Redis accepted.'),
    redis_rejected_connections_total: redisMetric(
      'counter',
      '1',
      'Connections refused because of the client limit.',
    ),
    redis_memory_used_bytes: redisMetric('gauge', 'bytes', 'Memory that Redis uses for its data.'),
    redis_memory_used_rss_bytes: redisMetric('gauge', 'bytes', 'Memory of Redis as the system sees it.'),
    redis_memory_max_bytes: redisMetric('gauge', 'bytes', 'Memory limit of Redis; 0 is no limit.'),
    redis_mem_fragmentation_ratio: redisMetric(
      'gauge',
      'ratio',
      'Resident memory over the memory that Redis uses.',
    ),
    redis_slowlog_length: redisMetric('gauge', '1', 'Commands in the slow log.'),
    redis_connected_slaves: redisMetric('gauge', '1', 'Replicas connected to Redis.'),
    redis_commands_processed_total: redisMetric('counter', '1', 'Commands that Redis carried out.'),
    redis_commands_duration_seconds_total: redisMetric('counter', 'seconds', 'Time spent by command.', [
      'cmd',
    ]),
    redis_commands_total: redisMetric('counter', '1', 'Commands carried out by command.', ['cmd']),
    redis_keyspace_hits_total: redisMetric('counter', '1', 'Keys looked up and found.'),
    redis_keyspace_misses_total: redisMetric('counter', '1', 'Keys looked up and not found.'),
    redis_evicted_keys_total: redisMetric('counter', '1', 'Keys evicted because of the memory limit.'),
    redis_expired_keys_total: redisMetric('counter', '1', 'Keys that expired.'),
    redis_net_input_bytes_total: redisMetric('counter', 'bytes', 'Bytes that Redis received.'),
    redis_net_output_bytes_total: redisMetric('counter', 'bytes', 'Bytes that Redis sent.'),
    redis_db_keys: redisMetric('gauge', '1', 'Keys by database.', ['db']),
  },
  rules,
  healthy: () => [
    gauge('redis_up', { job: NAME, instance: `${NAME}:${PORT}` }, 1),
    gauge('redis_memory_used_bytes', { job: NAME }, 0.6e9),
    gauge('redis_memory_max_bytes', { job: NAME }, 1e9),
  ],
  furtherJobs: (context: PartContext<Needs>) => ({ jobs: furtherJobs(context) }),
  workload: (context) => {
    const { platform, settings, connection } = context;
    const { user, password, tls } = settings.redis;
    const [first = '', ...others] = addresses(settings.redis).map((each) => url(context, each));
    return redisExporterWorkload({
      platform,
      redis: first,
      urls: [first, ...others],
      connectsTo: addresses(settings.redis).map(connection),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
    });
  },
});

export interface Needs {
  readonly redis: RedisServer;
}

/** Everything that the exporter looks at, the first node included. */
const addresses = ({ address, further, sentinels }: RedisServer): readonly string[] =>
  address === undefined ? [] : [address, ...further, ...sentinels];

const url = (
  {
    settings: {
      redis: { encrypted },
    },
    dial,
  }: PartContext<Needs>,
  address: string,
): string => `${encrypted.includes(address) ? 'rediss' : 'redis'}://${dial(address)}`;

/** Further nodes and sentinels, which the exporter is asked for one by one. */
function furtherJobs(context: PartContext<Needs>): readonly ScrapeJob[] {
  const { settings, platform } = context;
  const { further, sentinels } = settings.redis;
  const exporter = platform.address(NAME, PORT);
  const asked = (job: string, addresses: readonly string[], keeps?: string): readonly ScrapeJob[] =>
    addresses.length === 0
      ? []
      : [
          {
            job,
            metricsPath: '/scrape',
            targets: addresses.map((each) => ({
              address: exporter,
              instance: each,
              target: url(context, each),
            })),
            ...(keeps === undefined ? {} : { keeps }),
          },
        ];
  return [
    ...asked(REDIS_JOBS.nodes, further),
    // A sentinel that answers is no Redis that does.
    ...asked(REDIS_JOBS.sentinels, sentinels, 'redis_sentinel_.*'),
  ];
}

export interface RedisExporterArgs {
  readonly platform: Addressing;
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

const SECRETS = '/etc/redis-exporter';
const CERTIFICATES = '/etc/redis-exporter-certificates';

/** The Redis exporter as a workload. */
export function redisExporterWorkload(args: RedisExporterArgs): Workload {
  const { platform, tls, user } = args;
  const certificates = present({ 'ca.pem': tls?.ca, 'client.pem': tls?.certificate });
  const secrets = present({ 'password.json': passwords(args), 'client-key.pem': tls?.key });
  const flag = (name: string, folder: string, file: string, files: Readonly<Record<string, string>>) =>
    file in files ? [`--${name}=${platform.path(NAME, folder)}/${file}`] : [];
  return {
    name: NAME,
    program: PROGRAM,
    args: [
      `--redis.addr=${args.redis}`,
      `--web.listen-address=${platform.listen(NAME, PORT)}`,
      // A Redis that hangs must be reported as down within one scrape (15 s) rather than time the scrape out.
      '--connection-timeout=5s',
      ...(user === undefined ? [] : [`--redis.user=${user}`]),
      ...flag('redis.password-file', SECRETS, 'password.json', secrets),
      ...flag('tls-ca-cert-file', CERTIFICATES, 'ca.pem', certificates),
      ...flag('tls-client-cert-file', CERTIFICATES, 'client.pem', certificates),
      ...flag('tls-client-key-file', SECRETS, 'client-key.pem', secrets),
    ],
    ports: [{ name: 'metrics', port: PORT }],
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
