import { beforeAll, describe, expect, test } from 'vitest';
import { POLICIES } from '../../../policies/index.ts';
import { crossGuardPolicies } from '../../../policies/pack/policies.ts';
import type { Declared } from '../../../policies/resources/facts.ts';
import type { Resource } from '../../../policies/resources/reader.ts';
import { edited, judge } from './judge.ts';
import { SECRET, stackOn, stackWith } from './resources.ts';

describe.each(['local', 'docker', 'kubernetes'] as const)('a stack on %s', (platform) => {
  let declared: Declared;
  let resources: readonly Resource[];
  beforeAll(async () => {
    ({ declared, resources } = await stackOn(platform));
  });

  test('complies as it is declared', () => {
    const rest = judge(declared, resources).filter(
      (line) => !/^(receiver-sends|dead-mans-switch):/.test(line),
    );
    expect(rest).toEqual([]);
  });

  test('is refused with a threshold that was loosened after rendering', () => {
    const loose = edited(resources, /prometheus/, 'ratio_rate5m < 0.7', 'ratio_rate5m < 0.4');
    expect(judge(declared, loose)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^threshold-within-slo: CacheHitRateLow fires at 0\.4 ratio/),
        expect.stringMatching(/^rule-is-as-declared: CacheHitRateLow has expr .*0\.4/),
      ]),
    );
  });

  test('is refused with a retention under an SLO window', () => {
    const short = edited(resources, /prometheus/, '.retention.time=30d', '.retention.time=7d');
    expect(judge(declared, short).join('\n')).toMatch(
      /^retention-covers-slo: stream-lag looks back 30 days/m,
    );
  });

  test('is refused where the retention is left out', () => {
    const without = edited(resources, /prometheus/, '--storage.tsdb.retention.time', '--storage.retention');
    expect(judge(declared, without).join('\n')).toMatch(/^stack-is-complete: Prometheus’s argument/m);
  });

  test('is refused without the route of its pages', () => {
    const silent = edited(resources, /alertmanager/, 'severity="critical"', 'severity="catastrophic"');
    expect(judge(declared, silent).join('\n')).toMatch(/^critical-alert-pages: each of \w+, /m);
  });

  test('is refused with a secret in plain text, which is not repeated', () => {
    const leaking = edited(resources, /blackbox/, 'prober: http', `prober: http # ${SECRET}`);
    const said = judge(declared, leaking).join('\n');
    expect(said).toMatch(/^secrets-stay-secret: blackbox-exporter.* holds a secret in plain text/m);
    expect(said).not.toContain(SECRET);
  });

  test('is refused where the rules are left out', () => {
    const without = edited(resources, /prometheus/, 'groups:', 'no_groups:');
    expect(judge(declared, without)).toContain(
      'stack-is-complete: the rule files stands in no resource, so the rest could not be judged: leave it where it is',
    );
  });

  // Processes of a machine have no image.
  if (platform !== 'local')
    test('is refused with an image without tag', () => {
      const moving = edited(resources, /./, ':v3.15.0', '');
      expect(judge(declared, moving).join('\n')).toMatch(
        /^image-is-pinned: .*prom\/prometheus.* name a version/m,
      );
    });
});

test('a page that the settings open is judged as they say it, and not by its network policy', async () => {
  const { declared, resources } = await stackWith({
    platform: 'kubernetes',
    production: false,
    kubernetes: { clientCidrs: ['10.0.0.0/8'], clientNamespaces: ['ml'] },
  });
  const pages = (some: readonly Resource[]) =>
    judge(declared, some).filter((line) => line.startsWith('page-asks-who-opens-it'));
  expect(pages(resources)).toEqual([]);
  const wider = edited(resources, /prometheus/, '10.0.0.0/8', '10.0.0.0/7');
  expect(pages(wider)).toEqual([
    expect.stringContaining('prometheus answers everybody at every address of 10.0.0.0/7'),
  ]);
});

type Props = Record<string, unknown>;

/** What is said of one resource after its inputs were changed. */
async function changed(
  platform: 'docker' | 'kubernetes',
  name: string,
  change: (props: Props) => Props,
): Promise<string> {
  const { declared, resources } = await stackOn(platform);
  const one = resources.find(
    (resource) => resource.name === name && /Container|StatefulSet/.test(resource.type),
  );
  if (one === undefined) throw new Error(`there is no ${name}`);
  return judge(declared, [{ ...one, props: change(one.props as Props) }]).join('\n');
}

describe('a container of Docker is refused', () => {
  test.each<[string, Props, RegExp]>([
    ['as root', { user: '0:0' }, /^no-root: alertmanager runs as user 0/m],
    ['without a user', { user: undefined }, /^no-root: alertmanager/m],
    ['with a root that it can write', { readOnly: false }, /^read-only-root: alertmanager/m],
    ['in privileged mode', { privileged: true }, /^least-privilege: alertmanager is privileged/m],
    ['with its capabilities', { capabilities: {} }, /^least-privilege: alertmanager keeps/m],
    ['that may gain rights', { securityOpts: [] }, /^least-privilege: alertmanager may gain rights/m],
    ['without a limit of memory', { memory: 0 }, /^resources-are-bounded: alertmanager/m],
    [
      'with a page that other machines open',
      { ports: [{ internal: 9093, external: 9093 }] },
      /^page-asks-who-opens-it: alertmanager answers everybody at 0\.0\.0\.0/m,
    ],
    ['with a secret in its environment', { envs: [`A=${SECRET}`] }, /^secrets-stay-secret: alertmanager/m],
  ])('%s', async (_how, more, message) => {
    expect(await changed('docker', 'alertmanager', (props) => ({ ...props, ...more }))).toMatch(message);
  });

  test('that passes for a loader and is more', async () => {
    const said = await changed('docker', 'alertmanager-files', (props) => ({ ...props, privileged: true }));
    expect(said).toMatch(/^least-privilege: alertmanager-files is privileged/m);
  });
});

describe('a pod of Kubernetes is refused', () => {
  const pod =
    (change: (spec: Props, container: Props) => Props) =>
    (props: Props): Props => {
      const { spec } = props as { spec: { template: { spec: Props & { containers: Props[] } } } };
      const inner = spec.template.spec;
      const template = { ...spec.template, spec: { ...inner, ...change(inner, inner.containers[0] ?? {}) } };
      return { ...props, spec: { ...spec, template } };
    };
  const container = (more: Props) => pod((_spec, before) => ({ containers: [{ ...before, ...more }] }));

  test.each<[string, (props: Props) => Props, RegExp]>([
    ['without a user', pod(() => ({ securityContext: {} })), /^no-root: alertmanager runs as user 0/m],
    [
      'without a security context of its container',
      container({ securityContext: {} }),
      /^least-privilege: alertmanager may gain rights, keeps its capabilities: /m,
    ],
    [
      'without any security context',
      pod((_spec, before) => ({
        securityContext: {},
        containers: [{ ...before, securityContext: { privileged: true, capabilities: { add: ['ALL'] } } }],
      })),
      /^least-privilege: alertmanager is privileged, .* adds the capabilities ALL, may use every system call/m,
    ],
    ['with a root that it can write', container({ securityContext: {} }), /^read-only-root: alertmanager/m],
    ['without bounds', container({ resources: {} }), /^resources-are-bounded: alertmanager/m],
    ['with a moving image', container({ image: 'docker.io/a/b:latest' }), /^image-is-pinned: alertmanager/m],
    [
      'with a container beside it that nobody looked at',
      pod((_spec, before) => ({
        initContainers: [{ name: 'init', image: 'docker.io/a/b' }],
        containers: [before],
      })),
      /^least-privilege: alertmanager\/init may gain rights/m,
    ],
    [
      'with a secret in its arguments',
      container({ args: [`--key=${SECRET}`] }),
      /^secrets-stay-secret: alertmanager.* holds a secret/m,
    ],
  ])('%s', async (_how, change, message) => {
    expect(await changed('kubernetes', 'alertmanager', change)).toMatch(message);
  });
});

const ASKING = { 'nginx.ingress.kubernetes.io/auth-url': 'https://sso.example.org/auth' };

describe.each<[string, Parameters<typeof stackWith>[0], Parameters<typeof stackWith>[0], string]>([
  [
    'an Ingress',
    {
      platform: 'kubernetes',
      production: false,
      kubernetes: { ingress: { hosts: { prometheus: 'p.example.org', grafana: 'g.example.org' } } },
    },
    {
      platform: 'kubernetes',
      production: false,
      kubernetes: {
        ingress: { hosts: { prometheus: 'p.example.org' }, annotationsOf: { prometheus: ASKING } },
      },
    },
    'prometheus answers everybody at p.example.org',
  ],
  [
    'a route of the Gateway API',
    {
      platform: 'kubernetes',
      production: false,
      kubernetes: { gateway: { hosts: { prometheus: 'p.example.org' }, parentRefs: [{ name: 'web' }] } },
    },
    {
      platform: 'kubernetes',
      production: false,
      kubernetes: {
        gateway: {
          hosts: { prometheus: 'p.example.org' },
          parentRefs: [{ name: 'web' }],
          filtersOf: { prometheus: [{ type: 'ExternalAuth', externalAuth: { protocol: 'HTTP' } }] },
        },
      },
    },
    'prometheus answers everybody at p.example.org',
  ],
  [
    'a published port',
    { platform: 'docker', production: false, docker: { publishAddress: '0.0.0.0' } },
    { platform: 'docker', docker: { publishAddress: '127.0.0.1' } },
    'alertmanager answers everybody at 0.0.0.0',
  ],
])('%s', (_what, open, asking, message) => {
  const policy = 'page-asks-who-opens-it';

  test('is found where nobody asks who comes, by make up and the pack alike', async () => {
    const { declared, resources, findings } = await stackWith(open);
    const said = findings.filter((finding) => finding.policy === policy);
    expect(said.map((finding) => `${finding.subject} ${finding.message}`).join('\n')).toContain(message);
    const judged = judge(declared, resources).filter((line) => line.startsWith(policy));
    expect(judged.sort()).toEqual(
      said.map((finding) => `${policy}: ${finding.subject} ${finding.message}`).sort(),
    );
  });

  test('is let be where somebody does', async () => {
    const { declared, resources, findings } = await stackWith(asking);
    expect(findings.map((finding) => finding.policy)).not.toContain(policy);
    expect(judge(declared, resources).join('\n')).not.toContain(policy);
  });
});

test('what a preview cannot know is no reason to stop', async () => {
  const { declared, resources } = await stackOn('docker');
  const unknown = resources.map((resource) => ({
    ...resource,
    props: new Proxy(resource.props as Props, {
      get: (props, key) => {
        if (key === 'image') throw new Error('string value at .image can’t be known during preview');
        return props[key as string];
      },
    }),
  }));
  expect(judge(declared, unknown)).toEqual(judge(declared, resources));
});

test('the level of a stack goes before that of the policy, and exemptions hold', async () => {
  const { declared, resources } = await stackOn('docker');
  const policies = {
    ...declared.settings.policies,
    levels: { 'no-root': 'advisory' as const },
    exemptions: [
      {
        policy: 'threshold-within-slo',
        subject: 'CacheHitRateLow',
        owner: 'feature-platform',
        reason: 'cache is rebuilt until the end of the year',
        expires: '2999-12-31',
      },
      { policy: 'no-root', subject: 'x', owner: 'me', reason: 'forgotten long ago', expires: '2020-01-01' },
    ],
  };
  const stack = { ...declared, settings: { ...declared.settings, policies } };
  const levels = crossGuardPolicies(stack).map(({ name, enforcementLevel }) => [name, enforcementLevel]);
  expect(levels).toContainEqual(['no-root', 'advisory']);
  expect(levels).toContainEqual(['image-is-pinned', 'mandatory']);
  const loose = edited(resources, /prometheus/, 'ratio_rate5m < 0.7', 'ratio_rate5m < 0.4');
  const said = judge(stack, loose).join('\n');
  expect(said).not.toContain('threshold-within-slo');
  expect(said).toContain('rule-is-as-declared: CacheHitRateLow');
  expect(said).toContain('exemption-is-current: no-root: x the exemption of me expired on 2020-01-01');
});

test('every policy is in the pack', async () => {
  const { declared } = await stackOn('local');
  const names = crossGuardPolicies(declared).map(({ name }) => name);
  expect(names).toEqual([...POLICIES.map(({ name }) => name), 'stack-is-complete', 'exemption-is-current']);
});
