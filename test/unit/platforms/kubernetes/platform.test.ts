import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { kubernetesPlatform } from '../../../../platforms/kubernetes/platform.ts';
import { bare } from './workloads.ts';

test('the state shows no kubeconfig: each provider is given it as a secret', async () => {
  const kubeconfigs: Record<string, unknown> = {};
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      if (type === 'pulumi:providers:kubernetes') kubeconfigs[name] = inputs.kubeconfig;
      return { id: `${name}-id`, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  const parent = new pulumi.ComponentResource('test:Parent', 'parent');
  kubernetesPlatform({ kubeconfig: 'canary' }).run(bare(), parent);
  await pulumi.runtime.disconnect();
  expect(Object.keys(kubeconfigs).sort()).toEqual(['kubernetes', 'kubernetes-kept']);
  for (const kubeconfig of Object.values(kubeconfigs)) {
    expect(pulumi.runtime.isRpcSecret(kubeconfig)).toBe(true);
    expect(pulumi.runtime.unwrapRpcSecret(kubeconfig)).toBe('canary');
  }
});
