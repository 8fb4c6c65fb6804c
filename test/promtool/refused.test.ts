import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { describeChecked } from '../../cli/describe.ts';
import { renderChecked } from '../../cli/render.ts';
import { addressing } from '../../program/addressing.ts';
import { checkedFiles } from '../../program/checked.ts';
import { planStack } from '../../program/plan.ts';
import { configOf, parseSettings, type Settings } from '../../settings/index.ts';

const root = mkdtempSync(join(tmpdir(), 'refused-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What people wrote, and what each command has to say of it. */
const REFUSED: readonly (readonly [what: string, settings: string, said: readonly string[]])[] = [
  [
    'a scrape interval that outlasts the lookback',
    'services: [{name: checkout, address: "a:9000", interval: 10m}]',
    ['services[0].interval is "10m", but must be at most 2m30s', "--path 'services[0].interval' '2m30s'"],
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
      "--path 'prometheus.scrapeConfigs[1].tls_config.ca' '<content>'",
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
    expect(words[0]).not.toMatch(/SUCCESS|hunter2|\n\s+at /);
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
