import { BlockList, isIPv4 } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ANYWHERE } from '../../../../platforms/kubernetes/addresses.ts';
import { kubernetesAddressing } from '../../../../platforms/kubernetes/addressing.ts';
import { refusals } from '../../../../platforms/kubernetes/check.ts';
import { openings, openingsOf } from '../../../../platforms/kubernetes/openings.ts';
import { type KubernetesOptions, resolveOptions } from '../../../../platforms/kubernetes/options.ts';
import type { Workload } from '../../../../platforms/workload.ts';
import { manifestsOf, manifestsOfAll, ofKind, podOf } from './objects.ts';
import { bare, stackWorkloads } from './workloads.ts';

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
    expect(spec.egress?.[0]?.ports?.every(({ port }) => [53, 1053, 5353].includes(port))).toBe(true);
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

/** Whether a rule lets an address and a port through. */
function lets(rules: Policy['egress'], address: string, port: number): boolean {
  const within = (cidr: string) => {
    const [base = '', bits = ''] = cidr.split('/');
    const list = new BlockList();
    list.addSubnet(base, Number(bits), isIPv4(base) ? 'ipv4' : 'ipv6');
    // An IPv4 address is in ::/0 for a block list alone.
    return isIPv4(base) === isIPv4(address) && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
  return (rules ?? []).some(
    ({ to, ports }) =>
      (ports === undefined || ports.some((each) => each.port === port)) &&
      (to as { ipBlock?: { cidr: string; except?: string[] } }[]).some(
        ({ ipBlock }) =>
          ipBlock !== undefined && within(ipBlock.cidr) && !(ipBlock.except ?? []).some(within),
      ),
  );
}

/** Where clouds give out credentials. */
const METADATA = ['169.254.169.254', '169.254.170.2', '100.100.100.200', 'fd00:ec2::254'];

describe('the metadata of clouds', () => {
  const everywhere: Workload['connectsTo'] = [
    { outside: 'hooks.slack.com', port: 80 },
    { outside: 'discovered' },
    { discovered: 'machines', port: 80 },
    { discovered: 'workloads' },
  ];
  const permissions = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] as const;

  test.each(METADATA)('%s is reached by no rule, at no port', (address) => {
    const all = ofKind(
      manifestsOfAll([
        bare({ connectsTo: everywhere ?? [], permissions }),
        bare({ name: 'host', perNode: true, host: { network: true } }),
      ]),
      'NetworkPolicy',
    ) as unknown as { spec: Policy }[];
    for (const { spec } of all)
      for (const port of [53, 80, 443, 8000]) expect(lets(spec.egress, address, port)).toBe(false);
  });

  test('is refused as an address of the settings', () => {
    expect(refusals(bare({ connectsTo: [{ outside: '169.254.169.254', port: 80 }] }))).toEqual([
      "example: connects to 169.254.169.254, where a cloud gives out a machine's credentials: no workload may",
    ]);
    expect(refusals(bare({ connectsTo: [{ outside: '169.254.20.10', port: 53 }] }))).toEqual([]);
  });

  test('stays closed where the machines have named ranges', () => {
    const nodeCidrs = ['10.1.0.0/16', '169.254.0.0/16'];
    const { egress } = policy(bare({ connectsTo: [{ discovered: 'machines', port: 80 }] }), { nodeCidrs });
    expect(lets(egress, '10.1.2.3', 80)).toBe(true);
    expect(lets(egress, '10.2.2.3', 80)).toBe(false);
  });
});

test('what a range leaves out lies within it, as an API server asks', () => {
  const blocks = ANYWHERE.map(({ ipBlock }) => ipBlock as { cidr: string; except?: string[] });
  for (const { cidr, except = [] } of blocks) {
    expect(except).not.toEqual([]);
    const family = (range: string) => isIPv4(range.split('/')[0] ?? '');
    for (const inner of except) expect(family(inner)).toBe(family(cidr));
  }
});

describe('names are looked up', () => {
  const egress = (options = {}) => {
    const [first] = ofKind(manifestsOfAll([], options), 'NetworkPolicy') as unknown as { spec: Policy }[];
    return first?.spec.egress;
  };
  test.each([
    ['NodeLocal DNSCache', '169.254.20.10'],
    ['LocalDNS of AKS', '169.254.10.11'],
    ['the address of the service, which a cache takes over', '10.96.0.10'],
    ['a resolver on its machine’s network', '192.168.7.9'],
    ['an IPv6 cluster', 'fd00:10:96::a'],
  ])('%s', (_what, address) => {
    expect(lets(egress(), address, 53)).toBe(true);
    expect(lets(egress(), address, 80)).toBe(false);
  });
  test('OpenShift, whose resolvers are in a namespace of their own at another port', () => {
    expect(egress()?.[0]?.to).toContainEqual({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
    });
    expect(egress()?.[0]?.ports).toContainEqual({ port: 5353, protocol: 'UDP' });
  });
  test('nowhere else, and where the settings say', () => {
    expect(lets(egress(), '8.8.8.8', 53)).toBe(false);
    const dns = { namespaces: ['dns'], addresses: ['8.8.8.8/32'], ports: [5300] };
    expect(egress({ dns })).toStrictEqual([
      {
        to: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'dns' } } },
          { ipBlock: { cidr: '8.8.8.8/32' } },
        ],
        ports: [
          { port: 5300, protocol: 'UDP' },
          { port: 5300, protocol: 'TCP' },
        ],
      },
    ]);
  });
});

describe('what is opened is told', () => {
  const said = (workloads: readonly Workload[], options = {}) =>
    openings(
      workloads,
      resolveOptions({ dns: { namespaces: ['dns'], addresses: [], ports: [53] }, ...options }),
    );
  const host = bare({
    name: 'host',
    perNode: true,
    host: { network: true },
    ports: [{ name: 'web', port: 9100 }],
  });
  const LOOK_UPS = 'Network: every workload may connect to pods of namespace dns at port 53.';

  test.each<[string, Workload['connectsTo'], string]>([
    ['another workload', [{ workload: 'redis', port: 6379 }], 'redis at port 6379'],
    [
      'a name of one word, of which nobody knows the port',
      [{ outside: 'inference-api', port: 8080 }],
      'pods of namespace monitoring that let it in at every port',
    ],
    [
      'a service of another namespace, whose pods have ports of their own',
      [{ outside: 'inference-api.shop.svc', port: 80 }],
      'pods of namespace shop at every port',
    ],
    [
      'what discovery finds',
      [{ discovered: 'workloads', namespaces: ['shop'], port: 8080 }],
      'pods of namespace shop at port 8080',
    ],
    ['whatever discovery finds', [{ discovered: 'workloads' }], 'pods of every namespace at every port'],
    [
      'a host on the internet',
      [{ outside: 'hooks.slack.com', port: 443 }],
      'every address but the metadata of clouds at port 443',
    ],
    ['an address', [{ outside: '10.0.0.7', port: 8080 }], '10.0.0.7/32 at port 8080'],
    [
      'machines, at the ports of whoever uses their network',
      [{ workload: 'host', port: 9100 }],
      'every address but the metadata of clouds at port 9100',
    ],
    [
      'several, a phrase each',
      [
        { workload: 'redis', port: 6379 },
        { outside: '10.0.0.7', port: 1 },
        { outside: '10.0.0.7', port: 2 },
      ],
      'redis at port 6379; 10.0.0.7/32 at port 1, 2',
    ],
  ])('%s', (_what, connectsTo, place) => {
    expect(said([host, bare({ connectsTo: connectsTo ?? [] })])).toEqual([
      LOOK_UPS,
      `Network: example may connect to ${place}.`,
    ]);
  });

  test('who may come in from other namespaces', () => {
    const published = bare({ ports: [{ name: 'web', port: 8000, published: true }] });
    const options = {
      clientNamespaces: ['tools'],
      ingress: { hosts: { example: 'example.org' }, controllerNamespace: 'traefik' },
    };
    expect(said([published], options)).toEqual([
      LOOK_UPS,
      'Network: example lets in pods of namespace traefik, pods of namespace tools at port 8000.',
    ]);
  });

  test('a range with metadata in it is told without them', () => {
    expect(
      said([], { dns: { namespaces: [], addresses: ['10.0.0.0/8', '100.64.0.0/10'], ports: [53] } }),
    ).toEqual([
      'Network: every workload may connect to 10.0.0.0/8, 100.64.0.0/10 except 100.100.100.200/32 at port 53.',
    ]);
  });

  test('the ranges of machines, where they are named', () => {
    const client = bare({ connectsTo: [{ workload: 'host', port: 9100 }] });
    expect(said([host, client], { nodeCidrs: ['10.1.0.0/16'] })).toEqual([
      LOOK_UPS,
      'Network: example may connect to 10.1.0.0/16 at port 9100.',
    ]);
  });

  test('every rule of every policy of the stack', () => {
    const workloads = stackWorkloads();
    const rules = ofKind(manifestsOfAll(workloads), 'NetworkPolicy').flatMap(
      ({ spec }) => (spec as unknown as Policy).egress ?? [],
    );
    const told = JSON.stringify(openingsOf(workloads, resolveOptions({})));
    for (const { to } of rules)
      for (const peer of to as { ipBlock?: { cidr: string }; podSelector?: { matchLabels: object } }[]) {
        const [name = peer.ipBlock?.cidr ?? ''] = Object.entries(peer.podSelector?.matchLabels ?? {})
          .filter(([key]) => key === 'app.kubernetes.io/name')
          .map(([, value]) => value as string);
        if (name !== 'node-exporter') expect(told).toContain(name);
      }
  });
});

test('a node exporter listens on its machine’s address alone, and a member tells its peers its own', () => {
  const listen = (options: KubernetesOptions) => {
    const platform = kubernetesAddressing({ ...options, onHostNetwork: ['node-exporter'] });
    return [
      platform.listen('node-exporter', 9100),
      platform.listen('redis', 1),
      platform.advertise?.('a', 9094),
    ];
  };
  expect(listen({})).toEqual(['$(HOST_IP):9100', ':1', '$(POD_IP):9094']);
  expect(listen({ ipFamily: 'IPv6' })).toEqual(['[$(HOST_IP)]:9100', ':1', '[$(POD_IP)]:9094']);
  const [container] = podOf(bare({ args: ['--web.listen-address=$(HOST_IP):9100'] })).spec.containers;
  expect(container?.args).toEqual(['--web.listen-address=$(HOST_IP):9100']);
  expect(container?.env?.map(({ name }) => name)).toContain('HOST_IP');
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
    ['hooks.slack.com', ANYWHERE],
  ])('%s, at that port', (outside, to) => {
    expect(egress([{ outside, port: 443 }])).toStrictEqual([
      { to: [...to], ports: [{ port: 443, protocol: 'TCP' }] },
    ]);
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

  test('are open to the Gateway and to ranges of load balancers, without the metadata of clouds', () => {
    const gateway = {
      hosts: { example: 'example.org' },
      parentRefs: [{ name: 'web' }],
      controllerNamespace: 'gateways',
    };
    const { ingress = [] } = policy(published, { gateway, clientCidrs: ['10.0.16.0/20', '0.0.0.0/0'] });
    expect(ingress[1]).toStrictEqual({
      from: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'gateways' } } },
        { ipBlock: { cidr: '10.0.16.0/20' } },
        { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16', '100.100.100.200/32'] } },
      ],
      ports: [{ port: 8000, protocol: 'TCP' }],
    });
    expect(openings([published], resolveOptions({ gateway, clientCidrs: ['10.0.16.0/20'] }))).toContain(
      'Network: example lets in pods of namespace gateways, 10.0.16.0/20 at port 8000.',
    );
  });

  test('a range reaches what has a host, and everything published where nothing has one', () => {
    const clientCidrs = ['10.0.16.0/20'];
    const rules = (hosts?: Readonly<Record<string, string>>) =>
      policy(published, { clientCidrs, ...(hosts && { ingress: { hosts } }) }).ingress ?? [];
    expect(rules()).toHaveLength(2);
    expect(rules({ example: 'example.org' })).toHaveLength(2);
    expect(rules({ other: 'example.org' })).toHaveLength(1);
  });

  test('no controller is let in that nobody named', () => {
    expect(policy(published, { ingress: { hosts: { example: 'example.org' } } }).ingress).toHaveLength(1);
  });

  test('are closed where nobody is named', () => {
    expect(policy(published, { ingress: { hosts: { other: 'example.org' } } }).ingress).toHaveLength(1);
  });
});
