import * as pulumi from '@pulumi/pulumi';
import { load, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { MonitoringStack } from '../../../components/monitoring-stack.ts';
import { FILES_ANNOTATION } from '../../../platforms/kubernetes/names.ts';
import { kubernetesPlatform } from '../../../platforms/kubernetes/platform.ts';
import { kubernetesOptions } from '../../../stack/addressing.ts';
import { filesWithoutPulumi } from '../../../stack/without-pulumi.ts';
import { CANARIES, planned, SECRETIVE } from './planned.ts';

interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; annotations?: object };
  readonly data?: Readonly<Record<string, string>>;
}

const REDIS = { address: 'cache.shop.example.org:6379', user: 'metrics', password: CANARIES.redis };
const PRODUCTION = { ...SECRETIVE, platform: 'kubernetes', environment: 'production', redis: REDIS };
const OPERATOR = {
  ...PRODUCTION,
  grafana: { mode: 'off' },
  kubernetes: { operator: { namespace: 'observability', service: 'prometheus-operated' } },
};

const MANIFEST = /^kubernetes\/[^/]+\.yaml$/;
const files = filesWithoutPulumi(planned(PRODUCTION));
const objectsOf = (all: Readonly<Record<string, string>>): readonly PlainObject[] =>
  Object.entries(all)
    .filter(([path]) => MANIFEST.test(path) && !path.endsWith('kustomization.yaml'))
    .map(([, text]) => load(text) as PlainObject);

/** What the provider is given of a stack, by Pulumi's own registration. */
async function given(input: unknown): Promise<readonly PlainObject[]> {
  const plan = planned(input);
  const found: PlainObject[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const [, group = '', kind = ''] = /^kubernetes:(?:core\/)?(\S+):(\S+)$/.exec(type) ?? [];
      if (kind !== '') found.push({ apiVersion: group, kind, ...inputs });
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  new MonitoringStack('monitoring', {
    ...plan,
    platform: kubernetesPlatform(kubernetesOptions(plan.settings)),
  });
  await new Promise(process.nextTick);
  await pulumi.runtime.disconnect();
  return found;
}

/** The engine carries a secret in a wrapping of its own. */
const unwrapped = (value: object): object => (value as { readonly value?: object }).value ?? value;

/** Annotations are left out where they are Pulumi's, continuous delivery's, or tell of a secret. */
const AIDS = new RegExp(`^(?:pulumi\\.com/|argocd\\.|kustomize\\.toolkit\\.|${FILES_ANNOTATION}$)`);

function compared(object: PlainObject): unknown {
  return JSON.parse(
    JSON.stringify(object, (key, value: unknown) => {
      if (key !== 'annotations') return value;
      const kept = Object.entries(value as object).filter(([name]) => !AIDS.test(name));
      return kept.length === 0 ? undefined : Object.fromEntries(kept);
    }),
  );
}

const identity = ({ kind, metadata: { name, namespace = '' } }: PlainObject) =>
  `${kind} ${namespace}/${name}`;
const byIdentity = (objects: readonly PlainObject[]) =>
  Object.fromEntries(
    objects
      .map((object) => [identity(object), compared(object)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

describe.each([
  ['production', PRODUCTION],
  ['the demo', { platform: 'kubernetes', trial: true, demo: { enabled: true } }],
  ['an operator', OPERATOR],
])('the manifests of %s', (_name, input) => {
  test('are what the provider is given, but for Secrets, whose names and keys they tell', async () => {
    const all = await given(input);
    const rendered = objectsOf(filesWithoutPulumi(planned(input)));
    expect(rendered.length).toBeGreaterThan(20);
    expect(byIdentity(rendered)).toEqual(byIdentity(all.filter(({ kind }) => kind !== 'Secret')));
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    const example = loadAll(
      filesWithoutPulumi(planned(input))['kubernetes/examples/external-secrets.yaml'] ?? '',
    ) as { metadata: { name: string; namespace: string }; spec: { data: { secretKey: string }[] } }[];
    const wanted = secrets.map(({ metadata, data = {} }) => [
      `${metadata.namespace}/${metadata.name}`,
      Object.keys(unwrapped(data)).sort(),
    ]);
    const told = example
      .filter((each) => each !== null && each !== undefined)
      .map(({ metadata, spec }) => [
        `${metadata.namespace}/${metadata.name}`,
        spec.data.map(({ secretKey }) => secretKey).sort(),
      ]);
    expect(told.sort()).toEqual(wanted.sort());
  });
});

test('each file holds one object with a version, a kind and a name, and no two the same', () => {
  const objects = objectsOf(files);
  for (const { apiVersion, kind, metadata } of objects)
    expect([apiVersion, kind, metadata.name]).toEqual(Array(3).fill(expect.stringMatching(/./)));
  expect(new Set(objects.map(identity)).size).toBe(objects.length);
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
});

test('the kustomization lists every one of them, the namespaces before what is in them', () => {
  const { resources } = load(files['kubernetes/kustomization.yaml'] ?? '') as { resources: string[] };
  const written = Object.keys(files)
    .filter((path) => MANIFEST.test(path) && !path.endsWith('kustomization.yaml'))
    .map((path) => path.slice('kubernetes/'.length));
  expect([...resources].sort()).toEqual(written.sort());
  const seen = new Set<string>();
  for (const file of resources) {
    const { kind, metadata } = load(files[`kubernetes/${file}`] ?? '') as PlainObject;
    if (kind === 'Namespace') seen.add(metadata.name);
    else if (metadata.namespace !== undefined) expect(seen, file).toContain(metadata.namespace);
  }
});

test('are the same each time', () => {
  expect(filesWithoutPulumi(planned(PRODUCTION))).toEqual(files);
});

test('hold no secret, and no trace of one', () => {
  const text = JSON.stringify(files);
  for (const canary of Object.values(CANARIES)) {
    expect(text).not.toContain(canary);
    expect(text).not.toContain(Buffer.from(canary).toString('base64'));
  }
  // A hash of a short password could be guessed: another password gives the same files.
  const other = { ...PRODUCTION, grafana: { adminPassword: 'another-password-0418' } };
  expect(filesWithoutPulumi(planned(other))).toEqual(files);
});

test('what holds data is neither pruned nor deleted', () => {
  const kept = objectsOf(files).filter(({ metadata }) =>
    JSON.stringify(metadata.annotations ?? {}).includes('Prune=false,Delete=false'),
  );
  expect([...new Set(kept.map(({ kind }) => kind))].sort()).toEqual(['Namespace', 'PersistentVolumeClaim']);
  expect(JSON.stringify(objectsOf(files))).not.toContain('pulumi.com/');
});

test('a pinned image is pinned in the manifests', () => {
  const image = /image: (docker\.io\/prom\/prometheus:\S+)/.exec(
    files['kubernetes/statefulset-prometheus.yaml'] ?? '',
  )?.[1];
  const digest = `sha256:${'a'.repeat(64)}`;
  const pinned = filesWithoutPulumi(planned(PRODUCTION), { [image ?? '']: digest });
  expect(pinned['kubernetes/statefulset-prometheus.yaml']).toContain(`@${digest}`);
});

test('an object reads as people write it', () => {
  expect(
    files['kubernetes/poddisruptionbudget-alertmanager.yaml'],
  ).toBe(`# Written by make render: change the settings, and render again.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: alertmanager
  namespace: monitoring
  labels:
    app.kubernetes.io/part-of: feature-store-monitoring
    app.kubernetes.io/instance: monitoring
    app.kubernetes.io/managed-by: pulumi
    app.kubernetes.io/name: alertmanager
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/instance: monitoring
      app.kubernetes.io/name: alertmanager
  unhealthyPodEvictionPolicy: AlwaysAllow
`);
});

test('processes of this machine need none', () => {
  expect(filesWithoutPulumi(planned({ platform: 'local' }))).toEqual({});
});
