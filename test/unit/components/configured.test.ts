import { describe, expect, test } from 'vitest';
import { topology } from '../../../components/topology.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const scraped = (prometheus: object) =>
  topology(
    parseSettings({ platform: 'kubernetes', trial: true, prometheus }, { stack: 'test' }),
    kubernetesAddressing(),
    {
      prometheus: 1,
      alertmanager: 1,
    },
  ).scraped;
const usual = scraped({});

/** What Prometheus connects to because of its own settings. */
function added(prometheus: object) {
  const connections = scraped(prometheus);
  expect(connections.slice(0, usual.length)).toStrictEqual(usual);
  return connections.slice(usual.length);
}

test('the way is open to where samples are written, through its proxy and to who gives the token', () => {
  const remoteWrite = [
    { url: 'https://long.example.org/api/v1/write', proxy_url: 'http://10.0.0.9:3128' },
    { url: 'http://mimir.metrics.svc:9009/api/v1/push' },
    {
      url: 'http://[2001:db8::1]/write',
      oauth2: { client_id: 'me', token_url: 'https://id.example.org/token', scopes: ['write'] },
    },
  ];
  expect(added({ remoteWrite })).toStrictEqual([
    { outside: 'long.example.org', port: 443 },
    { outside: '10.0.0.9', port: 3128 },
    { outside: 'mimir.metrics.svc', port: 9009 },
    { outside: '2001:db8::1', port: 80 },
    { outside: 'id.example.org', port: 443 },
  ]);
});

describe('the way is open to the targets of scrapeConfigs', () => {
  const job = (more: object) => added({ scrapeConfigs: [{ job_name: 'own', ...more }] });

  test('that are static, at the port of the scheme unless they name one', () => {
    const targets = ['10.0.0.7:9100', 'switch.example.org', '[2001:db8::2]:9100'];
    const static_configs = [{ targets, labels: { url: 'https://elsewhere.example.org' } }];
    expect(
      job({ scheme: 'https', static_configs, proxy_url: 'http://proxy.example.org:3128' }),
    ).toStrictEqual([
      { outside: '10.0.0.7', port: 9100 },
      { outside: 'switch.example.org', port: 443 },
      { outside: '2001:db8::2', port: 9100 },
      { outside: 'proxy.example.org', port: 3128 },
    ]);
  });

  test('that are workloads of the stack', () => {
    const targets = ['redis:6379', 'blackbox-exporter:9115'];
    expect(job({ static_configs: [{ targets }] })).toStrictEqual([
      { workload: 'redis', port: 6379 },
      { workload: 'blackbox-exporter', port: 9115 },
    ]);
  });

  test('or to the exporter that is asked about them, not to what it is asked about', () => {
    const relabel_configs = [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__meta_port'], target_label: '__address__', replacement: '$1:9100' },
      { target_label: '__address__', replacement: 'snmp-exporter.net.svc:9116' },
      { target_label: 'job', replacement: 'pages.example.org' },
    ];
    const static_configs = [{ targets: ['https://example.org/health'] }];
    expect(job({ static_configs, relabel_configs })).toStrictEqual([
      { outside: 'snmp-exporter.net.svc', port: 9116 },
    ]);
  });

  test('to any, where Prometheus finds them itself', () => {
    expect(job({ dns_sd_configs: [{ names: ['nodes.example.org'], type: 'A', port: 9100 }] })).toStrictEqual([
      { discovered: 'workloads' },
      { outside: 'discovered' },
    ]);
  });

  test('to none, where it is no address', () => {
    expect(job({ static_configs: 'all', proxy_url: 'encrypted', relabel_configs: [null] })).toStrictEqual([]);
  });
});
