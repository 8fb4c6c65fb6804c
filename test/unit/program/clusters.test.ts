import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { openingsOf } from '../../../platforms/kubernetes/openings.ts';
import { resolveOptions } from '../../../platforms/kubernetes/options.ts';
import { renderedObjects } from '../../../platforms/kubernetes/rendered.ts';
import { kubernetesOptions } from '../../../stack/addressing.ts';
import { planned, SECRETIVE } from './planned.ts';

const [, SECTION = ''] = readFileSync(new URL('../../../docs/kubernetes.md', import.meta.url), 'utf8').split(
  '\n## Your cluster\n',
);
const DOCUMENT = SECTION.split('\n## ')[0] ?? '';

/** A stack with what the page says for a cluster, by the first words of its block. */
const STACKS = Object.fromEntries(
  [...DOCUMENT.matchAll(/```yaml\n# ([^:\n]+)[^\n]*\n([\s\S]*?)```/g)].map(([, cluster = '', text = '']) => {
    const { config } = load(text) as { config: Record<string, object> };
    const said = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.split(':')[1] ?? '', value]),
    );
    const plan = planned({ ...SECRETIVE, platform: 'kubernetes', redis: { off: true }, ...said }, 'prod');
    const workloads = workloadsOf(stackParts(plan));
    const settings = resolveOptions(kubernetesOptions(plan.settings));
    const objects = renderedObjects(workloads, settings);
    return [cluster, { openings: openingsOf(workloads, settings), objects, text: JSON.stringify(objects) }];
  }),
);

describe('what docs/kubernetes.md says for each kind of cluster', () => {
  test('is accepted, and every cluster of the table that needs something has it', () => {
    expect(Object.keys(STACKS)).toEqual(['EKS', 'GKE Autopilot', 'OpenShift', 'k3s']);
    for (const name of ['EKS', 'GKE Standard', 'GKE Autopilot', 'AKS', 'OpenShift', 'k3s', 'kind'])
      expect(DOCUMENT).toContain(`\n| **${name}** | `);
  });

  test('EKS: volumes are of the class', () => {
    expect(STACKS.EKS?.text).toContain('"storageClassName":"gp3"');
  });

  test('GKE Autopilot: names are looked up at the metadata address, and nothing else is asked there', () => {
    const { openings = [], text = '' } = STACKS['GKE Autopilot'] ?? {};
    const there = openings.filter(({ places }) =>
      places.some((place) => 'cidr' in place && place.cidr === '169.254.169.254/32'),
    );
    expect(there.map(({ workload }) => workload)).toEqual([undefined]);
    const ports = there.flatMap((opening) => (opening.ports ?? []).map(({ port }) => port));
    expect([...new Set(ports)]).toEqual([53, 1053, 5353]);
    expect(text).not.toContain('"kind":"DaemonSet"');
    expect(text).not.toContain('hostPath');
  });

  test('OpenShift: no user is fixed, port 9100 is left alone, and the router comes in', () => {
    const { openings = [], text = '' } = STACKS.OpenShift ?? {};
    expect(text).not.toMatch(/"(runAsUser|fsGroup)"/);
    expect(text).not.toContain('"containerPort":9100');
    expect(text).toContain('"containerPort":9101');
    expect(openings).toContainEqual(
      expect.objectContaining({
        workload: 'grafana',
        direction: 'from',
        places: [{ namespace: 'openshift-ingress' }],
      }),
    );
  });

  test('k3s: Traefik comes in to Grafana alone', () => {
    const from = (STACKS.k3s?.openings ?? []).filter(({ direction }) => direction === 'from');
    expect(from).toMatchObject([{ workload: 'grafana', places: [{ namespace: 'kube-system' }] }]);
  });
});
