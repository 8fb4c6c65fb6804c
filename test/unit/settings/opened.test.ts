import { expect, test } from 'vitest';
import { addressing } from '../../../stack/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

const parse = (kubernetes: object) =>
  parseSettings({ platform: 'kubernetes', production: false, kubernetes }, { stack: 'test' });
const gateway = { hosts: { grafana: 'grafana.example.org' }, parentRefs: [{ name: 'web' }] };
const ingress = { hosts: { grafana: 'grafana.example.org' } };

test.each<[string, object, RegExp | undefined]>([
  [
    'an Ingress',
    { ingress },
    /^kubernetes\.ingress\.hosts names hosts, and the network policies let nobody in/,
  ],
  [
    'a Gateway',
    { gateway },
    /^kubernetes\.gateway\.hosts names hosts, and the network policies let nobody in/,
  ],
  ['an Ingress with its namespace', { ingress: { ...ingress, controllerNamespace: 'traefik' } }, undefined],
  ['a Gateway with its namespace', { gateway: { ...gateway, controllerNamespace: 'envoy' } }, undefined],
  ['a load balancer', { ingress, clientCidrs: ['10.0.16.0/20'] }, undefined],
  ['no host', { ingress: { hosts: {} } }, undefined],
])('who comes by %s is let in where it is named, and told otherwise', (_what, kubernetes, said) => {
  const { idle } = parse(kubernetes);
  if (said === undefined) expect(idle).toEqual([]);
  else expect(idle).toEqual([expect.stringMatching(said)]);
});

test('a host of the Gateway is where people open a page', () => {
  const platform = addressing(parse({ gateway: { ...gateway, controllerNamespace: 'envoy' } }), '/project');
  expect(platform.url('grafana', 3000)).toBe('https://grafana.example.org');
  expect(platform.opening?.('grafana', 3000)).toBeUndefined();
  expect(platform.url('prometheus', 9090)).toBe('http://127.0.0.1:9090');
});

test.each([
  [
    'two names of one workload',
    { ingress, gateway: { ...gateway, hosts: { grafana: 'g.example.org' } } },
    'gives it: a workload has one',
  ],
  ['a route without a Gateway', { gateway: { ...gateway, parentRefs: [] } }, 'kubernetes.gateway.parentRefs'],
  [
    'a filter of no type',
    { gateway: { ...gateway, filtersOf: { grafana: [{ type: 'Auth' }] } } },
    'ExternalAuth',
  ],
  ['a range that is none', { clientCidrs: ['10.0.0.0/40'] }, 'an IPv6 subnet such as 2001:db8::/32'],
])('%s is refused', (_what, kubernetes, message) => {
  expect(() => parse(kubernetes)).toThrow(message);
});

test('one name, by an Ingress and by a Gateway, is for whoever moves from one to the other', () => {
  expect(() => parse({ ingress, gateway })).not.toThrow();
});
