import { below, gauge, type RuleModule } from './define.ts';

const kafka = {
  group: 'dependencies',
  service: 'kafka',
  team: 'streaming',
  dashboard: 'stream-processing',
} as const;

const tcp = (service: string, success: number) =>
  gauge('probe_success', { job: 'probe-tcp', service, instance: `${service}:1` }, success);

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
