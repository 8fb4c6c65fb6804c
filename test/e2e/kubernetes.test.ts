import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, clusterProblem, startCluster } from '../cluster/cluster.ts';
import { eventually } from '../eventually.ts';
import { imageArchives } from '../images/images.ts';
import { plugin } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import { CANARY, type Example, example } from './kubernetes-example.ts';
import { Inside } from './kubernetes-objects.ts';

const NAMESPACE = 'fsm-example';
const provider = plugin('kubernetes', '4.34.2');
const problem = await clusterProblem();
console.log(problem ?? provider.line);
if (problem === undefined)
  console.log('grafana: a stand-in under its container specification, test/images/grafana');

describe.skipIf(problem !== undefined)('Kubernetes', () => {
  let cluster: Cluster;
  let stack: TestStack;
  let inside: Inside;
  let marker: number;
  const program = (change: Example = {}) => example(cluster.kubeconfig, NAMESPACE, change);

  beforeAll(async () => {
    cluster = startCluster();
    const archives = await imageArchives(['prometheus', 'alertmanager', 'node_exporter', 'grafana']);
    cluster.load(Object.values(archives));
    inside = new Inside(cluster, NAMESPACE);
    stack = await TestStack.open(provider, {});
  });

  afterAll(async () => {
    await stack?.destroy().catch(() => undefined);
    stack?.forget();
    const namespaces = [NAMESPACE, `${NAMESPACE}-host`];
    cluster?.kubectl(['delete', 'namespace', '--ignore-not-found', '--wait=false', ...namespaces]);
    cluster?.stop();
  });

  test('brings everything up, and waits until it is healthy', async () => {
    const changes = await stack.up(program());
    expect(Object.keys(changes)).toStrictEqual(['create']);
    for (const { metadata, status } of inside.pods()) {
      expect([metadata.name, status.containerStatuses?.every(({ ready }) => ready)]).toStrictEqual([
        metadata.name,
        true,
      ]);
    }
  });

  test('an update without a change changes nothing', async () => {
    expect(Object.keys(await stack.up(program()))).toStrictEqual(['same']);
    expect(Object.keys(await stack.refresh())).toStrictEqual(['same']);
  });

  test('every running container is confined, the node exporter’s host access apart', () => {
    const pods = [...inside.pods(), ...inside.pods(`${NAMESPACE}-host`)];
    const names = new Set(pods.map(({ spec }) => spec.containers[0]?.name));
    expect(names).toStrictEqual(new Set(['prometheus', 'alertmanager', 'grafana', 'node-exporter']));
    for (const { spec } of pods) {
      expect(spec.securityContext.runAsNonRoot).toBe(true);
      for (const { name, securityContext, resources } of spec.containers) {
        expect(securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(resources.limits.memory).toBeDefined();
        const host =
          spec.hostPID === true || (spec.volumes ?? []).some(({ hostPath }) => hostPath !== undefined);
        expect(host).toBe(name === 'node-exporter');
      }
    }
  });

  test('every target that policies allow is up, on both replicas, and the one that they do not is not', async () => {
    for (const pod of ['prometheus-0', 'prometheus-1']) {
      await eventually(60, () => {
        const health = Object.groupBy(inside.targets(pod), ({ labels }) => labels.job);
        const states = Object.entries(health).map(([job, targets = []]) => [
          job,
          targets.map((each) => each.health),
        ]);
        expect(Object.fromEntries(states)).toStrictEqual({
          prometheus: ['up', 'up'],
          alertmanager: ['up', 'up', 'up'],
          'node-exporter': ['up'],
          discovered: ['up', 'up'],
          forbidden: ['down'],
        });
      });
    }
  });

  test('nobody gets in whom no policy names', async () => {
    const { podIP } = inside.pod('prometheus-0').status;
    await expect(reach(podIP, 9090)).rejects.toThrow();
  });

  test('the node exporter sees the machine, not its pod', async () => {
    await eventually(30, () => {
      expect(inside.query('prometheus-0', 'count(node_filesystem_size_bytes{mountpoint="/"})')).toStrictEqual(
        [1],
      );
    });
  });

  test('Alertmanagers form one cluster, and the twins’ alerts are one', async () => {
    await eventually(60, () => {
      for (const ordinal of [0, 1, 2]) {
        const pod = `alertmanager-${ordinal}`;
        const { cluster: gossip } = inside.ask<{ cluster: { peers: unknown[] } }>(
          pod,
          9093,
          '/api/v2/status',
        );
        expect(gossip.peers).toHaveLength(3);
        const alerts = inside.ask<{ labels: { alertname: string } }[]>(pod, 9093, '/api/v2/alerts');
        expect(alerts.map(({ labels }) => labels)).toStrictEqual([
          { alertname: 'Example', cluster: 'test', severity: 'info' },
        ]);
      }
    });
  });

  test('a changed rule reaches the running Prometheus', async () => {
    const before = inside.pods().map(({ metadata }) => metadata.uid);
    const changes = await stack.up(program({ threshold: 2 }));
    expect(changes.update).toBe(1);
    // The kubelet looks once a minute, and Prometheus every five seconds here.
    await eventually(120, () => {
      for (const pod of ['prometheus-0', 'prometheus-1']) {
        const { data } = inside.ask<{ data: { groups: { rules: { query: string }[] }[] } }>(
          pod,
          9090,
          '/api/v1/rules',
        );
        expect(data.groups[0]?.rules[0]?.query).toBe('vector(1) >= 2');
      }
    });
    expect(inside.pods().map(({ metadata }) => metadata.uid)).toStrictEqual(before);
    const restarts = inside
      .pods()
      .flatMap(({ status }) => status.containerStatuses?.map((each) => each.restartCount));
    expect(new Set(restarts)).toStrictEqual(new Set([0]));
  });

  test('a changed file of a program that has to be told replaces its pods, and no others', async () => {
    const uids = () => Object.fromEntries(inside.pods().map(({ metadata }) => [metadata.name, metadata.uid]));
    const before = uids();
    const changes = await stack.up(program({ threshold: 2, receiver: 'somebody' }));
    expect(changes.update).toBe(2);
    const after = uids();
    const replaced = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(replaced.sort()).toStrictEqual(['alertmanager-0', 'alertmanager-1', 'alertmanager-2']);
    const { config } = inside.ask<{ config: { original: string } }>('alertmanager-2', 9093, '/api/v2/status');
    expect(config.original).toContain('somebody');
  });

  test('a pod that is lost comes back with its data', async () => {
    const [oldest] = inside.query('prometheus-0', 'min_over_time(timestamp(up{job="prometheus"})[1h:2s])');
    marker = oldest ?? Number.NaN;
    const { uid } = inside.pod('prometheus-0').metadata;
    cluster.kubectl(['delete', 'pod', '--namespace', NAMESPACE, 'prometheus-0']);
    await eventually(120, () => {
      expect(inside.pod('prometheus-0').metadata.uid).not.toBe(uid);
      expect(inside.query('prometheus-0', `max(up{job="prometheus"} @ ${marker})`)).toStrictEqual([1]);
    });
  });

  test('secrets are nowhere but in Secrets and in the files of their pods', async () => {
    const everything = cluster.kubectl([
      ...['get', 'pods,configmaps,statefulsets,deployments,daemonsets,services,networkpolicies,events'],
      ...['--namespace', NAMESPACE, '--output', 'yaml'],
    ]);
    for (const value of [CANARY, Buffer.from(CANARY).toString('base64')]) {
      expect(everything).not.toContain(value);
      expect(await stack.exported()).not.toContain(value);
      expect(inside.logs()).not.toContain(value);
    }
    const secrets = inside.list<{ metadata: { name: string }; data: Record<string, string> }>('secrets');
    expect(secrets.map(({ metadata }) => metadata.name)).toStrictEqual([
      'alertmanager-secrets',
      'grafana-secrets',
    ]);
    expect(secrets[1]?.data['admin-password']).toBe(Buffer.from(CANARY).toString('base64'));
  });

  test('a volume that cannot grow is refused, and nothing is lost', async () => {
    const before = inside.pods().map(({ metadata }) => metadata.uid);
    const larger = { threshold: 2, receiver: 'somebody', gibibytes: 2 };
    await expect(stack.up(program(larger))).rejects.toThrow(
      'only dynamically provisioned pvc can be resized',
    );
    expect(inside.pods().map(({ metadata }) => metadata.uid)).toStrictEqual(before);
  });

  test('what is wrong is refused before anything changes', async () => {
    const before = await stack.resources();
    await expect(stack.up(program({ options: { namespace: 'Wrong' } }))).rejects.toThrow(
      "kubernetes.namespace is 'Wrong'",
    );
    const huge = { receiver: 'x'.repeat(1024 * 1024) };
    await expect(stack.up(program(huge))).rejects.toThrow("alertmanager: directory 'config' has");
    expect(await stack.resources()).toStrictEqual(before);
  });

  test('what is destroyed is gone, but for what holds data, and that is there after the next start', async () => {
    await stack.up(program());
    await stack.destroy();
    const left = cluster.kubectl([
      ...['get', 'all,networkpolicies,serviceaccounts,configmaps,secrets,pdb'],
      ...['--namespace', NAMESPACE, '--output', 'name'],
    ]);
    // Kubernetes itself puts these two into every namespace.
    expect(left.trim().split('\n')).toStrictEqual(['serviceaccount/default', 'configmap/kube-root-ca.crt']);
    expect(inside.list('persistentvolumeclaims')).toHaveLength(6);
    await stack.up(program());
    await eventually(60, () => {
      expect(inside.query('prometheus-0', `max(up{job="prometheus"} @ ${marker})`)).toStrictEqual([1]);
    });
  });

  test('somebody else’s object is not taken over', async () => {
    const other = await TestStack.open(provider, {});
    try {
      await expect(other.up(program())).rejects.toThrow('already exists');
    } finally {
      await other.destroy();
      other.forget();
    }
  });

  test('data goes too when that is asked for', async () => {
    await stack.up(program({ options: { retain: false } }));
    await stack.destroy();
    const namespaces = cluster.kubectl(['get', 'namespaces', '--output', 'name']);
    expect(namespaces).not.toContain(NAMESPACE);
    expect(cluster.kubectl(['get', 'clusterroles,priorityclasses', '--output', 'name'])).not.toContain(
      NAMESPACE,
    );
  });
});

function reach(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (outcome: () => void) => {
      socket.destroy();
      outcome();
    };
    socket.once('connect', () => end(resolve));
    socket.once('timeout', () => end(() => reject(new Error('no answer'))));
    socket.once('error', (error) => end(() => reject(error)));
  });
}
