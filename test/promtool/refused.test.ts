import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { describeChecked } from '../../cli/commands/describe.ts';
import { renderChecked } from '../../cli/commands/render.ts';
import { addressing } from '../../stack/addressing.ts';
import { checkedFiles } from '../../stack/checked.ts';
import { planStack } from '../../stack/plan.ts';
import { configOf, parseSettings, type Settings } from '../../stack/settings/index.ts';
import { faultsOf } from '../sentences.ts';

const root = mkdtempSync(join(tmpdir(), 'refused-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What people wrote, and what each command has to say of it. */
const REFUSED: readonly (readonly [what: string, settings: string, said: readonly string[]])[] = [
  [
    'a scrape interval that outlasts the lookback',
    'services: [{name: checkout, address: "a:9000", interval: 10m}]',
    ['services[0].interval is "10m", but must be at most 2m30s', "NAME='services[0].interval' VALUE='2m30s'"],
  ],
  [
    'a scrape interval of everything that is longer than windows',
    'prometheus: {scrapeInterval: 5m}',
    ['prometheus.scrapeInterval is "5m", but must be at most 1m'],
  ],
  [
    'an evaluation interval that is longer than windows',
    'prometheus: {evaluationInterval: 10m}',
    ['prometheus.evaluationInterval is "10m", but must be at most 2m'],
  ],
  [
    'names of jobs of the stack',
    'services: [{name: prometheus, address: "a:9000"}, {name: probe-http, address: "b:9000"}]',
    ['services[0].name is "prometheus"', 'services[1].name is "probe-http"', "'<another name>'"],
  ],
  [
    'the name of a job of the stack, in scrapeConfigs',
    'prometheus: {scrapeConfigs: [{job_name: node-exporter, static_configs: [{targets: ["10.0.0.5:9100"]}]}]}',
    ['prometheus.scrapeConfigs[0].job_name is "node-exporter"'],
  ],
  [
    'the name of a service, in scrapeConfigs',
    'services: [{name: checkout, address: "a:9000"}]\nprometheus: {scrapeConfigs: [{job_name: checkout}]}',
    ['prometheus.scrapeConfigs[0].job_name is "checkout", which is the job of services[0]'],
  ],
  [
    'files that nobody mounts, in a container',
    `platform: docker
prometheus:
  scrapeConfigs:
    - {job_name: windows, file_sd_configs: [{files: ['/etc/prometheus/windows/*.yml']}]}
    - {job_name: mtls, scheme: https, tls_config: {ca_file: /etc/hosts}, basic_auth: {username: a, password_file: /run/p}}
  remoteWrite: [{url: 'https://long.example.org/write', authorization: {credentials_file: /run/token}}]`,
    [
      'prometheus.scrapeConfigs[0].file_sd_configs[0].files[0] is "/etc/prometheus/windows/*.yml", but nothing is mounted there',
      'Put the targets into targets.d/<job>.yaml',
      'prometheus.scrapeConfigs[1].tls_config.ca_file is "/etc/hosts", but nothing is mounted there',
      "NAME='prometheus.scrapeConfigs[1].tls_config.ca' VALUE='<content>'",
      "make secret STACK=try NAME='prometheus.scrapeConfigs[1].basic_auth.password'",
      "make secret STACK=try NAME='prometheus.remoteWrite[0].authorization.credentials'",
    ],
  ],
  [
    'files that are not on this machine',
    `prometheus:
  scrapeConfigs:
    - {job_name: windows, file_sd_configs: [{files: ['/nowhere/windows/*.yml']}]}
    - {job_name: mtls, tls_config: {ca_file: /nowhere/ca.pem, key_file: key.pem}}`,
    [
      'files[0] is "/nowhere/windows/*.yml", but no file of this machine has such a name',
      'ca_file is "/nowhere/ca.pem", but there is no such file on this machine that can be read',
      'key_file is "key.pem", but must be an absolute path',
    ],
  ],
  [
    'a Consul with a user in its URL',
    'discovery: {consul: [{url: "https://reader:hunter2@gw.example.internal/consul"}]}',
    ['discovery.consul[0].url is "https://…@gw.example.internal/consul"'],
  ],
  [
    'a label that tells twins apart',
    'prometheus: {externalLabels: {replica: a}}',
    ['prometheus.externalLabels.replica is "a"'],
  ],
  [
    'a path with a fragment',
    'services: [{name: checkout, address: "a:9000", metricsPath: "/metrics#x"}]',
    ['services[0].metricsPath is "/metrics#x"'],
  ],
  [
    'what promtool alone knows',
    'prometheus: {scrapeConfigs: [{job_name: a, scrape_interval: 10s, scrape_timeout: 20s, sceme: https}]}',
    ['promtool refuses the files, and nothing was changed.', 'field sceme not found'],
  ],
  [
    'a discovery that does not exist',
    'prometheus: {scrapeConfigs: [{job_name: a, ec3_sd_configs: [{region: eu}]}]}',
    [
      'prometheus.scrapeConfigs[0].ec3_sd_configs is no discovery of Prometheus; did you mean ec2_sd_configs?',
    ],
  ],
  [
    'an alert that is no alert',
    'rules: {alerts: {InferenceApiHighLatency: {threshold: 200ms}}}',
    ['InferenceAPIHighLatency'],
  ],
  [
    'durations that Prometheus does not read',
    'rules: {alerts: {CacheHitRateLow: {for: 30m1h}}}\nprometheus: {retention: {time: 1.5h}}',
    ['rules.alerts.CacheHitRateLow.for is "30m1h"', 'prometheus.retention.time is "1.5h"'],
  ],
  [
    'names of metrics that nobody reads, and the wrong way round',
    `services:
  - {name: inference-api, address: 'a:9000', metricNames: {x_seconds: inference_request_duration_second}}
  - {name: checkout, address: 'a:9001', metricNames: {inference_requests_total: my_requests_total}}`,
    [
      'services[0].metricNames.x_seconds is "inference_request_duration_second"',
      'did you mean inference_request_duration_seconds?',
      'services[1].metricNames.inference_requests_total is "my_requests_total", which is the wrong way round',
    ],
  ],
  [
    'silences that Alertmanager refuses',
    `notifications:
  silences:
    - {id: a, owner: o, reason: r, matchers: ['service=~"(?!kafka).+"'], startsAt: '2027-03-01T20:00:00Z', endsAt: '2027-03-01T23:00:00Z'}
    - {id: b, owner: o, reason: r, matchers: ['service=~".*"'], startsAt: '2027-03-01T20:00:00Z', endsAt: '2027-03-01T23:00:00Z'}`,
    ['silences[0].matchers[0] is', 'RE2', 'silences[1].matchers[0] is', 'empty string'],
  ],
  [
    "a silence of the dead man's switch",
    `notifications:
  silences:
    - {id: a, owner: o, reason: r, matchers: ['service!="kafka"'], startsAt: '2027-03-01T20:00:00Z', endsAt: '2027-03-01T23:00:00Z'}`,
    ['notifications.silences[0] (a: service!="kafka") also silences Watchdog'],
  ],
  [
    'a title that Alertmanager cannot execute',
    "notifications: {slack: {title: '{{ .CommonLabels.cluster | toUper }}'}}",
    ['notifications.slack.title is', 'toUper'],
  ],
  [
    'a reminder of which Alertmanager looks less often, and a window across midnight',
    `notifications:
  timings: {warning: {groupInterval: 2h, repeatInterval: 1h}}
  businessHours: {from: '22:00', to: '06:00', severities: [warning]}
  maintenance: [{name: w, owner: o, reason: r, from: '23:00', to: '01:00'}]`,
    [
      'notifications.timings.warning.repeatInterval is "1h", but must be at least groupInterval, 2h',
      'notifications.businessHours.to is "06:00", but must be later than from',
      'write a window across midnight as two',
    ],
  ],
  [
    'a route for no alert',
    'notifications: {receivers: {p: {slack: {}}}, routes: [{receivers: [p]}]}',
    ['notifications.routes[0] needs at least one of severity, service and team'],
  ],
  [
    'hosts that are URLs, and a Consul at its page for people',
    `platform: kubernetes
kubernetes: {ingress: {hosts: {grafana: 'https://tools.example.org/grafana'}}}
discovery: {consul: [{url: 'https://gw.example.internal/ui/'}]}`,
    ['kubernetes.ingress.hosts.grafana is "https://tools.example.org/grafana"', 'discovery.consul[0].url is'],
  ],
  [
    'settings of a later Prometheus, Grafana or cluster',
    'grafana: {smtp: {}}\nkubernetes: {tolerations: []}\nblackbox: {}\nservices: [{name: a, address: "a:1", probe: {}}]',
    ['grafana.smtp is not a setting', 'kubernetes.tolerations', 'blackbox', 'services[0].probe'],
  ],
  [
    'time zones, intervals and times of dashboards',
    'dashboards: {timezone: Europa/Berlin, refresh: 10, timeRange: {from: now-1hour}}',
    ['dashboards.timezone is "Europa/Berlin"', 'dashboards.refresh is "10"', 'timeRange.from is "now-1hour"'],
  ],
  [
    'half of what Azure asks for',
    'prometheus: {remoteWrite: [{url: "https://a.example.org/w", azuread: {oauth: {client_id: a, tenant_id: b}}}]}',
    [
      'prometheus.remoteWrite[0].azuread.oauth.client_secret is missing, but Prometheus needs it beside client_id and tenant_id.',
      "make secret STACK=try NAME='prometheus.remoteWrite[0].azuread.oauth.client_secret'",
    ],
  ],
  [
    'ports, names of labels and services that cannot be',
    'ports: {prometheus: 99999}\nprometheus: {externalLabels: {my-label: x}}',
    ['ports.prometheus is 99999', 'prometheus.externalLabels.my-label has the name "my-label"'],
  ],
  [
    'a service that is off and none of the catalogue',
    'services: [{name: nonsuch, off: true}]',
    ['services[0].off is true for "nonsuch"'],
  ],
];

const parsed = (text: string): Settings =>
  parseSettings(
    configOf(
      Object.fromEntries(
        Object.entries(load(text) as object).map(([key, value]) => [
          `p:${key}`,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
      'p',
    ),
    { stack: 'try' },
  );

/** What a command says before it does anything. */
async function said(run: (settings: Settings) => unknown, text: string): Promise<string> {
  try {
    await run(parsed(text));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'nothing';
}

describe('every command refuses', () => {
  test.each(REFUSED)('%s', async (_, text, parts) => {
    // diff and pr-report read what describe says; up and preview run what is planned.
    const words = [
      await said((settings) => renderChecked(settings, root), text),
      await said((settings) => describeChecked(settings, root), text),
      await said((settings) => planStack(settings, root), text),
    ];
    expect(new Set(words).size, words.join('\n')).toBe(1);
    for (const part of parts) expect(words[0]).toContain(part);
    expect(words[0]).not.toMatch(/SUCCESS|hunter2/);
    // What a tool says stands in the tool's words.
    const ours = words[0]?.replace(/^(.*refuses the files, and nothing was changed\.)\n[\s\S]*/, '$1') ?? '';
    expect(faultsOf(ours.replace(/^\w+: /, '')), ours).toEqual([]);
  });
});

test('a file of this machine that is there is read by a process of it', async () => {
  const file = join(root, 'ca.pem');
  writeFileSync(file, '');
  const settings = parsed(`prometheus: {scrapeConfigs: [{job_name: a, tls_config: {ca_file: ${file}}}]}`);
  expect((await checkedFiles(settings, addressing(settings, root), root)).prometheus).toContain(file);
});

test('a discovery that promtool lacks is told with the build that has it, and is left to the image in a container', async () => {
  const ec2 = 'prometheus: {scrapeConfigs: [{job_name: a, ec2_sd_configs: [{region: eu-central-1}]}]}';
  const words = await said((settings) => renderChecked(settings, root), ec2);
  if (words !== 'nothing')
    expect(words).toMatch(
      /prometheus\.scrapeConfigs\[0\]\.ec2_sd_configs needs the discovery ec2, which the Prometheus of this machine lacks: .* consul, dns, docker, dockerswarm, file, http, kubernetes, static alone\. The release has every discovery/,
    );
  expect(await said((settings) => renderChecked(settings, root), `platform: docker\n${ec2}`)).toBe('nothing');
});
