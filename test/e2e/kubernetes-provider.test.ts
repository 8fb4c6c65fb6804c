import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../platforms/kubernetes/manifest.ts';
import { operatorObjects, registerOperatorObjects } from '../../platforms/kubernetes/operator.ts';
import { resolveOptions } from '../../platforms/kubernetes/options.ts';
import { register } from '../../platforms/kubernetes/register.ts';
import { storageManifests } from '../../platforms/kubernetes/storage.ts';
import { type Cluster, clusterProblem, startCluster } from '../cluster/cluster.ts';
import { eventually } from '../eventually.ts';
import { olderProvider, plugin, pluginProblem } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import { bare } from '../unit/platforms/kubernetes/workloads.ts';

const NAMESPACE = 'fsm-provider';
const problem = (await clusterProblem('control')) ?? (await pluginProblem('kubernetes'));
const older = problem === undefined ? await olderProvider() : undefined;
console.log(problem ?? (await plugin('kubernetes')).line);
if (older !== undefined) console.log(older);

describe.skipIf(problem !== undefined)('objects and the provider', () => {
  let cluster: Cluster;
  let stack: TestStack;

  beforeAll(async () => {
    cluster = startCluster('control');
    stack = await TestStack.open(await plugin('kubernetes'), {});
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    cluster.kubectl(['apply', '-f', '-'], JSON.stringify(namespace));
  });

  afterAll(async () => {
    await stack?.destroy().catch(() => undefined);
    stack?.forget();
    cluster?.kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=false']);
    cluster?.stop();
  });

  type Declare = (opts: pulumi.CustomResourceOptions) => void;

  function declaring(declare: Declare, settings: k8s.ProviderArgs = {}) {
    return async () => {
      const connection = {
        kubeconfig: cluster.kubeconfig,
        enableServerSideApply: true,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
        ...settings,
      };
      declare({ provider: new k8s.Provider('kubernetes', connection) });
    };
  }

  const up = (declare: Declare, settings?: k8s.ProviderArgs) => stack.up(declaring(declare, settings));
  const metadata = (name: string) => ({ name, namespace: NAMESPACE });
  const files = (data: Record<string, string>): Declare => {
    return (opts) => new k8s.core.v1.ConfigMap('files', { metadata: metadata('files'), data }, opts);
  };
  const live = () =>
    JSON.parse(cluster.kubectl(['get', 'configmap', 'files', '-n', NAMESPACE, '-o', 'json']));

  test('creates for real, keeps what did not change, and changes files in place', async () => {
    expect(await up(files({ a: '1', b: '2' }))).toMatchObject({ create: 3 });
    const { uid } = live().metadata;
    expect(await up(files({ a: '1', b: '2' }))).toStrictEqual({ same: 3 });
    expect(await up(files({ a: '3' }))).toMatchObject({ update: 1 });
    expect(live()).toMatchObject({ data: { a: '3' }, metadata: { uid } });
    expect(live().data).not.toHaveProperty('b');
  });

  test('sees what somebody else changed', async () => {
    cluster.kubectl(['patch', 'configmap', 'files', '-n', NAMESPACE, '--patch', '{"data":{"a":"9"}}']);
    expect(await stack.refresh()).toMatchObject({ update: 1 });
    expect(await up(files({ a: '3' }))).toMatchObject({ update: 1 });
    expect(live().data).toStrictEqual({ a: '3' });
  });

  test('refuses objects of an operator that is not installed', async () => {
    const metadata = { name: 'slo', namespace: NAMESPACE, labels: {} };
    const declare: Declare = (opts) => {
      registerOperatorObjects([{ kind: 'PrometheusRule', metadata, spec: { groups: [] } }], opts);
    };
    const message = 'no matches for kind "PrometheusRule" in version "monitoring.coreos.com/v1"';
    await expect(up(declare)).rejects.toThrow(message);
  });

  test.skipIf(older !== undefined)('refuses an object that is there already', async () => {
    const theirs = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: theirs}\n';
    cluster.kubectl(['apply', '-n', NAMESPACE, '-f', '-'], theirs);
    await expect(
      up((opts) => new k8s.core.v1.ConfigMap('theirs', { metadata: metadata('theirs') }, opts)),
    ).rejects.toThrow('already exists');
  });

  test('what holds data stays when its stack goes, is taken up again, and goes too where that is asked', async () => {
    const [claim] = storageManifests(
      bare({ data: { mount: '/data', gibibytes: 1 } }),
      resolveOptions({ namespace: NAMESPACE }),
    );
    const keeping =
      (retain: boolean): Declare =>
      ({ provider }) => {
        const keeper = provider as pulumi.ProviderResource;
        register(claim as Manifest, { provider: keeper, keeper, retain, dependsOn: [] });
      };
    const uids = () => {
      const { items } = JSON.parse(cluster.kubectl(['get', 'pvc', '-n', NAMESPACE, '-o', 'json']));
      return (items as { metadata: { uid: string } }[]).map(({ metadata }) => metadata.uid);
    };
    const upserting = { upsertExistingObjects: true };
    await up(keeping(true), upserting);
    const [uid] = uids();
    expect(uid).toBeDefined();
    await stack.destroy();
    expect(uids()).toEqual([uid]);
    await up(keeping(false), upserting);
    expect(uids()).toEqual([uid]);
    await stack.destroy();
    await eventually(30, () => expect(uids()).toEqual([]));
  });

  test('an operator that is installed is told', async () => {
    const crds = ['PrometheusRule', 'ServiceMonitor', 'Probe'].map((kind) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${kind.toLowerCase()}s.monitoring.coreos.com` },
      spec: {
        group: 'monitoring.coreos.com',
        scope: 'Namespaced',
        names: { kind, plural: `${kind.toLowerCase()}s` },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
              },
            },
          },
        ],
      },
    }));
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: crds });
    cluster.kubectl(['apply', '-f', '-'], list);
    try {
      cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
      const declare: Declare = (opts) => {
        registerOperatorObjects(
          operatorObjects(
            {
              rules: { 'slo.yml': 'groups: []' },
              jobs: [{ name: 'api', of: { labels: {}, namespaces: ['shop'] }, port: 'http', scheme: 'http' }],
              probes: [{ name: 'tcp-redis', job: 'probe-tcp', module: 'tcp', target: 'redis:1', labels: {} }],
              prober: { workload: 'blackbox-exporter', port: 9115 },
            },
            resolveOptions({ namespace: NAMESPACE, selectedBy: { release: 'ours' } }),
          ),
          opts,
        );
      };
      await up(declare);
      const selected = [
        'get',
        'prometheusrules,servicemonitors,probes',
        '-n',
        NAMESPACE,
        '-l',
        'release=ours',
      ];
      expect(
        cluster
          .kubectl([...selected, '-o', 'name'])
          .trim()
          .split('\n'),
      ).toEqual([
        'prometheusrule.monitoring.coreos.com/slo',
        'servicemonitor.monitoring.coreos.com/api',
        'probe.monitoring.coreos.com/tcp-redis',
      ]);
      expect(await up(declare)).toStrictEqual({ same: 5 });
      await stack.destroy();
    } finally {
      cluster.kubectl(['delete', 'crd', ...crds.map(({ metadata }) => metadata.name)]);
    }
  });
});
