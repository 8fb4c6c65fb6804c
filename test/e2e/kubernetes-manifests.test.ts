import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_VERSIONS, type Kind, type Manifest } from '../../platforms/kubernetes/manifest.ts';
import { filesWithoutPulumi } from '../../stack/without-pulumi.ts';
import { type Cluster, clusterProblem, startCluster } from '../cluster/cluster.ts';
import { manifestsOfAll, podOf } from '../unit/platforms/kubernetes/objects.ts';
import { bare, stackWorkloads } from '../unit/platforms/kubernetes/workloads.ts';
import { planned, SECRETIVE } from '../unit/program/planned.ts';

const problem = await clusterProblem('control');
if (problem !== undefined) console.log(problem);

describe.skipIf(problem !== undefined)('a real API server', () => {
  const options = { namespace: 'fsm-manifests', ingress: { hosts: { grafana: 'grafana.example.org' } } };
  const workloads = stackWorkloads();
  const manifests = manifestsOfAll(workloads, options);
  let cluster: Cluster;

  beforeAll(() => {
    cluster = startCluster('control');
    // Pods are admitted only where their namespace, account and priority class are.
    const needed: readonly Kind[] = ['Namespace', 'ServiceAccount', 'PriorityClass'];
    apply(manifests.filter(({ kind }) => needed.includes(kind)));
  });

  afterAll(() => {
    const namespaces = [options.namespace, `${options.namespace}-host`];
    cluster?.kubectl(['delete', 'namespace', '--ignore-not-found', '--wait=false', ...namespaces]);
    cluster?.kubectl(['delete', 'priorityclass', '--ignore-not-found', options.namespace]);
    cluster?.stop();
  });

  function apply(entries: readonly Manifest[], ...flags: readonly string[]): string {
    const items = entries.map(({ kind, object }) => {
      const plain = object as Record<string, unknown>;
      // The value of a secret is an output, which only the engine resolves.
      const data = kind === 'Secret' ? { data: { key: 'eA==' } } : {};
      return { apiVersion: API_VERSIONS[kind], kind, ...plain, ...data };
    });
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    return cluster.kubectl(['apply', '--server-side', '--validate=strict', ...flags, '-f', '-'], list);
  }

  test('takes every object, with no unknown field', () => {
    const output = apply(manifests, '--dry-run=server');
    expect(output.trim().split('\n')).toHaveLength(manifests.length);
  });

  test('keeps every object as it is declared, so that a refresh finds nothing to change', () => {
    const { items } = JSON.parse(apply(manifests, '--dry-run=server', '--output=json')) as {
      items: object[];
    };
    const changed = manifests.flatMap(({ kind, resource, object }, index) =>
      kind === 'Secret' ? [] : differences(items[index], object, `${kind} ${resource}`),
    );
    expect(changed).toEqual([]);
  });

  describe('the folder of make render', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rendered-'));
    const applied = ['--server-side', '--validate=strict', '-k', join(folder, 'kubernetes')];
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** @returns how many objects it has: the kustomization itself is none. */
    function render(settings: object = {}): number {
      rmSync(join(folder, 'kubernetes'), { recursive: true, force: true });
      const input = { ...SECRETIVE, platform: 'kubernetes', kubernetes: options, ...settings };
      const files = Object.entries(filesWithoutPulumi(planned(input)));
      for (const [path, content] of files) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      return files.filter(([path]) => /^kubernetes\/[^/]+\.yaml$/.test(path)).length - 1;
    }

    test('is taken, with its kustomization', () => {
      const objects = render();
      const output = cluster.kubectl(['apply', '--dry-run=server', ...applied]);
      expect(output.trim().split('\n')).toHaveLength(objects);
    });

    test('differs in nothing once it is applied, and in what a setting changes', () => {
      render();
      const manager = '--field-manager=delivery';
      cluster.kubectl(['apply', '--force-conflicts', manager, ...applied]);
      const differences = () =>
        cluster.kubectl(['diff', '--server-side', manager, '-k', join(folder, 'kubernetes')]);
      expect(differences()).toBe('');
      render({ prometheus: { retention: { time: '31d' } } });
      expect(differences).toThrow(/^\+.*--storage\.tsdb\.retention\.time=31d/m);
    });
  });

  test('knows unknown fields', () => {
    const [service] = manifests.filter(({ kind }) => kind === 'Service');
    if (service === undefined) throw new Error('no service');
    const object = { ...service.object, spec: { ports: [{ port: 1 }], selectors: {} } };
    expect(() => apply([{ ...service, object } as Manifest], '--dry-run=server')).toThrow('selectors');
  });

  function admit(workload: Parameters<typeof podOf>[0], spec: object = {}): string {
    const template = podOf(workload, options);
    const namespace = workload.host === undefined ? options.namespace : `${options.namespace}-host`;
    const claims = workload.data === undefined ? [] : [{ name: 'data', emptyDir: {} }];
    const volumes = [...(template.spec.volumes ?? []), ...claims];
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: workload.name, namespace },
      spec: { ...template.spec, volumes, ...spec },
    };
    return cluster.kubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(pod));
  }

  test.each(workloads)('admits the pod of $name', (workload) => {
    expect(admit(workload)).toContain('created');
  });

  test('enforces the restricted level', () => {
    const workload = { ...bare(), name: 'prometheus' };
    expect(admit(workload)).toContain('created');
    expect(() => admit(workload, { hostNetwork: true })).toThrow('violates PodSecurity "restricted:latest"');
    expect(() => admit(workload, { securityContext: {} })).not.toThrow();
    const [container] = podOf(workload).spec.containers;
    const lax = { containers: [{ ...container, securityContext: {} }] };
    expect(() => admit(workload, lax)).toThrow('allowPrivilegeEscalation != false');
  });
});

/** Where an object says something else than what was declared; what was not declared is the cluster's. */
function differences(live: unknown, declared: unknown, path: string): readonly string[] {
  if (typeof declared === 'object' && declared !== null && typeof live === 'object' && live !== null)
    return Object.entries(declared).flatMap(([key, value]) =>
      differences((live as Record<string, unknown>)[key], value, `${path}.${key}`),
    );
  return live === declared ? [] : [`${path}: ${JSON.stringify(declared)} became ${JSON.stringify(live)}`];
}
