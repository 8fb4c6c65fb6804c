import { describe, expect, test } from 'vitest';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { sized } from '../../../platforms/sizes.ts';
import { addressing, dockerOptions, replicasOf } from '../../../stack/addressing.ts';
import { drafted } from '../../../stack/draft.ts';
import { renderFiles } from '../../../stack/files.ts';
import { policyFindings } from '../../../stack/policies.ts';
import { parseSettings, SettingsError } from '../../../stack/settings/index.ts';
import { sizedWorkloads, sizeProblems } from '../../../stack/sizes.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';
import { containerOf, stackWorkloads as dockerWorkloads } from '../platforms/docker/workloads.ts';

function stackOf(input: object) {
  const settings = parseSettings({ trial: true, ...input }, { stack: 'dev' });
  const platform = addressing(settings, '/project');
  const files = renderFiles({ settings, platform, replicas: replicasOf(settings), user: NO_USER_FILES });
  const plan = drafted(settings, files, '/project');
  return { settings, files, plan, workloads: workloadsOf(stackParts(plan)) };
}

const docker = (resources: object) => ({ platform: 'docker', docker: { resources } });
const kubernetes = (resources: object) => ({
  platform: 'kubernetes',
  kubernetes: {
    placement: Object.fromEntries(
      Object.entries(resources).map(([name, each]) => [name, { resources: each }]),
    ),
  },
});
const problemsOf = (input: object) => {
  const { settings, workloads } = stackOf(input);
  return sizeProblems(settings, workloads);
};

describe('on Docker', () => {
  const containerWith = (name: string, resources: object) => {
    const { hostMounts: _, ...options } = dockerOptions(stackOf(docker(resources)).settings);
    const workload = dockerWorkloads().find((each) => each.name === name);
    if (workload === undefined) throw new Error(`no ${name}`);
    return containerOf(workload, options);
  };

  test('requests and limits are said as on Kubernetes', () => {
    expect(
      containerWith('prometheus', {
        prometheus: { requests: { cpu: '1500m', memory: '2Gi' }, limits: { cpu: '2', memory: '4Gi' } },
      }),
    ).toMatchObject({
      cpuShares: 1536,
      cpuQuota: 200_000,
      memoryReservation: 2048,
      memory: 4096,
      memorySwap: 4096,
    });
  });

  test('what is not said stays as it is, and whole numbers are read back as they were written', () => {
    const before = containerWith('prometheus', {});
    const after = containerWith('prometheus', { prometheus: { requests: { memory: '1.3G' } } });
    expect(after).toEqual({ ...before, memoryReservation: 1240 });
    expect(containerWith('grafana', { prometheus: { limits: { memory: '4Gi' } } })).toEqual(
      containerWith('grafana', {}),
    );
  });

  test('all is for those that are not named', () => {
    const resources = {
      all: { limits: { memory: '700Mi', cpu: '250m' } },
      prometheus: { limits: { memory: '4Gi' } },
    };
    expect(containerWith('grafana', resources)).toMatchObject({ memory: 700, cpuQuota: 25_000 });
    expect(containerWith('prometheus', resources)).toMatchObject({ memory: 4096, cpuQuota: 250_000 });
  });

  test.each([
    [{ prometeus: {} }, 'prometeus'],
    [{ prometheus: { limits: { memory: 'much' } } }, 'a quantity such as 500m or 2Gi'],
    [{ prometheus: { limits: { disk: '1Gi' } } }, 'disk'],
  ])('%j is refused', (resources, message) => {
    expect(() => stackOf(docker(resources))).toThrow(SettingsError);
    expect(() => stackOf(docker(resources))).toThrow(message);
  });
});

describe.each([
  ['docker', docker, 'docker.resources.prometheus'],
  ['kubernetes', kubernetes, 'kubernetes.placement.prometheus.resources'],
] as const)('on %s', (_platform, said, key) => {
  test('a limit below what is asked for is refused, the default ones too', () => {
    expect(problemsOf(said({ prometheus: { requests: { memory: '8Gi' } } }))).toEqual([
      `${key}.requests.memory would have prometheus ask for 8192 MiB with a limit of 3072 MiB, but the limit must be no ` +
        'less. Set both in Pulumi.dev.yaml.',
    ]);
    expect(problemsOf(said({ prometheus: { requests: { cpu: '2' }, limits: { cpu: '1' } } }))[0]).toMatch(
      'requests.cpu and ',
    );
    expect(problemsOf(said({ all: { limits: { memory: '100Mi' } } }))).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${key.replace('prometheus', 'all')}.limits.memory would have grafana`),
      ),
    );
    expect(problemsOf(said({ all: { limits: { memory: '8Gi' } } }))).toEqual([]);
  });

  test('policies judge the size that is said', () => {
    const { plan, files, settings, workloads } = stackOf(
      said({ grafana: { requests: { memory: '0' }, limits: { memory: '0' } } }),
    );
    expect(policyFindings(plan, files)).toContainEqual(
      expect.objectContaining({ policy: 'resources-are-bounded', subject: 'grafana' }),
    );
    const sizes = sizedWorkloads(settings, workloads).find(({ name }) => name === 'grafana')?.resources;
    expect(sizes).toMatchObject({ memoryMebibytes: 0, memoryLimitMebibytes: 0 });
  });
});

test('quantities of every suffix are amounts', () => {
  const memory = (text: string) =>
    sized({ cpuMillis: 1, memoryMebibytes: 1 }, { requests: { memory: text } }).memoryMebibytes;
  expect(['1048576', '1024Ki', '1Mi', '1.5Gi', '1Ti', '100M'].map(memory)).toEqual([
    1, 1, 1, 1536, 1_048_576, 95,
  ]);
});
