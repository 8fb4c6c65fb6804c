import { describe, expect, test } from 'vitest';
import { manifestsOfAll, ofKind, podOf } from './objects.ts';
import { bare, stackWorkloads } from './workloads.ts';

/** Whoever may do what others may not, and why. */
const HOST_ACCESS = ['node-exporter']; // it measures the machine: its processes, network and file systems

const workloads = stackWorkloads();

describe.each(workloads)('$name', (workload) => {
  const pod = podOf(workload);

  test('every container is confined', () => {
    expect(pod.spec.containers.length).toBeGreaterThan(0);
    for (const container of pod.spec.containers) {
      expect(container.securityContext).toStrictEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  test('runs as a numbered user, without a token it has no use for', () => {
    expect(pod.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: workload.user,
      fsGroup: workload.user,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(workload.user).toBeGreaterThan(0);
    expect(pod.spec.automountServiceAccountToken).toBe((workload.permissions ?? []).length > 0);
  });

  test('is bounded and probed', () => {
    for (const { resources, startupProbe, readinessProbe, livenessProbe } of pod.spec.containers) {
      expect(resources.requests).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) });
      expect(resources.limits.memory).toMatch(/^\d+[MG]i$/);
      // Throttling would delay scrapes and evaluations.
      expect(resources.limits.cpu).toBeUndefined();
      expect([startupProbe, readinessProbe, livenessProbe]).not.toContain(undefined);
    }
  });

  test('touches its machine only where there is a reason', () => {
    const { hostPID, hostNetwork, volumes = [], containers } = pod.spec;
    const touches =
      hostPID === true || hostNetwork === true || volumes.some(({ hostPath }) => hostPath !== undefined);
    expect(touches).toBe(HOST_ACCESS.includes(workload.name));
    for (const { volumeMounts = [] } of containers) {
      const folders = volumeMounts.filter(({ mountPath }) => mountPath.startsWith('/host'));
      expect(folders.every(({ readOnly }) => readOnly === true)).toBe(true);
    }
  });

  test('names its image in full', () => {
    for (const { image } of pod.spec.containers) expect(image).toMatch(/^[a-z0-9.-]+\/.+:.+/);
  });
});

test('namespaces enforce the restricted level, but the one for host access', () => {
  const namespaces = ofKind(manifestsOfAll(workloads), 'Namespace');
  const levels = namespaces.map(({ metadata }) => [
    metadata.name,
    metadata.labels['pod-security.kubernetes.io/enforce'],
  ]);
  expect(levels).toStrictEqual([
    ['monitoring', 'restricted'],
    ['monitoring-host', 'privileged'],
  ]);
});

test('only host access goes to the other namespace', () => {
  const controllers = ['StatefulSet', 'Deployment', 'DaemonSet'] as const;
  const elsewhere = controllers
    .flatMap((kind) => ofKind(manifestsOfAll(workloads), kind))
    .filter(({ metadata }) => metadata.namespace !== 'monitoring');
  expect(elsewhere.map(({ metadata }) => metadata.name)).toStrictEqual(HOST_ACCESS);
});

test('a secret is in a Secret that only the process can read, and nowhere else', () => {
  const manifests = manifestsOfAll(workloads);
  const secrets = ofKind(manifests, 'Secret').map(({ metadata }) => metadata.name);
  expect(secrets).toStrictEqual(['alertmanager-secrets', 'grafana-secrets']);
  const others = manifests.filter(({ kind }) => kind !== 'Secret');
  expect(JSON.stringify(others)).not.toContain('canary-password');
  expect(JSON.stringify(others)).not.toContain('hooks.example.org');
  const volumes = workloads.flatMap((workload) => podOf(workload).spec.volumes ?? []);
  for (const { secret } of volumes.filter((volume) => volume.secret !== undefined)) {
    expect(secret?.defaultMode).toBe(0o440);
  }
});

test('a writable root is given only to who asks for it', () => {
  const [container] = podOf(bare({ readOnlyRoot: false })).spec.containers;
  expect(container?.securityContext.readOnlyRootFilesystem).toBe(false);
  expect(container?.securityContext.capabilities).toStrictEqual({ drop: ['ALL'] });
});

test('sidecars are confined like the container beside them', () => {
  const sidecar = {
    name: 'helper',
    program: { tool: 'helper', image: 'docker.io/example/helper:1.0.0' },
    args: [],
    resources: { cpuMillis: 5, memoryMebibytes: 8 },
  };
  const [main, helper] = podOf(bare({ sidecars: [sidecar] })).spec.containers;
  expect(helper?.securityContext).toStrictEqual(main?.securityContext);
});

test('production without the demo is under eighty resources', () => {
  const production = workloads.slice(0, 6);
  // The two providers, the stack and a component for each workload.
  expect(manifestsOfAll(production).length + 3 + production.length).toBeLessThan(80);
});
