import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { addressing, replicasOf } from '../../stack/addressing.ts';
import { type RenderedFiles, renderFiles } from '../../stack/files.ts';
import { parseSettings } from '../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../stack/user-files.ts';
import { ensureTools } from '../../tools/install.ts';
import { writeFiles } from './promtool.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'any-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An optional group of optional keys, without those that are left out. */
const group = <T extends object>(model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

/** What a file of YAML can hold of a value: no key without one. */
function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === undefined ? [] : [[key, defined(each)]])),
  );
}

/** Entries of a list that are accepted each alone, as they stand in settings. */
const accepted = (entry: fc.Arbitrary<unknown>, within: (list: readonly unknown[]) => unknown) =>
  fc.array(
    entry.map(defined).filter((each) => isParsed(within([each]))),
    { minLength: 1, maxLength: 2 },
  );

/** Forms at the edge of what is allowed, and beyond it: the schema chooses. */
const duration = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('1ms', '5s', '15s', '30s', '1m', '90s', '5m', '1h30m', '1d', '2w'),
  },
  fc.constantFrom('0s', '0', '1h1h', '30m1h', '1.5h', '1y', '300y', '-5s', '5'),
);
const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('eu', 'a b', 'ü', 'a$b', '${X}', '{{ .x }}', "it's", '"', '\\', '#', ': '),
  },
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const labelName = fc.constantFrom(
  'zone',
  'cluster',
  '_a',
  'my-label',
  'a.b',
  '0a',
  '__name__',
  'replica',
  'ü',
  'le',
);
const address = fc.constantFrom(
  ...[
    'a:9000',
    '10.0.0.8:1',
    '[2001:db8::1]:9100',
    'checkout_api:9000',
    'a:0',
    'a:65536',
    'http://a:1',
    'a',
    'ä:1',
  ],
);
const path = fc.constantFrom(
  '/metrics',
  '/a b',
  '/m?format=x&include=a&include=b',
  '/ü',
  '/m#x',
  'm',
  '/%41',
  '/%',
);
const service = group({
  name: fc.constantFrom('inference-api', 'checkout', 'basket', 'prometheus', 'a'.repeat(40), 'A', 'business'),
  address,
  metricsPath: path,
  healthPath: path,
  interval: fc.constantFrom('1s', '15s', '1m', '90s', '1h'),
  scheme: fc.constantFrom('http', 'https'),
  metricNames: fc.dictionary(
    fc.constantFrom('x_total', 'http.server.requests', 'a"b', 'ü_total'),
    fc.constantFrom('inference_requests_total', 'model_predictions_total'),
    { maxKeys: 2 },
  ),
  off: fc.constant(false),
});
const expression = fc.constantFrom('kafka', '.+', '.*', '(?!a).+', '[a-z]+', 'a|b', 'ü', '(', '\\d+', '');
const matcher = fc
  .tuple(fc.constantFrom('service', 'alertname', 'a.b'), fc.constantFrom('=', '!=', '=~', '!~'), expression)
  .map(([name, operator, value]) => `${name}${operator}${JSON.stringify(value)}`);
const clock = fc.constantFrom('00:00', '09:30', '23:59', '24:00', '25:00', '9:00');
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'Europa/Berlin',
  'utc',
  'Etc/GMT+5',
  '+02:00',
  'Asia/Kolkata',
);
const timing = group({ groupWait: duration, groupInterval: duration, repeatInterval: duration });
const expressions = fc.constantFrom('(.*)', 'a|b', '.+;.*', '(?i)x', '(?!a)b', '(', '\\\\d+', 'ü', '');
const replaced = fc.record({
  source_labels: fc.constant(['__address__']),
  regex: expressions,
  target_label: fc.constantFrom('zone', 'a.b', 'instance'),
  replacement: fc.constantFrom('$1', '${1}:80', 'a$$b', 'ü', ''),
});
const hashed = fc.record({
  action: fc.constant('hashmod'),
  source_labels: fc.constant(['__address__']),
  modulus: fc.constant(2),
  target_label: fc.constant('__tmp'),
});
/** Of targets, which keep their addresses. */
const relabelling = fc.array(
  fc.oneof(replaced, hashed, fc.record({ action: fc.constant('labelmap'), regex: expressions })),
  { maxLength: 2 },
);
/** Of samples. */
const samplesRelabelled = fc.array(
  fc.oneof(
    replaced,
    hashed,
    fc.record({ action: fc.constantFrom('labeldrop', 'labelkeep', 'labelmap'), regex: expressions }),
  ),
  { maxLength: 2 },
);
const credentials = group({
  basic_auth: fc.constant({ username: 'a', password: '${X}"' }),
  authorization: fc.constant({ type: 'Bearer', credentials: "it's" }),
  oauth2: fc.constant({ client_id: 'a', client_secret: 's', token_url: 'https://t.example.org/' }),
  bearer_token: fc.constant('t'),
}).map((given) => Object.fromEntries(Object.entries(given).slice(0, 1)));
/** Discoveries that every build of promtool has. */
const discoveries = group({
  static_configs: fc.constantFrom([{ targets: ['a:1', '[::1]:2'], labels: { zone: 'a b' } }], []),
  dns_sd_configs: fc.constantFrom(
    [{ names: ['_x._tcp.example.org'] }],
    [{ names: ['a'], type: 'A', port: 9100 }],
  ),
  consul_sd_configs: fc.constantFrom([{ server: 'c:8500', token: 's' }], [{ server: 'c', services: ['a'] }]),
  http_sd_configs: fc.constant([{ url: 'https://sd.example.org/t?a=b' }]),
});
const scraped = fc
  .tuple(
    group({
      job_name: fc.constantFrom('federate', 'a b', 'ü', 'prometheus', '{{ x }}', '${X}'),
      scheme: fc.constantFrom('http', 'https'),
      metrics_path: path,
      params: fc.constantFrom({ 'match[]': ['{job="a"}', 'up'] }, { a: [] }),
      honor_labels: fc.boolean(),
      relabel_configs: relabelling,
      metric_relabel_configs: samplesRelabelled,
      tls_config: fc.constantFrom({ insecure_skip_verify: true }, { ca: 'C', server_name: 'a' }, {}),
    }),
    credentials,
    discoveries,
  )
  .map((parts) => Object.assign({ job_name: 'further' }, ...parts));
const url = fc.constantFrom(
  'https://grafana.example.org',
  'http://127.0.0.1:3000/',
  'https://a.example.org/grafana/?x=y',
  'https://u:p@a.example.org',
  'ftp://a',
  'http://[::1]:9090',
  'a',
);
const basicAuth = fc.record({ user: text, password: text });
const names = fc.array(fc.constantFrom('a', 'a b', 'shop', '', 'ü'), { maxLength: 2 });
const cidr = fc.constantFrom(
  '10.0.0.0/8',
  '10.213.7.0/24',
  '10.213.7.1/28',
  '8.8.8.0/24',
  'fd00::/8',
  '10.0.0.0/33',
  'a',
);
const dnsLabel = fc.constantFrom('monitoring', 'shop', 'kube-system', 'A', 'a'.repeat(58), 'a-', 'default');
const quantity = fc.constantFrom('500m', '2', '1.5Gi', '0', '2gb', '-1');
const sizes = group({
  requests: group({ cpu: quantity, memory: quantity }),
  limits: group({ cpu: quantity, memory: quantity }),
});
const workload = fc.constantFrom('all', 'prometheus', 'grafana', 'node-exporter', 'demo');
const labels = fc.dictionary(fc.constantFrom('release', 'a.b/c', 'ü'), text, { maxKeys: 2 });
const channels = group({
  slack: group({ channel: fc.constantFrom('#a', '@b', 'a'), title: text, sendResolved: fc.boolean() }),
  pages: fc.boolean(),
});

const PARTS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  environment: fc.constantFrom('try', 'eu-1', 'Prod', 'a_b', '1'),
  services: fc.array(service, { maxLength: 3 }),
  redis: group({
    address: fc.constantFrom('r:6379', 'rediss://r:6380', 'redis://u@r:1', 'r'),
    user: fc.constantFrom('metrics', 'a b'),
    off: fc.boolean(),
  }),
  kafka: group({ address, off: fc.boolean() }),
  prometheus: group({
    scrapeInterval: fc.constantFrom('1ms', '5s', '15s', '1m', '60s', '1m0s'),
    evaluationInterval: fc.constantFrom('5s', '15s', '1m', '2m'),
    retention: group({ time: duration, size: fc.constantFrom('10GB', '500MB', '1TB', '0GB', '1.5GB', '10') }),
    externalLabels: fc.dictionary(labelName, text, { maxKeys: 2 }),
    limits: group({ bodySize: fc.constantFrom('1MB', '100MB', '1KB'), samples: fc.constantFrom(1, 0, 1e9) }),
    scrapeConfigs: accepted(scraped, (scrapeConfigs) => ({ prometheus: { scrapeConfigs } })),
    remoteWrite: accepted(
      fc
        .tuple(
          group({
            name: fc.constantFrom('long', 'a b', 'ü'),
            remote_timeout: fc.constantFrom('30s', '1m'),
            write_relabel_configs: samplesRelabelled,
            queue_config: fc.constant({ max_shards: 4 }),
          }),
          credentials,
        )
        .map((parts) => Object.assign({ url: 'https://long.example.org/api/v1/write?a=b' }, ...parts)),
      (remoteWrite) => ({ prometheus: { remoteWrite } }),
    ),
  }),
  discovery: group({
    kubernetes: group({
      services: fc.boolean(),
      pods: fc.boolean(),
      nodes: fc.boolean(),
      verifyNodes: fc.boolean(),
      namespaces: fc.oneof(fc.constant('all'), fc.array(dnsLabel, { maxLength: 2 })),
    }),
    consul: accepted(
      group({
        url: fc.constantFrom(
          'http://consul:8500',
          'https://gw.example.org/consul/',
          'https://gw.example.org/ui/',
          'http://[::1]:8500',
          'consul:8500',
        ),
        services: names,
        tags: names,
        datacenter: text,
        token: text,
        basicAuth,
      }),
      (consul) => ({ discovery: { consul } }),
    ),
    swarm: accepted(
      group({ url: fc.constantFrom('tcp://10.0.0.5:2375', 'https://s:2376', 'unix:///a', 'http://s/p') }),
      (swarm) => ({ discovery: { swarm } }),
    ),
    http: accepted(
      group({
        name: fc.constantFrom('cmdb', 'inventory', 'prometheus', 'A'),
        url: fc.oneof(url, fc.constant('https://sd.example.org/t?zone=a&b=ü')),
        token: text,
      }),
      (http) => ({ discovery: { http } }),
    ),
  }),
  grafana: group({
    mode: fc.constantFrom('managed', 'external', 'off'),
    adminPassword: text,
    url,
    auth: text,
    prometheusUrl: url,
    alertmanagerUrl: url,
    basicAuth,
  }),
  docker: group({
    publishAddress: fc.constantFrom('0.0.0.0', '10.0.0.5', '300.0.0.1', '::1'),
    subnet: cidr,
    networks: names,
    hostMounts: fc.constantFrom('auto', 'rslave', 'rprivate', 'shared'),
    resources: fc.dictionary(workload, sizes, { maxKeys: 2 }),
    imageRegistry: fc.constantFrom('registry.example.org', 'r:5000/mirror', 'https://r', 'r/'),
    retain: fc.boolean(),
  }),
  kubernetes: group({
    namespace: dnsLabel,
    createNamespaces: fc.boolean(),
    imagePullSecrets: fc.array(dnsLabel, { maxLength: 2 }),
    clientNamespaces: fc.array(dnsLabel, { maxLength: 2 }),
    dns: group({
      namespaces: fc.array(dnsLabel, { maxLength: 2 }),
      addresses: fc.array(cidr, { maxLength: 2 }),
      ports: fc.array(fc.nat(70_000), { maxLength: 2 }),
    }),
    nodeCidrs: fc.array(cidr, { maxLength: 2 }),
    ipFamily: fc.constantFrom('IPv4', 'IPv6'),
    clusterDomain: fc.constantFrom('cluster.local', 'corp.example', 'a b', '.'),
    placement: fc.dictionary(workload, group({ resources: sizes, nodeSelector: labels, labels }), {
      maxKeys: 2,
    }),
    podSecurity: fc.constantFrom('fixed', 'openshift'),
    replicas: group({ prometheus: fc.nat(6), alertmanager: fc.nat(10) }),
    ingress: fc.record(
      {
        hosts: fc.dictionary(
          fc.constantFrom('grafana', 'prometheus', 'alertmanager', 'redis'),
          fc.constantFrom('m.example.org', 'https://m.example.org', 'm.example.org/g', 'ü.example.org'),
          { maxKeys: 2 },
        ),
        className: dnsLabel,
        annotations: labels,
      },
      { requiredKeys: ['hosts'] },
    ),
    operator: fc.record({ namespace: dnsLabel, service: dnsLabel, labels }, { requiredKeys: ['namespace'] }),
  }),
  nodeExporter: group({ mode: fc.constantFrom('own', 'existing', 'off', 'none'), port: fc.nat(70_000) }),
  dns: group({ server: address, name: text }),
  rules: group({
    runbookBaseUrl: fc.constantFrom('https://r.example.org/', 'r', 'https://r.example.org/?a=b'),
    targetLabels: fc.array(labelName, { maxLength: 2 }),
    alerts: group({
      CacheHitRateLow: group({ for: duration, threshold: fc.constantFrom(0.75, '75%', '0.8') }),
      InferenceAPIHighLatency: group({ off: fc.boolean(), severity: fc.constantFrom('warning', 'page') }),
    }),
  }),
  notifications: group({
    groupBy: fc.array(labelName, { maxLength: 2 }),
    timings: group({ critical: timing, warning: timing, info: timing }),
    businessHours: group({ timeZone: zone, from: clock, to: clock, severities: fc.constant(['warning']) }),
    maintenance: fc.array(
      group({
        name: fc.constantFrom('a', 'b'),
        owner: text,
        reason: text,
        timeZone: zone,
        daysOfMonth: fc.array(fc.constantFrom('1', '-1', '1:7', '-3:-1', '0', '32', '7:1', '-1:3'), {
          maxLength: 2,
        }),
        from: clock,
        to: clock,
      }),
      { maxLength: 2 },
    ),
    silences: fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b'),
        owner: fc.constant('o'),
        reason: text,
        matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
        startsAt: fc.constant('2027-03-01T20:00:00Z'),
        endsAt: fc.constant('2027-03-01T23:00:00Z'),
      }),
      { maxLength: 1 },
    ),
    receivers: fc.dictionary(fc.constantFrom('alerts', 'digest', 'A'), channels, { maxKeys: 1 }),
    routes: fc.array(
      group({
        service: fc.constantFrom('kafka', 'machines', 'business', 'ü'),
        severity: fc.constantFrom('critical', 'info'),
        receivers: fc.constantFrom(['digest'], ['alerts']),
      }),
      { maxLength: 1 },
    ),
  }),
};

const errors = /^(Settings|Rules|Notifications)Error$/;

/** What `render` makes of settings; undefined where it refuses them, as it may. */
function rendered(input: unknown): RenderedFiles | undefined {
  try {
    const settings = parseSettings(input, { stack: 'try' });
    const [platform, replicas] = [addressing(settings, folder), replicasOf(settings)];
    return renderFiles({ settings, platform, replicas, user: NO_USER_FILES });
  } catch (error) {
    if (errors.test((error as Error).name)) return undefined;
    throw error;
  }
}

function isParsed(input: unknown): boolean {
  try {
    parseSettings(input, { stack: 'try' });
    return true;
  } catch (error) {
    expect((error as Error).name).toMatch(errors);
    return false;
  }
}

const PLATFORMS = ['local', 'docker', 'kubernetes'] as const;

/**
 * Stacks of a platform, of parts that are accepted each alone: one wrong key among twenty would refuse nearly all. What
 * belongs to another platform is refused, and left out.
 */
const stacks = (platform: (typeof PLATFORMS)[number]) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(PARTS)
          .filter(([name]) => name === platform || !PLATFORMS.some((each) => each === name))
          .map(([name, part]) => [
            name,
            fc.option(
              part.map(defined).filter((value) => isParsed({ platform, production: false, [name]: value })),
              { nil: undefined, freq: 3 },
            ),
          ]),
      ),
    )
    .map((parts) => defined({ platform, production: false, ...parts }));

/** What a tool refuses of files, which it is given all at once. Default: nothing. */
async function refused(tool: string, args: readonly string[]): Promise<string> {
  try {
    // What tells twins apart is a variable of each.
    await run(tool, args, { maxBuffer: 1e8, env: { ...process.env, POD_NAME: 'prometheus-0' } });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`
      .split('\n')
      .filter((line) => !/SUCCESS|^Checking|^\s*$/.test(line))
      .join('\n');
  }
}

/** Of each platform. */
const STACKS = 5;

test('whatever the settings accept, promtool and amtool accept', async () => {
  const seed = Date.now() | 0;
  const drawn = PLATFORMS.flatMap((platform) => fc.sample(stacks(platform), { numRuns: STACKS, seed }));
  const taken = drawn.flatMap((input) => {
    const files = rendered(input);
    return files === undefined ? [] : [{ input, files }];
  });
  expect(taken.length, `too few are accepted, seed ${seed}`).toBeGreaterThan((PLATFORMS.length * STACKS) / 4);
  const configs: string[] = [];
  const rules = new Map<string, string>();
  const alertmanagers: string[] = [];
  for (const [index, { input, files }] of taken.entries()) {
    const home = join(folder, String(index));
    writeFiles(home, { 'settings.json': JSON.stringify(input), secret: '' });
    for (const [name, content] of Object.entries(files.rules)) rules.set(content, `${index}/${name}`);
    writeFiles(join(home, 'alertmanager'), files.alertmanager);
    const config = files.prometheus
      // Rules are the same in most of them: each text is read once.
      .replaceAll(files.rulesFolder, join(home, 'none'))
      // Tokens and certificates are only where Prometheus runs; promtool wants to see a file.
      .replaceAll(/(\b(?:\w+_)?file: )\S+/g, `$1${join(home, 'secret')}`);
    configs.push(...writeFiles(home, { 'prometheus.yml': config }));
    alertmanagers.push(join(home, 'alertmanager', 'alertmanager.yml'));
  }
  const ruleFiles = writeFiles(
    join(folder, 'rules'),
    Object.fromEntries([...rules].map(([content, name]) => [name, content])),
  );
  const { promtool, amtool } = await ensureTools(['promtool', 'amtool']);
  const said = await Promise.all([
    refused(promtool, ['check', 'config', ...configs]),
    refused(promtool, ['check', 'rules', '--lint=none', ...ruleFiles]),
    refused(amtool, ['check-config', ...alertmanagers]),
  ]);
  const inputs = taken.map(({ input }, index) => `${index}: ${JSON.stringify(input)}`).join('\n');
  expect(said.join('\n').trim(), `seed ${seed}\n${inputs}`).toBe('');
}, 60_000);
