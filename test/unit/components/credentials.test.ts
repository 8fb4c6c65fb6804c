import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { prometheusYaml } from '../../../components/prometheus/config.ts';
import { prometheusWorkload } from '../../../components/prometheus/prometheus.ts';
import { localAddressing } from '../../../platforms/local/addressing.ts';

const base = {
  scrapeInterval: '15s',
  evaluationInterval: '15s',
  externalLabels: {},
  jobs: [],
  probes: { http: [], tcp: [], dns: [] },
  blackbox: 'blackbox-exporter:9115',
  alertmanagers: [],
  rulesFolder: '/rules',
  secretsFolder: '/secrets',
};
const workload = (config: string, secretConfig: boolean) =>
  prometheusWorkload({
    platform: {
      ...localAddressing({ stack: 'test', root: '/srv/project' }),
      run: () => {
        throw new Error('nothing runs');
      },
    },
    config,
    secretConfig,
    rules: {},
    retention: { time: '30d', size: '10GB' },
    connectsTo: [],
    gibibytes: 16,
  });

test('a secret with a file goes there, and one without makes the whole configuration a secret', () => {
  const write = {
    url: 'https://me:canary-1@ws.example.org/api/v1/write',
    basic_auth: { username: 'me', password: 'canary-2' },
    azuread: { oauth: { client_id: 'me', client_secret: 'canary-3: #"' } },
  };
  const { config, open = '', secrets } = prometheusYaml({ ...base, remoteWrite: [write] });
  expect(config).not.toContain('canary');
  expect(load(config)).toMatchObject({
    remote_write: [
      {
        url: 'https://secret.invalid/',
        basic_auth: { password_file: '/secrets/remote-write-0.basic_5fauth.password' },
      },
    ],
  });
  expect(secrets).toEqual({ 'remote-write-0.basic_5fauth.password': 'canary-2' });
  expect(open).not.toContain('canary-2');
  expect(load(open)).toMatchObject({
    remote_write: [{ url: write.url, azuread: { oauth: { client_secret: 'canary-3: #"' } } }],
  });
  const directory = (secret: boolean) =>
    workload(open, secret).directories?.find(({ name }) => name === 'config');
  expect(directory(true)).toMatchObject({ secret: true, files: { 'prometheus.yml': open } });
  expect(directory(false)?.secret).toBeUndefined();
});

test('a configuration whose secrets all have files is no secret', () => {
  const write = { url: 'https://ws.example.org', sigv4: { region: 'eu-west-1' } };
  const scrape = { job_name: 'a', basic_auth: { password: 'canary' } };
  const { config, open } = prometheusYaml({ ...base, remoteWrite: [write], extraScrapeConfigs: [scrape] });
  expect(open).toBeUndefined();
  expect(config).not.toContain('canary');
});
