import { describe, expect, test } from 'vitest';
import { discovery, type TargetGroup } from '../../../components/prometheus/discovery.ts';
import { stackDiscovery } from '../../../components/topology.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';
import { readTargets } from '../../../stack/targets.ts';

interface Job {
  readonly job_name: string;
  readonly relabel_configs: readonly {
    readonly source_labels: readonly string[];
    readonly action?: string;
  }[];
}

function found(settings: unknown, targets: Record<string, readonly TargetGroup[]> = {}) {
  const { discovery: parsed } = parseSettings(
    {
      platform: 'kubernetes',
      trial: true,
      discovery: everywhere(settings),
    },
    { stack: 'test' },
  );
  return discovery({
    settings: parsed,
    targets,
    platform: kubernetesAddressing(),
    targetsFolder: '/targets',
  });
}

/** Discovery in a cluster has to say where: everywhere, unless a test says otherwise. */
function everywhere(settings: unknown): unknown {
  const { kubernetes } = settings as { kubernetes?: object };
  return kubernetes === undefined
    ? settings
    : { ...(settings as object), kubernetes: { namespaces: 'all', ...kubernetes } };
}

test('where annotations are followed has to be said', () => {
  const parse = (kubernetes: object) =>
    parseSettings({ platform: 'kubernetes', trial: true, discovery: { kubernetes } }, { stack: 'test' });
  for (const kind of ['services', 'pods']) {
    expect(() => parse({ [kind]: true })).toThrow('discovery.kubernetes.namespaces is not set');
    expect(parse({ [kind]: true, namespaces: ['shop'] }).discovery.kubernetes.namespaces).toEqual(['shop']);
    expect(parse({ [kind]: true, namespaces: 'all' }).discovery.kubernetes.namespaces).toBe('all');
  }
  expect(() => parse({ nodes: true })).not.toThrow();
  expect(() => parse({ pods: true, namespaces: 'shop' })).toThrow(
    'discovery.kubernetes.namespaces is "shop", but must be one of all or a list',
  );
});

describe('jobs of the stack', () => {
  /** The job that a target in a namespace gets which asks for one. */
  function jobOf(namespaces: unknown, asked: string): string {
    const settings = parseSettings(
      { platform: 'kubernetes', trial: true, discovery: { kubernetes: { pods: true, namespaces } } },
      { stack: 'test' },
    );
    const [job] = stackDiscovery(settings, kubernetesAddressing(), {}).jobs as unknown as Job[];
    const rule = job?.relabel_configs.at(-1) as unknown as { regex: string; source_labels: string[] };
    expect(rule.source_labels).toEqual(['namespace', 'job']);
    const match = new RegExp(`^(?:${rule.regex})$`).exec(`shop;${asked}`);
    return match === null ? asked : `${match[1]}/${match[2]}`;
  }
  test.each(['prometheus', 'alertmanager', 'node-exporter', 'grafana', 'probe-http', 'kubelet', 'cadvisor'])(
    '%s is taken by no annotation',
    (job) => {
      expect(jobOf(['shop'], job)).toBe(`shop/${job}`);
      expect(jobOf('all', job)).toBe(`shop/${job}`);
    },
  );
  test('those of services are taken in namespaces that are named alone', () => {
    expect(jobOf(['shop'], 'inference-api')).toBe('inference-api');
    expect(jobOf('all', 'inference-api')).toBe('shop/inference-api');
    expect(jobOf('all', 'checkout')).toBe('checkout');
  });
});

test('nothing is looked for, connected to or permitted unless it is asked for', () => {
  expect(found({})).toStrictEqual({ jobs: [], connections: [], permissions: [] });
});

describe('in the cluster', () => {
  test('only what is annotated is kept, in every namespace or in those that are named', () => {
    for (const kind of ['services', 'pods']) {
      const [job] = found({ kubernetes: { [kind]: true } }).jobs as unknown as Job[];
      const kept = job?.relabel_configs.filter(({ action }) => action === 'keep');
      expect(kept?.map(({ source_labels: [label] }) => label)).toStrictEqual([
        `__meta_kubernetes_${kind.slice(0, -1)}_annotation_prometheus_io_scrape`,
      ]);
    }
    const { jobs, permissions, connections } = found({
      kubernetes: { services: true, namespaces: ['shop'] },
    });
    expect(jobs[0]).toMatchObject({
      kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: ['shop'] } }],
    });
    expect(permissions.every(({ namespaces }) => namespaces?.[0] === 'shop')).toBe(true);
    expect(connections).toStrictEqual([{ discovered: 'workloads', namespaces: ['shop'] }]);
  });

  test.each([
    ['services', ['endpointslices', 'pods', 'services']],
    ['pods', ['pods']],
    ['nodes', ['nodes', 'nodes/metrics']],
  ])('%s: only their rights, and only to read', (kind, resources) => {
    const { permissions } = found({ kubernetes: { [kind]: true } });
    expect(permissions.flatMap((each) => each.resources)).toStrictEqual(resources);
    expect(new Set(permissions.flatMap(({ verbs }) => verbs))).not.toContain('create');
  });

  test('kubelets are asked with the token of the account, and must prove who they are', () => {
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(found({ kubernetes: { nodes: true } }).jobs[0]).toMatchObject({
      job_name: 'kubelet',
      scheme: 'https',
      authorization: { credentials_file: `${account}/token` },
      tls_config: { ca_file: `${account}/ca.crt` },
    });
    const lax = found({ kubernetes: { nodes: true, verifyNodes: false } }).jobs[1];
    expect(lax).toMatchObject({ job_name: 'cadvisor', tls_config: { insecure_skip_verify: true } });
  });

  test('another platform has no cluster to look into', () => {
    const settings = { platform: 'docker', discovery: { kubernetes: { pods: true } } };
    expect(() => parseSettings(settings, { stack: 'dev' })).toThrow(
      'discovery.kubernetes.pods is true, but needs platform kubernetes, and platform is docker',
    );
  });
});

test('tokens are sent, and the way to who is asked is open', () => {
  const { jobs, connections } = found({
    consul: [{ url: 'https://consul.example.org', services: ['checkout'], token: 'canary' }],
    http: [{ name: 'machines', url: 'http://10.0.0.3:8080/targets', token: 'second' }],
  });
  expect(jobs[0]).toMatchObject({
    consul_sd_configs: [
      {
        server: 'consul.example.org',
        scheme: 'https',
        services: ['checkout'],
        authorization: { credentials: 'canary' },
      },
    ],
  });
  expect(connections).toStrictEqual([
    { outside: 'consul.example.org', port: 443 },
    { outside: '10.0.0.3', port: 8080 },
    { discovered: 'workloads' },
    { outside: 'discovered' },
  ]);
});

test('a swarm: running tasks of labelled services', () => {
  const { jobs, connections } = found({ swarm: [{ url: 'tcp://10.0.0.5:2375' }] });
  expect(jobs[0]).toMatchObject({ dockerswarm_sd_configs: [{ host: 'tcp://10.0.0.5:2375', role: 'tasks' }] });
  expect(connections).toContainEqual({ outside: '10.0.0.5', port: 2375 });
});

describe('files of targets', () => {
  const text = '- targets: ["10.0.0.7:9100", "[2001:db8::1]:9100"]\n  labels: { zone: a }\n';

  test('are jobs under their names, whose targets may be reached', () => {
    const targets = readTargets({ 'switches.yaml': text });
    const { jobs, connections } = found({}, targets);
    expect(jobs).toStrictEqual([
      { job_name: 'switches', file_sd_configs: [{ files: ['/targets/switches.json'] }] },
    ]);
    expect(connections).toStrictEqual([
      { outside: '10.0.0.7', port: 9100 },
      { outside: '2001:db8::1', port: 9100 },
    ]);
  });

  test.each([
    ['Switches.yaml', text, "the job would be 'Switches'"],
    ['a.yaml', '- targets: [host]', '[0].targets[0] is "host", but must be host:port'],
    ['a.yaml', '- targets: ["h:1"]\n  label: {}', '[0].label is not known; did you mean labels?'],
    ['a.yaml', '5', 'the file is 5, but must be a list.'],
    ['a.yaml', '- labels: {}', '[0].targets is missing, but must be a list.'],
    ['a.yaml', '- targets: ["h:1"]\n  labels: {a-b: c}', '[0].labels.a-b has a name that is not allowed'],
    ['a.yaml', 'targets: [', 'it is not YAML'],
  ])('%s is refused where it cannot be read', (file, content, message) => {
    expect(() => readTargets({ [file]: content })).toThrow(message);
    expect(() => readTargets({ [file]: content })).toThrow(`targets.d/${file}`);
  });

  test('two files of one job are refused', () => {
    expect(() => readTargets({ 'a.json': '[]', 'a.yaml': '[]' })).toThrow("the job 'a' has another file");
  });
});
