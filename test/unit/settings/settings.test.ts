import { expect, test } from 'vitest';
import { configOf, parseSettings, SettingsError } from '../../../stack/settings/index.ts';
import { secretValues } from '../../../stack/settings/secrets.ts';

const parse = (input: unknown, stack = 'local') => parseSettings(input, { stack });

/** The only problem of some settings. */
function problem(input: unknown, stack?: string): string {
  try {
    parse(input, stack);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const { problems } = error as SettingsError;
    expect(problems).toHaveLength(1);
    return problems[0] ?? '';
  }
  throw new Error('the settings were accepted');
}

test('an empty file is a whole stack', () => {
  const settings = parse({});
  expect(settings.platform).toBe('local');
  expect(settings.services.map(({ name }) => name)).toEqual([
    'inference-api',
    'feature-store',
    'stream-processing',
    'ml-pipeline',
    'business',
  ]);
  expect(settings.prometheus.retention).toEqual({ time: '30d', size: '10GB' });
  expect(settings.prometheus.scrapeInterval).toBe('15s');
  expect(settings.services[0]).toMatchObject({
    addresses: ['inference-api:8080'],
    interval: '10s',
    metricsPath: '/metrics',
  });
  expect(settings.demoEnabled).toBe(true);
});

test('a service of the catalogue is changed by its name, and others are added', () => {
  const { services } = parse({
    services: [
      { name: 'inference-api', addresses: ['10.0.0.1:8080', '10.0.0.2:8080'], healthPath: '/ready' },
      { name: 'business', off: true },
      { name: 'kafka-exporter', address: 'kafka-exporter:9308', preset: 'kafka_exporter' },
    ],
  });
  expect(services.map(({ name }) => name)).not.toContain('business');
  expect(services[0]).toMatchObject({
    healthPath: '/ready',
    interval: '10s',
    addresses: ['10.0.0.1:8080', '10.0.0.2:8080'],
  });
  expect(services.at(-1)).toMatchObject({
    name: 'kafka-exporter',
    interval: '15s',
    metricNames: { kafka_consumergroup_lag_sum: 'kafka_consumer_lag_sum' },
  });
});

test('an unknown key names the nearest one and the command that removes it', () => {
  expect(problem({ plattform: 'local' })).toBe(
    "plattform is not a setting; did you mean platform? Remove it: make unset STACK=local NAME='plattform'",
  );
  expect(problem({ prometheus: { retention: { tme: '3d' } } })).toContain(
    'prometheus.retention.tme is not a setting; did you mean time?',
  );
  expect(problem({ ports: { promtheus: 9091 } })).toContain(
    'ports.promtheus is not a setting; did you mean prometheus?',
  );
  expect(problem({ services: [{ name: 'a', adress: 'a:1' }] })).toContain(
    'services[0].adress is not a setting; did you mean address?',
  );
});

test('a wrong type names the key, the value and what is allowed', () => {
  expect(problem({ demo: { enabled: 'yes' } })).toBe(
    `demo.enabled is "yes", but must be of type boolean. Change it: make set STACK=local NAME='demo.enabled' VALUE='<value>'`,
  );
  expect(problem({ platform: 'podman' })).toContain(
    'platform is "podman", but must be one of local, docker, kubernetes',
  );
});

test('a value out of range names the range', () => {
  expect(problem({ ports: { prometheus: 70_000 } })).toContain(
    'ports.prometheus is 70000, but must be a port from 1024 to 65535',
  );
  expect(problem({ prometheus: { retention: { size: '10 gigs' } } })).toContain(
    'a size such as 500MB or 10GB',
  );
  expect(problem({ services: [{ name: 'a', address: 'a:99999' }] })).toContain(
    'host:port with a port from 1 to 65535',
  );
  expect(problem({ services: [{ name: 'a', interval: 'often' }] })).toContain(
    'services[0].interval is "often", but must be a Prometheus duration',
  );
});

test('a secret is never shown', () => {
  const said = problem({ grafana: { adminPassword: { nested: 'canary-4711' } } });
  expect(said).toContain('grafana.adminPassword cannot be used');
  expect(said).not.toContain('canary');
});

test('an expression of relabelling is one that Prometheus reads', () => {
  const relabel_configs = [
    { source_labels: ['job'], regex: '(?i)a.*', action: 'keep' },
    { source_labels: ['job'], regex: '(?!b).*', action: 'drop' },
  ];
  const sentence = (key: string) =>
    `${key} is "(?!b).*", but must be a regular expression that RE2 can read (invalid or unsupported Perl syntax: \`(?!\`). Change it: make set STACK=local NAME='${key}' VALUE='<value>'`;
  const scrapeConfigs = [{ job_name: 'x', static_configs: [{ targets: ['a:1'] }], relabel_configs }];
  expect(problem({ prometheus: { scrapeConfigs } })).toBe(
    sentence('prometheus.scrapeConfigs[0].relabel_configs[1].regex'),
  );
  const remoteWrite = [{ url: 'https://x.example', write_relabel_configs: relabel_configs }];
  expect(problem({ prometheus: { remoteWrite } })).toBe(
    sentence('prometheus.remoteWrite[0].write_relabel_configs[1].regex'),
  );
});

test('two services of one name are refused', () => {
  expect(problem({ services: [{ name: 'search' }, { name: 'ads' }, { name: 'search' }] })).toContain(
    'services[2].name is "search", which services[0] has already',
  );
});

test('a port that two workloads would use is refused', () => {
  expect(problem({ ports: { prometheus: 9093 } })).toContain(
    'ports.prometheus is 9093, which prometheus and alertmanager would both use',
  );
});

test('either address or addresses', () => {
  expect(problem({ services: [{ name: 'a', address: 'a:1', addresses: ['b:2'] }] })).toContain(
    'either address or addresses, not both',
  );
});

const production = { grafana: { adminPassword: 'correct-horse' } };

test('production refuses the default password, and names the command that sets one', () => {
  const command = "make secret STACK=prod NAME='grafana.adminPassword'";
  expect(problem({}, 'prod')).toContain(`grafana.adminPassword is not set`);
  expect(problem({}, 'prod')).toContain(command);
  expect(problem({ grafana: { adminPassword: 'admin123' } }, 'prod')).toContain(
    'is the default of other stacks',
  );
  expect(parse({ grafana: { adminPassword: 'admin123' } }).production).toBe(false);
});

const external = { mode: 'external', url: 'https://grafana.example.com', auth: 'glsa_x' };
const reachable = { prometheusUrl: 'https://p.example.com', alertmanagerUrl: 'https://a.example.com' };

test.each([
  [
    { mode: 'external', auth: 'glsa_x', ...reachable },
    "grafana.url is not set, but grafana.mode is external: it must be the URL of the Grafana to set up. Set it: make set STACK=local NAME='grafana.url'",
  ],
  [
    { mode: 'external', url: 'https://grafana.example.com', ...reachable },
    "grafana.auth is not set, but grafana.mode is external: it must be a token of a service account with the role Admin. Set it: make secret STACK=local NAME='grafana.auth'",
  ],
  [
    { ...external, alertmanagerUrl: 'https://a.example.com' },
    "grafana.prometheusUrl is not set, and prometheus is published on this machine's loopback, which https://grafana.example.com does not reach",
  ],
  [
    { ...external, ...reachable, url: 'grafana' },
    'must be an http or https URL, such as https://example.com',
  ],
  [
    { ...external, ...reachable, adminPassword: 'x' },
    'grafana.adminPassword is set, but grafana.mode is external, which does not use it. Remove it',
  ],
  [{ url: 'https://grafana.example.com' }, 'grafana.url is set, but grafana.mode is managed'],
])('a Grafana that cannot be set up is refused: %j', (grafana, message) => {
  expect(problem({ grafana })).toContain(message);
});

test('a Grafana beside the stack, or one that reaches it by name, needs no further URL', () => {
  expect(parse({ grafana: { ...external, url: 'http://localhost:3001/' } }).grafana.url).toBe(
    'http://localhost:3001',
  );
  const hosts = { prometheus: 'p.example.com', alertmanager: 'a.example.com' };
  expect(
    parse({ platform: 'kubernetes', trial: true, kubernetes: { ingress: { hosts } }, grafana: external })
      .grafana.mode,
  ).toBe('external');
});

test('a host for what is no page is refused', () => {
  const hosts = { promtheus: 'p.example.com' };
  expect(problem({ platform: 'kubernetes', trial: true, kubernetes: { ingress: { hosts } } })).toContain(
    'kubernetes.ingress.hosts.promtheus is not a setting; did you mean prometheus?',
  );
});

test('rights in a folder need a Grafana whose API is within reach', () => {
  const dashboards = { folders: { business: { title: 'Business', viewer: 'none' } } };
  expect(problem({ platform: 'kubernetes', trial: true, dashboards })).toContain(
    "dashboards.folders.business has rights of its own, which are set through Grafana's API",
  );
  expect(parse({ dashboards }).dashboards.folders.business.viewer).toBe('none');
});

test('secrets are found wherever they are', () => {
  const settings = parse({
    ...production,
    redis: { password: 'r3dis' },
    notifications: { slack: { webhookUrl: 'https://hooks.example/x' } },
  });
  expect(secretValues(settings)).toEqual(
    expect.arrayContaining(['correct-horse', 'r3dis', 'https://hooks.example/x']),
  );
});

test('production runs without the demo', () => {
  expect(parse(production, 'prod').demoEnabled).toBe(false);
  expect(problem({ ...production, demo: { enabled: true } }, 'prod')).toContain(
    'demo.enabled is true, but production must be without it',
  );
});

test('every problem is told at once', () => {
  expect(() => parse({ platform: 'podman', colour: 'blue' })).toThrow(
    /2 settings cannot be used, and nothing was changed/,
  );
});

test('the engine hands values over as text', () => {
  expect(
    configOf(
      {
        'p:platform': 'local',
        'p:services': '[{"name":"a"}]',
        'p:production': 'true',
        'p:n': '12',
        'other:x': '1',
        'p:key': '[not json',
      },
      'p',
    ),
  ).toEqual({ platform: 'local', services: [{ name: 'a' }], production: true, n: 12, key: '[not json' });
});

test('a volume that is smaller than what it has to keep is refused, in a cluster', () => {
  const prometheus = { retention: { size: '20GB' }, volumeGibibytes: 20 };
  expect(() => parseSettings({ platform: 'kubernetes', trial: true, prometheus }, { stack: 'test' })).toThrow(
    "prometheus.volumeGibibytes is 20, but must be more than the 20GB that prometheus.retention.size keeps, for the newest samples and compaction. Change it: make set STACK=test NAME='prometheus.volumeGibibytes' VALUE='31'",
  );
  expect(() => parseSettings({ prometheus }, { stack: 'test' })).not.toThrow();
});
