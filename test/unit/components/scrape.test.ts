import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { nodeExporterWorkload } from '../../../components/parts/node-exporter.ts';
import { prometheusYaml } from '../../../components/prometheus/config.ts';
import { stackDiscovery, topology } from '../../../components/topology.ts';
import type { Platform } from '../../../platforms/workload.ts';
import { buildRules } from '../../../rules/index.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

/** A platform that puts every workload on loopback, each port moved by 10,000. */
const platform: Platform = {
  kind: 'local',
  address: (_workload, port) => `127.0.0.1:${port + 10_000}`,
  addresses: (workload, port, replicas) =>
    Array.from({ length: replicas }, (_, n) => `${workload}-${n}:${port}`),
  listen: (_workload, port) => `127.0.0.1:${port + 10_000}`,
  path: (workload, mount) => `/state/${workload}${mount}`,
  host: (path) => path,
  url: (_workload, port) => `http://127.0.0.1:${port + 10_000}`,
  run: () => {
    throw new Error('nothing runs here');
  },
};

/** A cluster: one copy on each of two machines, behind a name of its own. */
const cluster: Platform = {
  ...platform,
  kind: 'kubernetes',
  perNode: (workload) => [`${workload}.monitoring-host.svc.cluster.local`],
};

const SINGLE = { prometheus: 1, alertmanager: 1 };

function rendered(input: unknown, on = platform) {
  const settings = parseSettings(input, { stack: 'local' });
  const plan = topology(settings, on, SINGLE);
  const { config: text, secrets } = prometheusYaml({
    scrapeInterval: '15s',
    evaluationInterval: '15s',
    externalLabels: {},
    jobs: plan.jobs,
    probes: plan.probes,
    blackbox: platform.address('blackbox-exporter', 9115),
    alertmanagers: ['127.0.0.1:19093'],
    rulesFolder: '/rules',
    secretsFolder: '/secrets',
    discovered: stackDiscovery(settings, on, {}).jobs,
    extraScrapeConfigs: settings.prometheus.scrapeConfigs,
    remoteWrite: settings.prometheus.remoteWrite,
  });
  return { text, secrets, ...parsed(text) };
}

function parsed(text: string) {
  return load(text) as {
    remote_write?: readonly unknown[];
    scrape_configs: readonly {
      job_name: string;
      scrape_interval?: string;
      metrics_path?: string;
      metric_relabel_configs?: readonly unknown[];
      dns_sd_configs?: readonly unknown[];
      static_configs: readonly { targets: string[]; labels: Record<string, string> }[];
    }[];
  };
}

function job(input: unknown, name: string, on = platform) {
  const found = rendered(input, on).scrape_configs.find(({ job_name }) => job_name === name);
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found;
}

test('the inference API is scraped every 10 s at its logical name', () => {
  expect(job({}, 'inference-api')).toMatchObject({
    scrape_interval: '10s',
    metrics_path: '/metrics',
    static_configs: [{ targets: ['127.0.0.1:18080'], labels: { instance: 'inference-api:8080' } }],
  });
});

test('every workload of the stack is a job under its own name', () => {
  const names = rendered({}).scrape_configs.map(({ job_name }) => job_name);
  for (const name of [
    'prometheus',
    'alertmanager',
    'grafana',
    'redis-exporter',
    'node-exporter',
    'blackbox-exporter',
  ]) {
    expect(names).toContain(name);
  }
});

test('a service of the user is dialled where it is, and keeps its name', () => {
  const own = { services: [{ name: 'inference-api', address: '10.1.2.3:80' }] };
  expect(job(own, 'inference-api').static_configs).toEqual([
    { targets: ['10.1.2.3:80'], labels: { instance: 'inference-api:80' } },
  ]);
});

test('several instances are told apart by their addresses', () => {
  const own = { services: [{ name: 'inference-api', addresses: ['10.1.2.3:80', '10.1.2.4:80'] }] };
  expect(job(own, 'inference-api').static_configs.map(({ labels }) => labels.instance)).toEqual([
    '10.1.2.3:80',
    '10.1.2.4:80',
  ]);
});

test('probes go through the blackbox exporter and name what they probe', () => {
  const http = job({}, 'probe-http').static_configs;
  expect(http).toContainEqual({
    targets: ['127.0.0.1:19115'],
    labels: {
      __param_target: 'http://127.0.0.1:18080/health',
      instance: 'inference-api:8080',
      service: 'inference-api',
    },
  });
  expect(job({}, 'probe-tcp').static_configs.map(({ labels }) => labels.instance)).toEqual([
    'redis:6379',
    'kafka:9092',
  ]);
});

test('the way is open to the name server that the DNS probe asks: over UDP, and TCP for long answers', () => {
  const added = (input: object, on: Platform) => {
    const settings = parseSettings({ services: [], ...input }, { stack: 'local' });
    const { probed, probes } = topology(settings, on, SINGLE);
    expect(probes.dns).toHaveLength(1);
    return probed.slice(probed.findIndex((to) => 'workload' in to && to.workload === 'kafka') + 1);
  };
  const named = (server: string) => ({ dns: { server, name: 'shop.example.org' } });
  const looksUp: Platform = { ...cluster, dns: { server: 'kube-dns:53', name: (workload) => workload } };
  expect(added(named('10.0.0.2:5353'), looksUp)).toEqual([
    { outside: '10.0.0.2', port: 5353, protocol: 'udp' },
    { outside: '10.0.0.2', port: 5353 },
  ]);
  expect(added(named('[2001:db8::53]:53'), platform)).toContainEqual({ outside: '2001:db8::53', port: 53 });
  // Every workload may look names up there.
  expect(added({}, looksUp)).toEqual([]);
  expect(added({}, platform)).toEqual([{ workload: 'demo', port: 8090 }]);
});

test('a metric of another name is given that of the catalogue, a histogram in all its series', () => {
  const own = { services: [{ name: 'kafka-exporter', address: 'k:9308', preset: 'kafka_exporter' }] };
  expect(job(own, 'kafka-exporter').metric_relabel_configs).toEqual([
    {
      source_labels: ['__name__'],
      regex: 'kafka_consumergroup_lag_sum(_bucket|_sum|_count)?',
      target_label: '__name__',
      replacement: `kafka_consumer_lag_sum\${1}`,
    },
  ]);
});

test('without Redis there is neither its exporter nor its probe', () => {
  const names = rendered({ redis: { off: true } }).scrape_configs.map(({ job_name }) => job_name);
  expect(names).not.toContain('redis-exporter');
  expect(job({ redis: { off: true } }, 'probe-tcp').static_configs).toHaveLength(1);
});

test('node exporters that run already are scraped where they are', () => {
  const existing = (more = {}) => ({ nodeExporter: { mode: 'existing', ...more } });
  expect(job(existing({ port: 9101 }), 'node-exporter').static_configs).toEqual([
    { targets: ['127.0.0.1:9101'], labels: { instance: 'node-exporter:9101' } },
  ]);
  expect(job(existing(), 'node-exporter', cluster)).toMatchObject({
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      { source_labels: ['__address__'], regex: '(.+):\\d+', replacement: '${1}:9100' },
      { source_labels: ['__meta_kubernetes_node_name'], target_label: 'node' },
    ],
    static_configs: [],
  });
  const settings = parseSettings(existing(), { stack: 'local' });
  const plan = topology(settings, cluster, SINGLE);
  expect(plan.scraped).toContainEqual({ discovered: 'machines', port: 9100 });
  expect(plan.permissions).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }]);
});

test('without a node exporter nothing is scraped, run or alerted on', () => {
  const settings = parseSettings({ nodeExporter: { mode: 'off' } }, { stack: 'local' });
  expect(topology(settings, cluster, SINGLE).jobs.map((each) => each.job)).not.toContain('node-exporter');
  const alerts = (machines: boolean) =>
    buildRules(machines ? {} : { parts: ['prometheus', 'redis-exporter', 'blackbox-exporter'] }).alerts;
  expect(alerts(true).map(({ name }) => name)).toContain('DiskHigh');
  expect(alerts(false).map(({ name }) => name)).not.toContain('DiskHigh');
  expect(JSON.stringify(alerts(false))).not.toContain('node-exporter');
});

test('a full disk of containers is seen, and what is mounted below it is not seen again', () => {
  const [excluded = ''] = nodeExporterWorkload({ platform }).args.flatMap((arg) => {
    const [key, value = ''] = arg.split(/=(.*)/s);
    return key === '--collector.filesystem.mount-points-exclude' ? [value] : [];
  });
  const seen = (mount: string) => !new RegExp(excluded).test(mount);
  for (const mount of ['/', '/var/lib/docker', '/var/lib/containerd', '/var/lib/kubelet', '/data', '/device'])
    expect(seen(mount), mount).toBe(true);
  for (const mount of [
    '/dev/shm',
    '/proc',
    '/run/netns/a',
    '/var/lib/docker/overlay2/a/merged',
    '/var/lib/containerd/io/a',
    '/var/lib/kubelet/pods/1/volumes/a',
    '/mnt/kubelet/pods',
  ])
    expect(seen(mount), mount).toBe(false);
});

test('in a cluster the node exporters of all machines are found behind their name', () => {
  expect(job({}, 'node-exporter').dns_sd_configs).toBeUndefined();
  expect(job({}, 'node-exporter', cluster)).toMatchObject({
    dns_sd_configs: ['A', 'AAAA'].map((type) => ({
      names: ['node-exporter.monitoring-host.svc.cluster.local'],
      type,
      port: 9100,
    })),
    static_configs: [],
  });
});

test('passwords and tokens stand in files of their own, wherever they are asked for', () => {
  const { text, secrets, remote_write, scrape_configs } = rendered({
    services: [
      { name: 'checkout', address: '10.0.0.8:9000', basicAuth: { user: 'prometheus', password: 'canary-1' } },
      { name: 'payments', address: '10.0.0.9:9000', scheme: 'https', token: 'canary-2' },
    ],
    discovery: {
      consul: [{ url: 'https://consul.example.org', token: 'canary-3' }],
      http: [{ name: 'machines', url: 'http://10.0.0.3:8080/targets', token: 'canary-4' }],
    },
    prometheus: {
      scrapeConfigs: [
        {
          job_name: 'a b',
          oauth2: { client_id: 'me', client_secret: 'canary-5', token_url: 'https://id.example.org' },
        },
        {
          job_name: 'a_b',
          http_sd_configs: [{ url: 'http://a' }, { url: 'http://b', basic_auth: { password: 'canary-6' } }],
        },
        {
          job_name: 'mine',
          params: { key: ['open'] },
          tls_config: { cert: 'canary-11', key: 'canary-8' },
          http_headers: { 'X-API-Key': { secrets: ['canary-9', 'canary-10'] }, 'X-Of': { values: ['open'] } },
        },
      ],
      remoteWrite: [
        { url: 'https://long.example.org/write', basic_auth: { username: 'me', password: 'canary-7' } },
      ],
    },
  });
  expect(text).not.toContain('canary');
  expect(secrets).toEqual({
    'checkout.basic_5fauth.password': 'canary-1',
    'payments.authorization.credentials': 'canary-2',
    'consul-0.consul_5fsd_5fconfigs.0.authorization.credentials': 'canary-3',
    'machines.http_5fsd_5fconfigs.0.authorization.credentials': 'canary-4',
    'a_20b.oauth2.client_5fsecret': 'canary-5',
    'a_5fb.http_5fsd_5fconfigs.1.basic_5fauth.password': 'canary-6',
    'remote-write-0.basic_5fauth.password': 'canary-7',
    'mine.tls_5fconfig.cert': 'canary-11',
    'mine.tls_5fconfig.key': 'canary-8',
    'mine.http_5fheaders.X-API-Key.secrets.0': 'canary-9',
    'mine.http_5fheaders.X-API-Key.secrets.1': 'canary-10',
  });
  for (const file of Object.keys(secrets)) expect(text).toContain(` /secrets/${file}\n`);
  expect(scrape_configs.find(({ job_name }) => job_name === 'mine')).toMatchObject({
    params: { key: ['open'] },
    tls_config: {
      cert_file: '/secrets/mine.tls_5fconfig.cert',
      key_file: '/secrets/mine.tls_5fconfig.key',
    },
    http_headers: {
      'X-API-Key': {
        files: [
          '/secrets/mine.http_5fheaders.X-API-Key.secrets.0',
          '/secrets/mine.http_5fheaders.X-API-Key.secrets.1',
        ],
      },
      'X-Of': { values: ['open'] },
    },
  });
  expect(remote_write).toEqual([
    {
      url: 'https://long.example.org/write',
      basic_auth: { username: 'me', password_file: '/secrets/remote-write-0.basic_5fauth.password' },
    },
  ]);
  expect(scrape_configs.find(({ job_name }) => job_name === 'checkout')).toMatchObject({
    basic_auth: { username: 'prometheus', password_file: '/secrets/checkout.basic_5fauth.password' },
  });
});
