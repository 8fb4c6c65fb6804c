import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { topology } from '../../../components/topology.ts';
import { accessManifests } from '../../../platforms/kubernetes/access.ts';
import { networkManifests } from '../../../platforms/kubernetes/network.ts';
import { resolveOptions } from '../../../platforms/kubernetes/options.ts';
import { addressing, kubernetesOptions, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { parseSettings, SettingsError } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';

const NOTIFICATIONS = {
  slack: { webhookUrl: 'https://hooks.slack.com/services/canary' },
  pagerduty: { routingKey: '0123456789abcdef0123456789abcdef' },
  heartbeat: { url: 'https://heartbeat.example.org/canary' },
};

type Service = Readonly<Record<string, unknown>>;

const CLUSTER = { platform: 'kubernetes', trial: true };
const DOCKER = { platform: 'docker', docker: { networks: ['shop_default'] } };

function planned(service: Service, more: Readonly<Record<string, unknown>> = CLUSTER) {
  const settings = parseSettings(
    {
      demo: { enabled: false },
      notifications: NOTIFICATIONS,
      services: [{ name: 'checkout', ...service }],
      ...more,
    },
    { stack: 'test' },
  );
  const platform = addressing(settings, '/project');
  const replicas = replicasOf(settings);
  const files = renderFiles({ settings, platform, replicas, user: NO_USER_FILES });
  const { scrape_configs: jobs } = load(files.prometheus) as { scrape_configs: Record<string, unknown>[] };
  return {
    settings,
    job: jobs.find(({ job_name }) => job_name === 'checkout'),
    files,
    plan: topology(settings, platform, replicas),
    workloads: () => {
      const own = { image: settings.image, path: (file: string) => file, grafanaStandIn: false };
      const parts = stackParts({ settings, platform: platform as never, replicas, files, own });
      return workloadsOf(parts);
    },
  };
}

function problem(service: Service, more: Readonly<Record<string, unknown>> = CLUSTER): string {
  try {
    planned(service, more);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

const probe = ({ plan }: ReturnType<typeof planned>) =>
  plan.probes.http.filter(({ service }) => service === 'checkout');

describe('in a cluster', () => {
  test('the pods behind the Service of the same name, each an instance; the probe goes through the Service', () => {
    const found = planned({ find: { namespace: 'shop', port: 9000 } });
    expect(found.job).toMatchObject({
      job_name: 'checkout',
      kubernetes_sd_configs: [
        {
          role: 'endpointslice',
          namespaces: { names: ['shop'] },
          selectors: [{ role: 'endpointslice', label: 'kubernetes.io/service-name=checkout' }],
        },
      ],
      static_configs: [],
    });
    expect(JSON.stringify(found.job)).not.toContain('"target_label":"instance"');
    expect(probe(found)).toEqual([
      { service: 'checkout', target: 'http://checkout.shop.svc:9000/health', instance: 'checkout:9000' },
    ]);
  });

  test.each([
    [{ namespace: 'shop' }, 'checkout.shop.svc:8080'],
    [{ namespace: 'shop', port: 'metrics' }, 'checkout.shop.svc:8080'],
    [{ namespace: 'shop', port: '9000' }, 'checkout.shop.svc:9000'],
    [{ namespace: 'shop', service: 'till', port: 9000 }, 'till.shop.svc:9000'],
    [{ namespace: 'shop', labels: { app: 'till' }, port: 9000 }, 'checkout.shop.svc:9000'],
  ])('%j is probed at %s', (find, address) => {
    expect(probe(planned({ find }))[0]?.target).toBe(`http://${address}/health`);
  });

  test('address is what the probe asks, a Service as well, and is not scraped', () => {
    const found = planned({ find: { namespace: 'shop' }, address: 'till.shop.svc:80' });
    expect(probe(found)[0]?.target).toBe('http://till.shop.svc:80/health');
    expect(found.job?.static_configs).toEqual([]);
  });

  test('Prometheus may read the namespaces that are named, and reach their pods at the port', () => {
    const found = planned({ find: { namespace: 'shop', port: 9000 } });
    const options = resolveOptions(kubernetesOptions(found.settings));
    const prometheus = found.workloads().find(({ name }) => name === 'prometheus');
    if (prometheus === undefined) throw new Error('no Prometheus');
    const roles = accessManifests(prometheus, options).map(({ kind, object }) => ({
      ...(object as Role),
      kind,
    }));
    expect(roles.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules }) => rules)).toEqual([]);
    expect(roles.filter(({ kind }) => kind === 'Role')).toMatchObject([
      {
        metadata: { namespace: 'shop' },
        rules: [
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
          { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] },
        ],
      },
    ]);
    const rules = networkManifests(prometheus, options).flatMap(
      ({ object }) => (object as { spec: { egress?: unknown[] } }).spec.egress ?? [],
    );
    expect(rules).toContainEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
      ports: [{ port: 9000, protocol: 'TCP' }],
    });
  });

  interface Role {
    readonly metadata: { readonly namespace: string };
    readonly rules: readonly unknown[];
  }
});

test('in Docker and a swarm by DNS: every address of the name', () => {
  const compose = planned({ find: { dns: 'checkout', port: 8000 } }, DOCKER);
  expect(compose.job).toMatchObject({
    dns_sd_configs: [{ names: ['checkout'], type: 'A', port: 8000 }],
    static_configs: [],
  });
  expect(probe(compose)[0]?.target).toBe('http://checkout:8000/health');
  const swarm = planned({ find: { dns: 'tasks.checkout', port: 8000 } }, DOCKER);
  expect(swarm.job).toMatchObject({ dns_sd_configs: [{ names: ['tasks.checkout'] }] });
  expect(probe(swarm)[0]?.target).toBe('http://checkout:8000/health');
  expect(swarm.plan.scraped).toContainEqual({ outside: 'tasks.checkout', port: 8000 });
});

test('in Consul by name, whose token is no part of the configuration', () => {
  const consul = { url: 'http://10.0.0.5:8500', token: 'consul-token' };
  const found = planned({ find: { consul } }, DOCKER);
  expect(found.job).toMatchObject({
    consul_sd_configs: [{ server: '10.0.0.5:8500', services: ['checkout'] }],
  });
  expect(found.files.prometheus).not.toContain('consul-token');
  expect(probe(found)).toEqual([]);
  expect(probe(planned({ find: { consul }, address: '10.0.0.9:80' }, DOCKER))).toHaveLength(1);
  expect(planned({ find: { consul: { ...consul, service: 'till' } } }, DOCKER).job).toMatchObject({
    consul_sd_configs: [{ services: ['till'] }],
  });
});

describe('an address of many copies is refused', () => {
  test.each([
    ['checkout.shop.svc:8080', 'find: { namespace: shop, port: 8080 }'],
    ['till.shop.svc:80', 'find: { namespace: shop, service: till, port: 80 }'],
    ['checkout.shop.svc.cluster.local:8080', 'find: { namespace: shop, port: 8080 }'],
    ['checkout.shop:8080', 'find: { namespace: shop, port: 8080 }'],
    ['checkout.ml:8080', 'find: { namespace: ml, port: 8080 }'],
    ['CHECKOUT.Shop.SVC:8080', 'find: { namespace: shop, port: 8080 }'],
    ['checkout:8080', 'find: { namespace: monitoring, port: 8080 }'],
  ])('%s', (address, mend) => {
    const said = problem({ address });
    expect(said).toContain(`services[0].address is "${address}"`);
    expect(said).toContain(mend);
    expect(problem({ addresses: ['10.0.0.7:8080', address] })).toContain(
      `services[0].addresses[1] is "${address}"`,
    );
  });
  test('in a domain of the cluster’s own', () => {
    const kubernetes = { clusterDomain: 'k8s.corp' };
    expect(problem({ address: 'checkout.shop.svc.k8s.corp:80' }, { ...CLUSTER, kubernetes })).toContain(
      'find: { namespace: shop, port: 80 }',
    );
  });
  test('beside a cluster, with what can be done there', () => {
    expect(problem({ address: 'checkout.shop.svc:80' }, DOCKER)).toContain('list each copy in addresses');
  });
  test.each([
    '10.0.0.7:8080',
    '[fd00::7]:8080',
    'checkout.example.com:80',
    'example.com:80',
    'box.local:80',
    'checkout-0.checkout.shop.svc:80',
  ])('but not %s', (address) => expect(problem({ address })).toBe(''));
  test.each(['checkout:80', 'checkout.shop:80'])('nor %s in Docker', (address) =>
    expect(problem({ address }, DOCKER)).toBe(''),
  );
});

test.each([
  [{}, CLUSTER, 'services[0].find names no way to find the copies: it must have namespace'],
  [{ port: 80 }, DOCKER, 'it must have dns or consul'],
  [{ labels: { app: 'a' } }, CLUSTER, 'services[0].find.namespace is missing'],
  [{ namespace: 'shop' }, DOCKER, 'services[0].find.namespace is set, but needs platform kubernetes'],
  [{ namespace: 'shop', dns: 'a.example.com' }, CLUSTER, 'services[0].find has namespace and dns'],
  [{ dns: 'checkout.shop.svc', port: 80 }, CLUSTER, 'find: { namespace: shop, port: 80 }'],
  [{ dns: 'checkout', port: 'http' }, DOCKER, 'services[0].find.port is "http", but must be a number'],
  [{ consul: { url: 'http://10.0.0.5:8500' }, port: 80 }, DOCKER, 'Consul names the port of each copy'],
  [{ namespace: 'shop', port: 0 }, CLUSTER, 'services[0].find.port is 0, but must be at least 1'],
  [{ namespace: 'shop', port: 'No_Port' }, CLUSTER, 'services[0].find.port is "No_Port", but must be'],
])('%j is refused', (find, more, said) => expect(problem({ find }, more)).toContain(said));

test('addresses beside find are refused', () => {
  expect(problem({ find: { namespace: 'shop' }, addresses: ['10.0.0.7:80'] })).toContain(
    'services[0].addresses is set, but find is too',
  );
});
