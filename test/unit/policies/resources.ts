import * as pulumi from '@pulumi/pulumi';
import { stackParts, workloadsOf } from '../../../components/stack-parts.ts';
import { containerArgs } from '../../../platforms/docker/container.ts';
import { imageArgs } from '../../../platforms/docker/images.ts';
import { loaderArgs } from '../../../platforms/docker/loader.ts';
import { resolveOptions } from '../../../platforms/docker/options.ts';
import type { PlatformKind } from '../../../platforms/kinds.ts';
import { typeOf } from '../../../platforms/kubernetes/manifest.ts';
import { processInputs } from '../../../platforms/local/plan.ts';
import type { Platform, Workload } from '../../../platforms/workload.ts';
import type { Declared } from '../../../policies/resources/facts.ts';
import type { Resource } from '../../../policies/resources/reader.ts';
import { addressing, kubernetesOptions, replicasOf } from '../../../stack/addressing.ts';
import { renderFiles } from '../../../stack/files.ts';
import { policyFindings } from '../../../stack/policies.ts';
import { parseSettings, type Settings } from '../../../stack/settings/index.ts';
import { NO_USER_FILES } from '../../../stack/user-files.ts';
import { manifestsOfAll } from '../platforms/kubernetes/objects.ts';

/** What the engine unwraps before a policy sees it. */
export const SECRET = 'canary-5b1e8d77';

export interface DeclaredStack {
  readonly declared: Declared;
  readonly resources: readonly Resource[];
  /** What `make up` says of it. */
  readonly findings: ReturnType<typeof policyFindings>;
}

const stacks = new Map<PlatformKind, Promise<DeclaredStack>>();

/** A stack with every default and a secret, as the engine would ask policies about it. */
export function stackOn(platform: PlatformKind): Promise<DeclaredStack> {
  const stack = stacks.get(platform) ?? stackWith({ platform });
  stacks.set(platform, stack);
  return stack;
}

/** A stack with settings of its own. */
export async function stackWith({
  platform,
  ...more
}: {
  readonly platform: PlatformKind;
  readonly [setting: string]: unknown;
}): Promise<DeclaredStack> {
  const settings = parseSettings(
    {
      platform,
      trial: true,
      ...more,
      grafana: { adminPassword: SECRET },
      notifications: { slack: { webhookUrl: `https://x.example/${SECRET}` } },
    },
    { stack: 'test' },
  );
  const where: Platform = {
    ...addressing(settings, '/project'),
    run: () => {
      throw new Error('nothing runs here');
    },
  };
  const plan = planned(settings, where);
  const { files } = plan;
  const workloads = workloadsOf(stackParts(plan));
  return {
    declared: { settings, rules: files.ruleSet },
    resources: await Promise.all(
      RESOURCES[platform](workloads, where, settings).map(async (resource) => ({
        ...resource,
        props: await unwrapped(resource.props),
      })),
    ),
    findings: policyFindings(plan, files),
  };
}

/** A plan without any file of a user's. */
export function planned(settings: Settings, platform: Platform) {
  const replicas = replicasOf(settings);
  const files = renderFiles({
    settings,
    platform,
    replicas,
    user: NO_USER_FILES,
  });
  const own = { image: settings.image, path: (file: string) => `/app/${file}`, grafanaStandIn: false };
  return { settings, platform, replicas, files, own };
}

const RESOURCES: Readonly<
  Record<
    PlatformKind,
    (workloads: readonly Workload[], platform: Platform, settings: Settings) => readonly Resource[]
  >
> = {
  local: (workloads, platform) =>
    workloads.map((workload) => ({
      type: 'local:index:Process',
      name: workload.name,
      props: processInputs(workload, {
        state: '/project/.monitoring/test',
        root: '/project',
        executables: {},
        bound: (name, port) => Number(platform.address(name, port).split(':').at(-1)),
      }),
    })),
  docker: (workloads, _platform, { docker: { publishAddress } }) => {
    const settings = resolveOptions({ stack: 'test', publishAddress, onHostNetwork: ['node-exporter'] });
    // During a preview the engine does not know ids and names of what it has not made.
    const refer = { image: '', network: '', health: '', volume: () => '' };
    return workloads.flatMap((workload) => {
      const loader = loaderArgs(workload, settings, refer);
      return [
        {
          type: 'docker:index/remoteImage:RemoteImage',
          name: workload.program.image,
          props: imageArgs(workload.program.image, settings),
        },
        ...(loader === undefined
          ? []
          : [{ type: 'docker:index/container:Container', name: `${workload.name}-files`, props: loader }]),
        {
          type: 'docker:index/container:Container',
          name: workload.name,
          props: containerArgs(workload, settings, refer),
        },
      ];
    });
  },
  kubernetes: (workloads, _platform, settings) =>
    manifestsOfAll(workloads, kubernetesOptions(settings)).map(({ kind, resource, object }) => ({
      type: typeOf(kind),
      name: resource,
      props: object,
    })),
};

/** What the engine waits for before it asks policies. */
async function unwrapped(value: unknown): Promise<unknown> {
  return await new Promise((resolve) => pulumi.output(value as object).apply(resolve));
}
