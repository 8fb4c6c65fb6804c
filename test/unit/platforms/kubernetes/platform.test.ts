import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import type { KubernetesOptions } from '../../../../platforms/kubernetes/options.ts';
import { kubernetesPlatform } from '../../../../platforms/kubernetes/platform.ts';
import type { Workload } from '../../../../platforms/workload.ts';
import { bare } from './workloads.ts';

type Declared = pulumi.runtime.MockResourceArgs;

/** What the engine is told of a workload. */
async function declared(workload: Workload, options: KubernetesOptions): Promise<Declared[]> {
  const all: Declared[] = [];
  await pulumi.runtime.setMocks({
    newResource: (resource) => {
      all.push(resource);
      return { id: `${resource.name}-id`, state: resource.inputs };
    },
    call: ({ inputs }) => inputs,
  });
  const parent = new pulumi.ComponentResource('test:Parent', 'parent');
  kubernetesPlatform(options).run(workload, parent);
  await pulumi.runtime.disconnect();
  return all;
}

const providersOf = (all: readonly Declared[]) =>
  all.filter(({ type }) => type === 'pulumi:providers:kubernetes');

test('the state shows no kubeconfig: each provider is given it as a secret', async () => {
  const providers = providersOf(await declared(bare(), { kubeconfig: 'canary' }));
  expect(providers.map(({ name }) => name).sort()).toEqual(['kubernetes', 'kubernetes-kept']);
  for (const { inputs } of providers) {
    expect(pulumi.runtime.isRpcSecret(inputs.kubeconfig)).toBe(true);
    expect(pulumi.runtime.unwrapRpcSecret(inputs.kubeconfig)).toBe('canary');
  }
});

test('only what may hold data from before is taken over where it is there already', async () => {
  const all = await declared(bare({ data: { mount: '/data', gibibytes: 1 } }), {});
  const adopting = providersOf(all).filter(({ inputs }) => inputs.upsertExistingObjects === 'true');
  expect(adopting.map(({ name }) => name)).toEqual(['kubernetes-kept']);
  const adopted = all.filter(({ provider = '' }) => provider.includes('::kubernetes-kept::'));
  expect([...new Set(adopted.map(({ type }) => type))].sort()).toEqual([
    'kubernetes:core/v1:Namespace',
    'kubernetes:core/v1:PersistentVolumeClaim',
  ]);
  expect(all.some(({ type }) => type === 'kubernetes:apps/v1:StatefulSet')).toBe(true);
});
