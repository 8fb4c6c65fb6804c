import { describe, expect, test } from 'vitest';
import type { Workload } from '../../../../platforms/workload.ts';
import { manifestsOf, manifestsOfAll, ofKind, podOf } from './objects.ts';
import { bare } from './workloads.ts';

interface Policy {
  readonly podSelector: object;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly { from: readonly object[]; ports?: readonly { port: number }[] }[];
  readonly egress?: readonly { to: readonly object[]; ports?: readonly { port: number }[] }[];
}

function policy(workload: Workload, options = {}): Policy {
  const [first] = ofKind(manifestsOf(workload, options), 'NetworkPolicy');
  return first?.spec as unknown as Policy;
}

test('by default nothing goes in or out but look-ups of names', () => {
  const policies = ofKind(manifestsOfAll([bare({ perNode: true, host: { pid: true } })]), 'NetworkPolicy');
  const denying = policies.filter(({ metadata }) => metadata.name === 'default-deny');
  expect(denying.map(({ metadata }) => metadata.namespace)).toStrictEqual(['monitoring', 'monitoring-host']);
  for (const { spec } of denying as unknown as { spec: Policy }[]) {
    expect(spec.podSelector).toStrictEqual({});
    expect(spec.policyTypes).toStrictEqual(['Ingress', 'Egress']);
    expect(spec.ingress).toBeUndefined();
    expect(spec.egress).toHaveLength(1);
    expect(spec.egress?.[0]?.ports?.every(({ port }) => [53, 1053].includes(port))).toBe(true);
  }
});

test('a workload lets in exactly those that say that they connect to it', () => {
  const label = { 'connects-to.feature-store-monitoring/example': 'true' };
  expect(policy(bare()).ingress).toStrictEqual([
    { from: [{ podSelector: { matchLabels: label } }], ports: [{ port: 8000, protocol: 'TCP' }] },
  ]);
  const client = bare({ name: 'client', connectsTo: [{ workload: 'example', port: 8000 }] });
  expect(podOf(client).metadata.labels).toMatchObject(label);
  expect(podOf(bare()).metadata.labels).not.toMatchObject(label);
});

describe('where a workload may connect to', () => {
  const egress = (connectsTo: Workload['connectsTo']) =>
    policy(bare({ connectsTo: connectsTo ?? [] })).egress;

  test('nowhere unless it says so', () => {
    expect(policy(bare({ connectsTo: [] })).policyTypes).toContain('Egress');
    expect(egress([])).toBeUndefined();
  });

  test('another workload, at that port', () => {
    const [rule] = egress([{ workload: 'redis', port: 6379 }]) ?? [];
    expect(rule?.to).toStrictEqual([
      {
        podSelector: {
          matchLabels: { 'app.kubernetes.io/instance': 'monitoring', 'app.kubernetes.io/name': 'redis' },
        },
      },
    ]);
    expect(rule?.ports?.map(({ port }) => port)).toStrictEqual([6379, 6379]);
  });

  test.each([
    ['10.0.0.7', [{ ipBlock: { cidr: '10.0.0.7/32' } }]],
    ['2001:db8::1', [{ ipBlock: { cidr: '2001:db8::1/128' } }]],
    ['hooks.slack.com', [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]],
  ])('%s, at that port', (outside, to) => {
    expect(egress([{ outside, port: 443 }])).toStrictEqual([{ to, ports: [{ port: 443, protocol: 'TCP' }] }]);
  });

  test('a name server, which is asked over UDP', () => {
    const to = [{ ipBlock: { cidr: '10.0.0.2/32' } }];
    expect(egress([{ outside: '10.0.0.2', port: 5353, protocol: 'udp' }])).toStrictEqual([
      { to, ports: [{ port: 5353, protocol: 'UDP' }] },
    ]);
  });

  test.each(['inference-api.ml.svc', 'inference-api.ml.svc.cluster.local'])(
    '%s: the pods of its namespace',
    (outside) => {
      // The port of a service is not that of its pods, and policies see the latter.
      expect(egress([{ outside, port: 80 }])).toStrictEqual([
        { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ml' } } }] },
      ]);
    },
  );

  test('what discovery finds: pods of every namespace or of some, and machines at one port', () => {
    expect(egress([{ discovered: 'workloads' }])).toStrictEqual([{ to: [{ namespaceSelector: {} }] }]);
    expect(egress([{ discovered: 'workloads', namespaces: ['shop'] }])).toStrictEqual([
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }] },
    ]);
    const [machines] = egress([{ discovered: 'machines', port: 10_250 }]) ?? [];
    expect(machines?.ports?.map(({ port }) => port)).toStrictEqual([10_250]);
  });

  test('one rule where several hosts come to the same', () => {
    const hosts = ['hooks.slack.com', 'events.pagerduty.com'];
    expect(egress(hosts.map((outside) => ({ outside, port: 443 })))).toHaveLength(1);
  });

  test('the API server, for who has permissions', () => {
    const permissions = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] as const;
    const [rule] = policy(bare({ permissions })).egress ?? [];
    expect(rule?.ports?.map(({ port }) => port)).toStrictEqual([443, 6443]);
  });

  test('a pod on its machine’s network, whose address no policy can name', () => {
    const target = policy(bare({ perNode: true, host: { network: true } }));
    expect(target.podSelector).toStrictEqual({
      matchLabels: { 'connects-to.feature-store-monitoring/example': 'true' },
    });
    expect(target.policyTypes).toStrictEqual(['Egress']);
    expect(target.egress?.[0]?.ports).toStrictEqual([{ port: 8000, protocol: 'TCP' }]);
  });
});

describe('published ports', () => {
  const published = bare({
    ports: [
      { name: 'web', port: 8000, published: true },
      { name: 'gossip', port: 8001 },
    ],
  });

  test('are open to the ingress controller and to namespaces that are named, other ports are not', () => {
    const { ingress = [] } = policy(published, {
      ingress: { hosts: { example: 'example.org' }, controllerNamespace: 'traefik' },
      clientNamespaces: ['tools'],
    });
    expect(ingress[1]).toStrictEqual({
      from: ['traefik', 'tools'].map((name) => ({
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      })),
      ports: [{ port: 8000, protocol: 'TCP' }],
    });
  });

  test('are closed where nobody is named', () => {
    expect(policy(published, { ingress: { hosts: { other: 'example.org' } } }).ingress).toHaveLength(1);
  });
});
