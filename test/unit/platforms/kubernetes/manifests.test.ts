import { describe, expect, test } from 'vitest';
import { manifestsOf, manifestsOfAll, ofKind, podOf } from './objects.ts';
import { bare, stackWorkloads } from './workloads.ts';

const names = (workload: Parameters<typeof manifestsOf>[0]) =>
  manifestsOf(workload).map(({ kind, object }) => {
    const { metadata } = object as { metadata: { name: string } };
    return `${kind}/${metadata.name}`;
  });

describe('what runs the pods', () => {
  test('a Deployment where nothing is kept', () => {
    expect(names(bare())).toStrictEqual([
      'ServiceAccount/example',
      'NetworkPolicy/example',
      'Deployment/example',
      'Service/example',
    ]);
  });

  test('a StatefulSet with a claim for each replica where data is kept', () => {
    const workload = bare({ replicas: 2, data: { mount: '/data', gibibytes: 3 } });
    expect(names(workload)).toStrictEqual([
      'ServiceAccount/example',
      'PersistentVolumeClaim/data-example-0',
      'PersistentVolumeClaim/data-example-1',
      'NetworkPolicy/example',
      'StatefulSet/example',
      'Service/example',
      'Service/example-replicas',
      'PodDisruptionBudget/example',
    ]);
  });

  test('a DaemonSet and a name in both namespaces for one on each node', () => {
    const workload = bare({ perNode: true, host: { network: true } });
    expect(names(workload)).toStrictEqual([
      'ServiceAccount/example',
      'NetworkPolicy/to-example',
      'DaemonSet/example',
      'Service/example',
      'Service/example',
    ]);
    const [own, alias] = ofKind(manifestsOf(workload), 'Service');
    expect(own?.metadata.namespace).toBe('monitoring-host');
    expect(own?.spec).toMatchObject({ clusterIP: 'None' });
    expect(alias?.metadata.namespace).toBe('monitoring');
    expect(alias?.spec).toStrictEqual({
      type: 'ExternalName',
      externalName: 'example.monitoring-host.svc.cluster.local',
    });
  });

  test('resources have names of their own in the engine', () => {
    const keys = manifestsOfAll(stackWorkloads()).map(({ kind, resource }) => `${kind}/${resource}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('whoever keeps data keeps it, namespace included', () => {
    const kept = manifestsOfAll(stackWorkloads()).filter(({ keeps }) => keeps === true);
    expect([...new Set(kept.map(({ kind }) => kind))].sort()).toStrictEqual([
      'Namespace',
      'PersistentVolumeClaim',
    ]);
  });

  test('services wait for nobody: they would take every turn of the engine before the pods have theirs', () => {
    const services = ofKind(manifestsOfAll(stackWorkloads()), 'Service') as unknown as {
      metadata: { annotations: Record<string, string> };
    }[];
    expect(services.length).toBeGreaterThan(10);
    for (const { metadata } of services) expect(metadata.annotations['pulumi.com/skipAwait']).toBe('true');
  });

  test('a set is never made anew for its claims', () => {
    const set = manifestsOf(bare({ data: { mount: '/data', gibibytes: 3 } })).find(
      ({ kind }) => kind === 'StatefulSet',
    );
    expect(set?.ignoreChanges).toContain('spec.volumeClaimTemplates');
  });
});

describe('replicas', () => {
  const workload = bare({ replicas: 3 });

  test('keep graphs on one replica and know each other before they are ready', () => {
    const [own, headless] = ofKind(manifestsOf(workload), 'Service');
    expect(own?.spec).toMatchObject({ sessionAffinity: 'ClientIP' });
    expect(headless?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test('spread over machines and zones, and go one at a time', () => {
    expect(podOf(workload).spec.topologySpreadConstraints).toHaveLength(2);
    const [set] = ofKind(manifestsOf(workload, { rolloutPauseSeconds: 7 }), 'StatefulSet');
    expect(set?.spec).toMatchObject({ minReadySeconds: 7, serviceName: 'example-replicas' });
    const [budget] = ofKind(manifestsOf(workload), 'PodDisruptionBudget');
    expect(budget?.spec).toMatchObject({ maxUnavailable: 1 });
  });

  test('a lone copy blocks no drain', () => {
    expect(ofKind(manifestsOf(bare()), 'PodDisruptionBudget')).toStrictEqual([]);
  });
});

describe('pods', () => {
  test('a start may take as long as the workload says', () => {
    const health = { tcp: { port: 'web' }, startupSeconds: 301 };
    const [container] = podOf(bare({ health })).spec.containers;
    const { failureThreshold = 0, periodSeconds = 0 } = container?.startupProbe ?? {};
    expect(failureThreshold * periodSeconds).toBeGreaterThanOrEqual(301);
  });

  test('whoever replays for hours is not taken for dead, and is not ready before', () => {
    const health = { http: { path: '/ready', port: 'web' }, live: '/healthy' };
    const [container] = podOf(bare({ health })).spec.containers;
    expect(container?.readinessProbe).toMatchObject({ httpGet: { path: '/ready' } });
    expect(container?.startupProbe).toMatchObject({ httpGet: { path: '/healthy' } });
    expect(container?.livenessProbe).toMatchObject({ httpGet: { path: '/healthy' } });
    for (const name of ['prometheus', 'alertmanager']) {
      const workload = stackWorkloads().find((each) => each.name === name) ?? bare();
      const [own] = podOf(workload).spec.containers;
      expect(own?.livenessProbe).not.toEqual(own?.readinessProbe);
    }
  });

  test('one on each machine stays where taints keep away or drive out', () => {
    expect(podOf(bare({ perNode: true })).spec).toMatchObject({ tolerations: [{ operator: 'Exists' }] });
  });

  test('they wait first in the queue for room, and evict nobody', () => {
    const [own] = ofKind(manifestsOfAll([]), 'PriorityClass') as unknown as [
      { metadata: { name: string }; preemptionPolicy: string },
    ];
    expect(own.preemptionPolicy).toBe('Never');
    expect(podOf(bare()).spec.priorityClassName).toBe(own.metadata.name);
  });

  test('Prometheus looks for changed files itself: no post ends it, and no other origin reads it', () => {
    const args = stackWorkloads().find(({ name }) => name === 'prometheus')?.args ?? [];
    expect(args).not.toContain('--web.enable-lifecycle');
    expect(args).toContain('--web.cors.origin=http://127\\.0\\.0\\.1:9090');
  });

  test('memory is limited to twice the guarantee unless said otherwise', () => {
    const [container] = podOf(bare()).spec.containers;
    expect(container?.resources).toStrictEqual({
      requests: { cpu: '10m', memory: '16Mi' },
      limits: { memory: '32Mi' },
    });
  });

  test('arguments reach the program as they are, the identity apart', () => {
    const [container] = podOf(bare({ args: ['--a=$(HOME)', '--b=$(POD_IP):9094', '--c=^(x|y)$'] })).spec
      .containers;
    expect(container?.args).toStrictEqual(['--a=$$(HOME)', '--b=$(POD_IP):9094', '--c=^(x|y)$']);
  });

  test('images come from the mirror where there is one', () => {
    const [container] = podOf(bare(), { imageRegistry: 'registry.example.org/mirror/' }).spec.containers;
    expect(container?.image).toBe('registry.example.org/mirror/example/example:1.0.0');
  });

  test('an existing priority class is used instead of an own one', () => {
    expect(podOf(bare(), { priorityClass: 'high' }).spec.priorityClassName).toBe('high');
    expect(ofKind(manifestsOfAll([], { priorityClass: 'high' }), 'PriorityClass')).toStrictEqual([]);
    expect(ofKind(manifestsOfAll([]), 'PriorityClass')).toHaveLength(1);
  });
});

describe('access to the API', () => {
  test('read-only rights, and only those asked for', () => {
    const permissions = [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }] as const;
    const manifests = manifestsOf(bare({ permissions }));
    const [role] = ofKind(manifests, 'ClusterRole') as unknown as { rules: unknown }[];
    expect(role?.rules).toStrictEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
    expect(ofKind(manifests, 'ClusterRoleBinding')).toHaveLength(1);
    expect(podOf(bare({ permissions })).spec.automountServiceAccountToken).toBe(true);
  });

  test('in the namespaces alone that are named', () => {
    const manifests = manifestsOf(
      bare({
        permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'], namespaces: ['shop', 'ml'] }],
      }),
    );
    expect(ofKind(manifests, 'ClusterRole')).toStrictEqual([]);
    expect(ofKind(manifests, 'Role').map(({ metadata }) => metadata.namespace)).toStrictEqual(['shop', 'ml']);
    const bindings = ofKind(manifests, 'RoleBinding') as unknown as { subjects: unknown }[];
    expect(bindings.map(({ subjects }) => subjects)).toStrictEqual(
      Array(2).fill([{ kind: 'ServiceAccount', name: 'example', namespace: 'monitoring' }]),
    );
  });

  test('neither account token nor rights where nothing is asked for', () => {
    expect(names(bare({ permissions: [] }))).not.toContain('ClusterRole/monitoring-example');
    expect(podOf(bare({ permissions: [] })).spec.automountServiceAccountToken).toBe(false);
  });
});

test('a route of the Gateway API leads to what has a host there', () => {
  const published = bare({ ports: [{ name: 'web', port: 8000, published: true }] });
  const gateway = {
    hosts: { example: 'x.example.org' },
    parentRefs: [{ name: 'web', namespace: 'gateways', sectionName: 'https' }],
    annotations: { 'a.io/b': 'c' },
    filtersOf: { example: [{ type: 'ExtensionRef', extensionRef: { group: 'a.io', kind: 'B', name: 'c' } }] },
  };
  const [route] = ofKind(manifestsOf(published, { gateway }), 'HTTPRoute');
  expect(route?.metadata).toMatchObject({ annotations: { 'a.io/b': 'c' } });
  expect(route?.spec).toEqual({
    parentRefs: gateway.parentRefs,
    hostnames: ['x.example.org'],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        filters: gateway.filtersOf.example,
        backendRefs: [{ name: 'example', port: 8000 }],
      },
    ],
  });
  const other = { ...gateway, hosts: { other: 'y.example.org' } };
  expect(ofKind(manifestsOf(published, { gateway: other }), 'HTTPRoute')).toEqual([]);
});

describe('ingress', () => {
  const published = bare({ ports: [{ name: 'web', port: 8000, published: true }] });

  test('only for hosts that are named, with TLS', () => {
    expect(ofKind(manifestsOf(published), 'Ingress')).toStrictEqual([]);
    const [ingress] = ofKind(
      manifestsOf(published, { ingress: { hosts: { example: 'x.example.org' } } }),
      'Ingress',
    );
    expect(ingress?.spec).toMatchObject({ tls: [{ hosts: ['x.example.org'], secretName: 'example-tls' }] });
  });

  test('with everyone’s annotations and its own', () => {
    const hosts = { example: 'x.example.org' };
    const annotationsOf = { example: { 'a.io/auth-url': 'y' }, other: { 'a.io/auth-url': 'z' } };
    const [ingress] = ofKind(
      manifestsOf(published, { ingress: { hosts, annotations: { 'a.io/issuer': 'x' }, annotationsOf } }),
      'Ingress',
    );
    expect(ingress?.metadata).toMatchObject({ annotations: { 'a.io/issuer': 'x', 'a.io/auth-url': 'y' } });
  });
});
