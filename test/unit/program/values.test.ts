import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { discovery } from '../../../components/prometheus/discovery.ts';
import { retentionHours } from '../../../notifications/index.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { jobOwner, parseSettings } from '../../../stack/settings/index.ts';
import { readTargets } from '../../../stack/targets.ts';
import { problems, rendered } from './stack.ts';

interface Config {
  readonly global: { readonly external_labels: Readonly<Record<string, string>> };
  readonly scrape_configs: readonly Readonly<Record<string, unknown>>[];
}

const config = (input: unknown) => load(rendered(input).prometheus) as Config;
const service = (more: object) => ({ services: [{ name: 'checkout', address: '10.0.0.8:9000', ...more }] });

describe('the path of a metrics page', () => {
  test('may have a query, which becomes the parameters of the request', () => {
    const path = '/metrics?format=prometheus&include=a&include=b%20c';
    expect(config(service({ metricsPath: path })).scrape_configs).toContainEqual(
      expect.objectContaining({
        job_name: 'checkout',
        metrics_path: '/metrics',
        params: { format: ['prometheus'], include: ['a', 'b c'] },
      }),
    );
    expect(config(service({ metricsPath: '/a%20b' })).scrape_configs).toContainEqual(
      expect.objectContaining({ job_name: 'checkout', metrics_path: '/a b' }),
    );
  });

  test.each([
    ['/metrics#now', 'a path without #: what follows it is never sent to the server'],
    ['/me trics', 'a path without blanks'],
    ['http://10.0.0.8:9000/metrics', 'the scheme belongs into scheme, host and port into address'],
    ['//10.0.0.8/metrics', 'a path that starts with one /'],
    ['metrics', 'a path that starts with /'],
    ['/a%2Fb', 'a path without %2F'],
    ['/100%', 'write %25 for the sign itself'],
  ])('%s is refused', (metricsPath, said) => {
    expect(problems(service({ metricsPath }))).toEqual([
      expect.stringContaining(`services[0].metricsPath is ${JSON.stringify(metricsPath)}, but must be `),
    ]);
    expect(problems(service({ metricsPath }))[0]).toContain(said);
  });

  test('that is a health check keeps its query', () => {
    expect(rendered(service({ healthPath: '/health?deep=1' })).prometheus).toContain(
      '10.0.0.8:9000/health?deep=1',
    );
    expect(problems(service({ healthPath: '/health#deep' }))).toHaveLength(1);
  });
});

describe('the name of a job', () => {
  const scrape = (...names: readonly string[]) => ({
    prometheus: { scrapeConfigs: names.map((name) => ({ job_name: name })) },
  });
  test.each([
    [
      { services: [{ name: 'prometheus', address: 'a:9000' }] },
      'services[0].name',
      "the stack's own Prometheus",
    ],
    [
      { services: [{ name: 'probe-http', address: 'a:9000' }] },
      'services[0].name',
      "the stack's HTTP probes",
    ],
    [scrape('node-exporter'), 'prometheus.scrapeConfigs[0].job_name', "the stack's own node exporter"],
    [
      scrape('inference-api'),
      'prometheus.scrapeConfigs[0].job_name',
      'the Inference API service of the catalogue',
    ],
    [scrape('a', 'a'), 'prometheus.scrapeConfigs[1].job_name', 'prometheus.scrapeConfigs[0]'],
    [{ ...service({}), ...scrape('checkout') }, 'prometheus.scrapeConfigs[0].job_name', 'services[0]'],
    [
      { discovery: { http: [{ name: 'consul-0', url: 'http://a/' }], consul: [{ url: 'http://b:8500' }] } },
      'discovery.http[0].name',
      'discovery.consul[0]',
    ],
    [
      {
        platform: 'kubernetes',
        trial: true,
        discovery: { kubernetes: { nodes: true } },
        ...scrape('kubelet'),
      },
      'prometheus.scrapeConfigs[0].job_name',
      'discovery.kubernetes.nodes',
    ],
  ])('is taken once: %j', (input, key, owner) => {
    const said = problems(input);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`${key} is "`);
    expect(said[0]).toContain(`", which is the job of ${owner}; each job has a name of its own. Change it: `);
    expect(said[0]).toContain(`NAME='${key}' VALUE='<another name>'`);
  });

  test('is free where what had it is off', () => {
    expect(problems({ services: [{ name: 'business', off: true }], ...scrape('business') })).toEqual([]);
    expect(problems({ redis: { off: true }, ...scrape('redis-exporter') })).toEqual([]);
  });

  test('is asked for where there is none', () => {
    expect(problems({ prometheus: { scrapeConfigs: [{}] } })[0]).toContain(
      'prometheus.scrapeConfigs[0].job_name is missing, but must be a name of its own for the job',
    );
  });

  test('is that of a file of targets too', () => {
    const settings = parseSettings(service({}), { stack: 'try' });
    const read = (file: string) =>
      readTargets({ [file]: '- targets: ["10.0.0.7:9116"]' }, (job) => jobOwner(settings, job));
    expect(() => read('inference-api.json')).toThrow(
      "the job would be 'inference-api', which is the job of the service inference-api; each job has a name of its own. " +
        'Rename it: git mv targets.d/inference-api.json targets.d/<another name>.yaml',
    );
    expect(() => read('alertmanager.yaml')).toThrow("the job of the stack's own Alertmanager");
    expect(Object.keys(read('switches.yaml'))).toEqual(['switches']);
  });

  test('names alerts, which must not have those of others', () => {
    expect(problems({ services: [{ name: 'redis', address: 'a:9000' }] })).toEqual([
      expect.stringContaining(
        'services[0].name is "redis", but its alert RedisDown has the name of an alert of the stack',
      ),
    ]);
    expect(
      problems({
        services: [
          { name: 'a-b', address: 'a:1' },
          { name: 'a--b', address: 'a:2' },
        ],
      }),
    ).toEqual([expect.stringContaining('has the name of an alert of the service a-b')]);
  });
});

describe('a Consul agent', () => {
  const found = (consul: object) => {
    const { discovery: settings } = parseSettings({ discovery: { consul: [consul] } }, { stack: 'try' });
    const { jobs } = discovery({
      settings,
      targets: {},
      platform: kubernetesAddressing(),
      targetsFolder: '/t',
    });
    return (jobs[0] as { consul_sd_configs: readonly object[] }).consul_sd_configs[0];
  };
  test('behind a path keeps it, and its user', () => {
    expect(found({ url: 'https://gw.example.internal/consul/', tags: ['metrics'] })).toEqual({
      server: 'gw.example.internal',
      scheme: 'https',
      path_prefix: '/consul',
      tags: ['metrics'],
    });
    expect(
      found({ url: 'http://[2001:db8::5]:8500', basicAuth: { user: 'reader', password: 'canary' } }),
    ).toEqual({
      server: '[2001:db8::5]:8500',
      scheme: 'http',
      basic_auth: { username: 'reader', password: 'canary' },
    });
  });
  test.each([
    [
      'https://reader:hunter2@gw.example.internal/consul',
      'put the name and the password, encrypted, into basicAuth',
    ],
    ['http://consul:8500/ui/dc1/services', 'leave /ui and what follows it out'],
    ['http://consul:8500/v1', 'Prometheus adds /v1'],
    ['http://consul:8500?dc=eu', 'a URL without ? and #'],
  ])('%s is refused', (url, said) => {
    const [problem = ''] = problems({ discovery: { consul: [{ url }] } });
    expect(problem).toContain('discovery.consul[0].url is "');
    expect(problem).toContain(said);
    expect(problem).not.toContain('hunter2');
  });
});

test('Alertmanager keeps what it sent for as long as a reminder needs it', () => {
  const hours = (repeatInterval: string) =>
    retentionHours(
      parseSettings({ notifications: { timings: { warning: { repeatInterval } } } }, { stack: 'try' })
        .notifications,
    );
  expect(hours('12h')).toBeUndefined();
  expect(hours('4d')).toBeUndefined();
  expect(hours('5d')).toBe(240);
  expect(hours('1w')).toBe(336);
});

describe('an external label', () => {
  test.each(['replica', 'environment', 'job', 'instance', 'severity', 'service', '__tenant', 'my-label'])(
    '%s is refused',
    (name) => {
      expect(problems({ prometheus: { externalLabels: { [name]: 'a' } } })).toEqual([
        expect.stringMatching(/^prometheus\.externalLabels[. ].*(Choose another name|Change it|Remove it): /),
      ]);
    },
  );
  test('arrives as it was written: a $ is no variable', () => {
    const labels = { cluster: 'eu-1', tenant: 'a$b' };
    expect(config({ prometheus: { externalLabels: labels } }).global.external_labels).toMatchObject({
      cluster: 'eu-1',
      tenant: 'a$$b',
      environment: 'try',
    });
  });
});

test('a target brings no label that alerts lose', () => {
  expect(() => readTargets({ 'a.yaml': '- {targets: ["a:1"], labels: {replica: x}}' })).toThrow(
    'the label replica is dropped from every alert',
  );
});
