import { placingOf } from '../platforms/kubernetes/options.ts';
import { type Sizing, sized } from '../platforms/sizes.ts';
import type { Workload } from '../platforms/workload.ts';
import { kubernetesOptions } from './addressing.ts';
import type { Settings } from './settings/index.ts';

/** Workloads with the bounds that the settings give them, for who judges or describes them. */
export function sizedWorkloads(settings: Settings, workloads: readonly Workload[]): readonly Workload[] {
  return workloads.map((workload) => {
    const { sizing } = sizingOf(settings, workload.name);
    return sizing === undefined ? workload : { ...workload, resources: sized(workload.resources, sizing) };
  });
}

/**
 * Limits that are lower than what is asked for, as the settings leave them beside the defaults: Kubernetes refuses such
 * pods, and Docker such containers. A sentence each.
 */
export function sizeProblems(settings: Settings, workloads: readonly Workload[]): readonly string[] {
  return workloads.flatMap((workload) => {
    const { sizing, key } = sizingOf(settings, workload.name);
    if (sizing === undefined) return [];
    const { cpuMillis, cpuLimitMillis, memoryMebibytes, memoryLimitMebibytes } = sized(
      workload.resources,
      sizing,
    );
    const problem = (resource: 'cpu' | 'memory', unit: string, asked: number, limit: number | undefined) => {
      if (limit === undefined || limit >= asked) return [];
      const said = (['requests', 'limits'] as const).filter((each) => sizing[each]?.[resource] !== undefined);
      return [
        `${said.map((each) => `${key}.${each}.${resource}`).join(' and ')} would have ${workload.name} ask for ` +
          `${asked} ${unit} with a limit of ${limit} ${unit}, but the limit must be no less. ` +
          `Set both in Pulumi.${settings.stack}.yaml.`,
      ];
    };
    return [
      ...problem('cpu', 'thousandths of a core', cpuMillis, cpuLimitMillis),
      ...problem('memory', 'MiB', memoryMebibytes, memoryLimitMebibytes),
    ];
  });
}

/** What the settings say of a workload's size, and where. */
function sizingOf(
  settings: Settings,
  workload: string,
): { readonly sizing: Sizing | undefined; readonly key: string } {
  if (settings.platform === 'docker') {
    const resources: Readonly<Record<string, unknown>> = settings.docker.resources;
    return {
      sizing: (resources[workload] ?? resources.all) as Sizing | undefined,
      key: `docker.resources.${workload in resources ? workload : 'all'}`,
    };
  }
  if (settings.platform !== 'kubernetes') return { sizing: undefined, key: '' };
  const { placement = {} } = kubernetesOptions(settings);
  return {
    sizing: placingOf({ placement }, workload).resources,
    key: `kubernetes.placement.${placement[workload]?.resources === undefined ? 'all' : workload}.resources`,
  };
}
