import { expect, test } from 'vitest';
import { checkHealth, OPENED, ruleCost } from '../../../cli/health-checks.ts';
import { kubernetesAddressing } from '../../../platforms/kubernetes/addressing.ts';
import { parseSettings } from '../../../stack/settings/index.ts';

test('a component that cannot be reached has failed, in the words of who tried', async () => {
  const settings = parseSettings({ platform: 'kubernetes', trial: true }, { stack: 'dev' });
  const platform = {
    ...kubernetesAddressing(),
    url: (workload: string) => {
      throw new Error(`${workload} cannot be reached: kubectl: error: pod is not running`);
    },
  };
  const components = (await checkHealth(settings, platform, { jobs: [], rules: [] })).filter(
    ({ kind }) => kind === 'component',
  );
  expect(components.map(({ name }) => name).sort()).toEqual(OPENED.toSorted());
  for (const { name, healthy, detail } of components) {
    expect(healthy).toBe(false);
    expect(detail).toBe(`${name} cannot be reached: kubectl: error: pod is not running`);
  }
  expect(await ruleCost(platform)).toBeUndefined();
});
