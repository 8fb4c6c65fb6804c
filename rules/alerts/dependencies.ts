import { above, below, gauge, type RuleModule } from './define.ts';

const redis = {
  group: 'dependencies',
  service: 'redis',
  team: 'feature-platform',
  dashboard: 'feature-store',
} as const;
const kafka = {
  group: 'dependencies',
  service: 'kafka',
  team: 'streaming',
  dashboard: 'stream-processing',
} as const;

const tcp = (service: string, success: number) =>
  gauge('probe_success', { job: 'probe-tcp', service, instance: `${service}:1` }, success);
const REDIS = { job: 'redis-exporter', instance: 'redis-exporter:9121', pod: 'a' };

export const redisRules: RuleModule = {
  recordings: [],
  alerts: [
    {
      ...redis,
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
      ...redis,
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
      ...redis,
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
      ...redis,
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

export const kafkaRules: RuleModule = {
  recordings: [],
  alerts: [
    {
      ...kafka,
      name: 'KafkaDown',
      severity: 'critical',
      signal: 'availability',
      expr: (threshold) => `max(probe_success{job="probe-tcp", service="kafka"}) < ${threshold}`,
      threshold: below(1, 'count'),
      for: '1m',
      summary: 'Kafka is unavailable',
      description: 'No Kafka broker accepts connections: no feature is updated.',
      runbook: 'kafka-down',
      proofs: [
        {
          series: (up) => [
            tcp('kafka', up),
            tcp('redis', 1),
            gauge('probe_success', { job: 'probe-http', service: 'kafka', instance: 'kafka:1' }, 1),
          ],
          over: 0,
          under: 1,
        },
      ],
      timelines: [
        {
          name: 'Redis is down, and one of two brokers',
          phases: () => [
            {
              lasts: '5m',
              series: [
                tcp('kafka', 1),
                gauge('probe_success', { job: 'probe-tcp', service: 'kafka', instance: 'kafka:2' }, 0),
                tcp('redis', 0),
              ],
            },
          ],
        },
      ],
    },
  ],
};
