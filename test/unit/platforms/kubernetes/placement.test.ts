import { expect, test } from 'vitest';
import { kubernetesOptions } from '../../../../stack/addressing.ts';
import { parseSettings, SettingsError } from '../../../../stack/settings/index.ts';
import { manifestsOf, ofKind, podOf } from './objects.ts';
import { bare, stackWorkloads } from './workloads.ts';

/** Options of a stack whose file says this of size and place. */
const options = (kubernetes: object) =>
  kubernetesOptions(parseSettings({ platform: 'kubernetes', trial: true, kubernetes }, { stack: 'test' }));
const workload = (name: string) => stackWorkloads().find((each) => each.name === name) ?? bare();

test('size and place are said for all, and for one', () => {
  const said = options({
    placement: {
      all: {
        nodeSelector: { pool: 'infra' },
        tolerations: [{ key: 'infra', operator: 'Exists' }],
        annotations: { 'cost.example.org/team': 'ml' },
        labels: { 'app.kubernetes.io/name': 'stolen', tier: 'infra' },
      },
      prometheus: {
        resources: { requests: { memory: '8Gi' }, limits: { memory: '16Gi' } },
        nodeSelector: { disk: 'ssd' },
        affinity: { nodeAffinity: {} },
        topologySpread: [{ maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule' }],
        serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/monitoring' },
      },
    },
  });
  const { metadata, spec } = podOf(workload('prometheus'), said);
  expect(spec).toMatchObject({
    nodeSelector: { 'kubernetes.io/os': 'linux', pool: 'infra', disk: 'ssd' },
    tolerations: [{ key: 'infra', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [
      { topologyKey: 'rack', labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } },
    ],
  });
  expect(spec.containers[0]?.resources).toEqual({
    requests: { cpu: '250m', memory: '8Gi' },
    limits: { memory: '16Gi' },
  });
  // Selectors and policies go by the stack's own labels.
  expect(metadata.labels).toMatchObject({ tier: 'infra', 'app.kubernetes.io/name': 'prometheus' });
  expect(metadata.annotations).toMatchObject({ 'cost.example.org/team': 'ml' });
  const [account] = ofKind(manifestsOf(workload('prometheus'), said), 'ServiceAccount');
  expect(account?.metadata).toMatchObject({
    annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/monitoring' },
  });
  const other = podOf(workload('alertmanager'), said).spec;
  expect(other).toMatchObject({ nodeSelector: { 'kubernetes.io/os': 'linux', pool: 'infra' } });
  expect(other.containers[0]?.resources.requests.memory).toBe('128Mi');
  // A node exporter tolerates everything, and what is said besides.
  expect(podOf(workload('node-exporter'), said).spec).toMatchObject({
    tolerations: [{ operator: 'Exists' }, { key: 'infra', operator: 'Exists' }],
  });
});

test('on OpenShift no user is fixed, and everything else stays confined', () => {
  const { spec } = podOf(workload('prometheus'), options({ podSecurity: 'openshift' }));
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(spec.containers[0]?.securityContext).toMatchObject({ capabilities: { drop: ['ALL'] } });
});

test('nothing changes where nothing is said', () => {
  for (const each of stackWorkloads()) expect(podOf(each, options({}))).toEqual(podOf(each));
});

test.each([
  [{ prometeus: {} }, 'kubernetes.placement'],
  [{ prometheus: { resources: { requests: { memory: 'much' } } } }, 'a quantity such as 500m or 2Gi'],
])('%j is refused', (placement, message) => {
  expect(() => options({ placement })).toThrow(SettingsError);
  expect(() => options({ placement })).toThrow(message);
});

test('images are those of the lock, at the mirror too', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = 'docker.io/example/example:1.0.0';
  const named = (more: object) =>
    podOf(bare(), { digests: { [image]: digest }, ...more }).spec.containers[0]?.image;
  expect(named({})).toBe(`${image}@${digest}`);
  expect(named({ imageRegistry: 'mirror.local/hub' })).toBe(
    `mirror.local/hub/example/example:1.0.0@${digest}`,
  );
  expect(podOf(bare()).spec.containers[0]?.image).toBe(image);
});
