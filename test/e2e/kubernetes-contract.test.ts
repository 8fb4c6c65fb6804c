import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectedOf } from '../../cli/expected-state.ts';
import { checkHealth, OPENED } from '../../cli/health-checks.ts';
import { ROOT } from '../../cli/project.ts';
import { reaching } from '../../cli/site-access.ts';
import { stackParts, workloadsOf } from '../../components/stack-parts.ts';
import { openings, openingsOf } from '../../platforms/kubernetes/openings.ts';
import { resolveOptions } from '../../platforms/kubernetes/options.ts';
import { kubernetesOptions } from '../../stack/addressing.ts';
import { type Cluster, clusterProblem, startCluster } from '../cluster/cluster.ts';
import { platformContract, stillRun } from '../contract/contract.ts';
import { eventually } from '../eventually.ts';
import { imageArchives, STACK_IMAGES } from '../images/images.ts';
import { olderProvider, plugin, pluginProblem } from '../providers/plugins.ts';
import { TestStack } from '../providers/stack.ts';
import { availability } from './kubernetes/availability.ts';
import { DISCOVERING, OUTSIDE, reach, startOutside } from './kubernetes/outside.ts';
import { CANARY, KubernetesUnderTest, NAMESPACE } from './kubernetes/subject.ts';
import { declared, everybody, reached } from './kubernetes/walk.ts';

/** What every container is held to. */
const CONFINED = {
  user: true,
  escalation: false,
  privileged: false,
  dropped: ['ALL'],
  added: [] as string[],
  seccomp: 'RuntimeDefault',
  readOnly: true,
  memory: true,
  requests: true,
  probes: true,
  host: false,
  token: false,
};

/** What a pod may have or be beyond that, and why. */
const EXCEPTIONS: Readonly<Record<string, { because: string; seen: Partial<typeof CONFINED> }>> = {
  'node-exporter': {
    because: 'it measures the machine: its processes, network and file systems, all read-only',
    seen: { host: true },
  },
  prometheus: { because: 'discovery is asked for, and reads the cluster’s API', seen: { token: true } },
};

const problem = (await clusterProblem()) ?? (await pluginProblem('kubernetes'));
const older = problem === undefined ? await olderProvider() : undefined;
console.log(problem ?? (await plugin('kubernetes')).line);
if (older !== undefined) console.log(older);
if (problem === undefined)
  console.log('grafana: a stand-in under its container specification, test/images/grafana');

describe.skipIf(problem !== undefined)('the stack in a Kubernetes cluster', () => {
  let cluster: Cluster;
  let outside: { stop(): void };
  let kubernetes: KubernetesUnderTest;

  beforeAll(async () => {
    cluster = startCluster();
    const archives = await imageArchives([...STACK_IMAGES, 'kafka-broker']);
    cluster.load(Object.values(archives));
    outside = startOutside(cluster);
    kubernetes = await KubernetesUnderTest.open(cluster, await plugin('kubernetes'), DISCOVERING);
    await kubernetes.up();
  });

  afterAll(async () => {
    await kubernetes?.remove();
    outside?.stop();
    cluster?.stop();
  });

  platformContract(() => kubernetes, ownTests);

  function ownTests() {
    test('make health says the same, through ports that it opens', async () => {
      const { settings, platform } = await kubernetes.stack.plan();
      const expected = expectedOf(settings, platform, ROOT);
      const wrong = () =>
        reaching(settings, platform, OPENED, async (reached) =>
          (await checkHealth(settings, reached, expected)).filter(({ healthy }) => !healthy),
        );
      await eventually(60, async () => expect(await wrong()).toEqual([]));
    });

    test('a refresh finds everything as it was made', async () => {
      expect(await kubernetes.stack.refresh()).toEqual({ changed: false });
    });

    test('every container is confined, but for the exceptions', () => {
      const pods = [...kubernetes.pods(), ...kubernetes.pods(`${NAMESPACE}-host`)];
      expect(pods.length).toBeGreaterThan(15);
      for (const { spec, metadata } of pods) {
        const name = metadata.labels['app.kubernetes.io/name'] ?? '';
        const { volumes = [] } = spec;
        for (const container of spec.containers) {
          const { securityContext: security, resources } = container;
          const seen = {
            user: spec.securityContext.runAsNonRoot && spec.securityContext.runAsUser > 0,
            escalation: security.allowPrivilegeEscalation,
            privileged: security.privileged,
            dropped: security.capabilities.drop,
            added: security.capabilities.add ?? [],
            seccomp: security.seccompProfile.type,
            readOnly: security.readOnlyRootFilesystem,
            memory: resources.limits.memory !== undefined,
            requests: resources.requests.cpu !== undefined && resources.requests.memory !== undefined,
            probes:
              container.startupProbe !== undefined &&
              container.readinessProbe !== undefined &&
              container.livenessProbe !== undefined,
            host:
              spec.hostPID === true ||
              spec.hostNetwork === true ||
              volumes.some(({ hostPath }) => hostPath !== undefined),
            token: spec.automountServiceAccountToken,
          };
          expect({ name, ...seen }).toEqual({ name, ...CONFINED, ...EXCEPTIONS[name]?.seen });
        }
      }
    });

    test('the level of the namespace is enforced', () => {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'lax', namespace: NAMESPACE },
        spec: { containers: [{ name: 'lax', image: 'docker.io/library/busybox:1' }] },
      };
      expect(() => cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod))).toThrow(
        'violates PodSecurity "restricted',
      );
    });

    test('what is annotated is found, and the machines; what is not annotated is left alone', async () => {
      for (const copy of kubernetes.prometheuses) {
        await eventually(60, async () => {
          const query = encodeURIComponent(
            'count by (job) (up{job=~"checkout|batch|unasked|kubelet|cadvisor"} == 1)',
          );
          const { data } = await kubernetes.ask<{
            data: { result: { metric: { job: string }; value: [number, string] }[] };
          }>(copy, `/api/v1/query?query=${query}`);
          const counts = data.result.map(({ metric, value }) => [metric.job, value[1]]);
          expect(Object.fromEntries(counts)).toEqual({
            checkout: '1',
            batch: '1',
            kubelet: '1',
            cadvisor: '1',
          });
        });
      }
    });

    test('the node exporter sees the machine, not its pod', async () => {
      const { data } = await kubernetes.ask<{ data: { result: { metric: { device: string } }[] } }>(
        'prometheus-0',
        '/api/v1/query?query=node_network_up',
      );
      expect(data.result.length).toBeGreaterThan(0);
      const filesystem = encodeURIComponent('node_filesystem_size_bytes{mountpoint="/"}');
      const root = await kubernetes.ask<{ data: { result: unknown[] } }>(
        'prometheus-0',
        `/api/v1/query?query=${filesystem}`,
      );
      expect(root.data.result).toHaveLength(1);
    });

    test('policies let through what is declared, and nothing else', async () => {
      const probe = (target: string) =>
        /^probe_success (\d)$/m.exec(
          kubernetes.text('blackbox-exporter', `/probe?module=tcp_connect&target=${target}`),
        )?.[1];
      await eventually(20, () => expect(probe('kafka:9092')).toBe('1'));
      expect(probe('kafka:9192')).toBe('0');
      expect(probe('kubernetes.default.svc:443')).toBe('0');
      // Nobody gets in whom no policy names: this machine reaches a pod without policies, and none with.
      const batch = kubernetes.pods(OUTSIDE).find(({ metadata }) => metadata.name === 'batch');
      await reach(batch?.status.podIP ?? '', 9100);
      await expect(reach(kubernetes.pod('prometheus-0').status.podIP, 9090)).rejects.toThrow();
    });

    test('a probe in each pod reaches what the preview declares, and nothing else', async ({ skip }) => {
      const plan = await kubernetes.stack.plan();
      const workloads = workloadsOf(stackParts(plan));
      const options = resolveOptions(kubernetesOptions(plan.settings));
      expect(plan.openings).toEqual(openings(workloads, options));
      const { all, ports } = everybody(cluster, NAMESPACE);
      // Every copy of a workload has the same policies; a pod of somebody else has none.
      const probes = [
        ...Map.groupBy(
          all.filter(({ workload, name }) => workload !== undefined || name === 'batch'),
          ({ workload }) => workload,
        ).values(),
      ].flatMap(([first]) => first ?? []);
      expect(probes.length).toBeGreaterThan(12);
      if (cluster.enter(probes[0]?.container ?? '') === undefined)
        return skip('the machines of a cluster that is not ours are out of reach');
      const opened = openingsOf(workloads, options);
      for (const from of probes) {
        const wanted = declared(opened, workloads, from, all, ports);
        const beyond = new Set<string>();
        await eventually(60, async () => {
          const found = await reached(cluster, from, all, ports);
          for (const connection of found) if (!wanted.includes(connection)) beyond.add(connection);
          expect(wanted.filter((connection) => !found.includes(connection))).toEqual([]);
        });
        expect([...beyond]).toEqual([]);
        const credentials = wanted.some((connection) => connection.includes('> metadata'));
        expect(credentials, from.name).toBe(from.workload === undefined);
      }
    });

    test('secrets are nowhere but in Secrets and in the files of their pods', async () => {
      const everything = cluster.kubectl([
        'get',
        'pods,configmaps,statefulsets,deployments,daemonsets,replicasets,services,networkpolicies,events',
        `--namespace=${NAMESPACE}`,
        '--output=yaml',
      ]);
      const state = await kubernetes.stack.exported();
      const logs = kubernetes.everythingLogged();
      for (const value of [CANARY, Buffer.from(CANARY).toString('base64')]) {
        expect(everything).not.toContain(value);
        expect(state).not.toContain(value);
        expect(logs).not.toContain(value);
      }
      // Which stands in every kubeconfig.
      expect(state).not.toContain('current-context');
      expect(argumentsOfProcesses()).not.toContain(CANARY);
      const secrets = kubernetes.list<{ metadata: { name: string }; data: Record<string, string> }>(
        'secrets',
      );
      expect(secrets.map(({ metadata }) => metadata.name)).toEqual([
        'alertmanager-secrets',
        'grafana-secrets',
      ]);
      expect(secrets[1]?.data['admin-password']).toBe(Buffer.from(CANARY).toString('base64'));
      // The secret is of use: the dead man's switch has called where it says.
      const heard = await kubernetes.ask<{ receiver: string }[]>('demo', '/notifications');
      expect(heard.map(({ receiver }) => receiver)).toContain(CANARY);
    });

    test('a volume that cannot grow is refused, and nothing is lost', async () => {
      const before = await kubernetes.running();
      await expect(kubernetes.up({ settings: { prometheus: { volumeGibibytes: 17 } } })).rejects.toThrow(
        'only dynamically provisioned pvc can be resized',
      );
      await stillRun(kubernetes, before);
    });

    test.skipIf(older !== undefined)('somebody else’s object is not taken over', async () => {
      const before = await kubernetes.running();
      const other = await TestStack.open(await plugin('kubernetes'), {});
      try {
        await expect(other.up((await kubernetes.stack.plan()).program)).rejects.toThrow('already exists');
      } finally {
        other.forget();
      }
      await stillRun(kubernetes, before);
    });

    availability(() => kubernetes);
  }
});

/** Arguments of every process of this machine, those in the pods of a cluster of ours included. */
function argumentsOfProcesses(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .join('\n');
}
