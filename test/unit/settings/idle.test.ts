import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import type { Platform } from '../../../platforms/workload.ts';
import {
  addressing,
  dockerOptions,
  kubernetesOptions,
  localOptions,
  replicasOf,
} from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

/** What notifications need where no demo stands in for their receivers. */
const NOTIFIED = {
  pagerduty: { routingKey: 'a'.repeat(32) },
  slack: { webhookUrl: 'https://hooks.slack.com/services/T000/B000/XXXX' },
  heartbeat: { url: 'https://heartbeat.example.com/a' },
};
const PLATFORMS = ['local', 'docker', 'kubernetes'] as const;

/** Everything that is declared of a stack, as a text, and what is told of idle settings. */
function declared(input: object) {
  const settings = parseSettings({ production: false, notifications: NOTIFIED, ...input }, { stack: 'test' });
  const platform: Platform = {
    ...addressing(settings, '/srv/project'),
    run: () => {
      throw new Error('nothing runs');
    },
  };
  const replicas = replicasOf(settings);
  const { warnings, ...files } = renderFiles({ settings, platform, replicas, user: NO_USER_FILES });
  const own = {
    image: settings.platform === 'local' ? '' : settings.image,
    path: (file: string) => file,
    grafanaStandIn: false,
  };
  const options = {
    local: localOptions(settings, '/srv/project'),
    docker: dockerOptions(settings),
    kubernetes: kubernetesOptions(settings),
  }[settings.platform];
  const workloads = workloadsOf(
    stackParts({ settings, platform, files: { ...files, warnings }, replicas, own } as never),
  );
  const names = new Set<string>(workloads.map(({ name }) => name));
  const takes = {
    files: { ...files, ...(settings.grafana.mode === 'off' ? { dashboards: {}, provisioning: {} } : {}) },
    workloads: workloads.map(({ data, ...rest }) =>
      // A volume has a size in a cluster alone.
      settings.platform === 'kubernetes' ? { data, ...rest } : { ...rest, data: data?.mount },
    ),
    options:
      'ports' in options
        ? { ...options, ports: Object.entries(options.ports ?? {}).filter(([name]) => names.has(name)) }
        : options,
    replicas,
  };
  return { text: JSON.stringify(takes), warnings };
}

/** A value for each setting of the stack's own groups, beside what it needs. */
const SAMPLES: readonly (readonly [key: string, change: object, base?: object])[] = [
  ['environment', { environment: 'other' }],
  ['ports', { ports: { grafana: 3001 } }],
  ['image', { image: 'registry.example.com/programs:2' }],
  [
    'image',
    { image: 'registry.example.com/programs:2', demo: { enabled: false } },
    { demo: { enabled: false } },
  ],
  ['demo.requestsPerSecond', { demo: { requestsPerSecond: 7 } }],
  ['docker', { docker: { subnet: '10.99.7.0/24' } }],
  ['kubernetes', { kubernetes: { namespace: 'other' } }],
  ['prometheus.volumeGibibytes', { prometheus: { volumeGibibytes: 33 } }],
  ['prometheus.retention', { prometheus: { retention: { time: '40d' } } }],
  ['prometheus.scrapeInterval', { prometheus: { scrapeInterval: '20s' } }],
  ['redis.address', { redis: { address: 'a:1' } }],
  ['redis.user', { redis: { user: 'metrics' } }],
  ['redis.address', { redis: { off: true, address: 'a:1' } }, { redis: { off: true } }],
  ['kafka.address', { kafka: { off: true, address: 'a:1' } }, { kafka: { off: true } }],
  ['kafka.address', { kafka: { address: 'a:1' } }],
  [
    'ports.redis-exporter',
    { redis: { off: true }, ports: { 'redis-exporter': 9222 } },
    { redis: { off: true } },
  ],
  [
    'services[0].interval',
    { services: [{ name: 'business', off: true, interval: '20s' }] },
    { services: [{ name: 'business', off: true }] },
  ],
  ['dashboards', { grafana: { mode: 'off' }, dashboards: { refresh: '1m' } }, { grafana: { mode: 'off' } }],
  ['grafana.url', { grafana: { mode: 'off', url: 'https://a' } }, { grafana: { mode: 'off' } }],
  ['dashboards', { dashboards: { refresh: '1m' } }],
  ['trial', { trial: true }],
];

describe.each(PLATFORMS)('on %s', (platform) => {
  test.each(SAMPLES.map(([key, change, base = {}]) => ({ key, change, base })))(
    '$key changes the plan, or is told: $change',
    ({ key, change, base }) => {
      // A cluster's demo is a trial.
      const cluster = platform === 'kubernetes' && key !== 'trial' ? { trial: true } : {};
      const changed = declared({ platform, ...cluster, ...change });
      const told = changed.warnings.filter((line) => {
        const named = line.split(' ')[0] ?? '';
        return key === named || key.startsWith(`${named}.`);
      });
      const same = changed.text === declared({ platform, ...cluster, ...base }).text;
      for (const line of told)
        expect(line).toMatch(
          /^\S+ is set and has no effect: .+\. Remove it: make unset STACK=test NAME='\S+'$/,
        );
      if (key === 'trial') return;
      expect([key, same, told.length > 0]).toEqual([key, same, same]);
    },
  );
});

test('an ordinary file is told nothing', () => {
  for (const platform of PLATFORMS) expect(declared({ platform }).warnings).toEqual([]);
});
