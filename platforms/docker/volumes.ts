import type { VolumeArgs } from '@pulumi/docker';
import type { Workload } from '../workload.ts';
import { DATA, KEEPS_LABEL, labels, owned, volumeName } from './names.ts';
import type { Settings } from './options.ts';

/** A volume for each directory of configuration, by resource name. */
export function directoryVolumes(workload: Workload, settings: Settings): Record<string, VolumeArgs> {
  return Object.fromEntries(
    (workload.directories ?? []).map((directory) => {
      const name = volumeName(workload.name, directory.name);
      return [name, { name: owned(settings, name), labels: labels(settings, workload.name) }];
    }),
  );
}

/** The volume that outlives the stack, where the workload keeps something. */
export function dataVolume(workload: Workload, settings: Settings): Record<string, VolumeArgs> {
  if (workload.data === undefined) return {};
  const name = volumeName(workload.name, DATA);
  const all = [...labels(settings, workload.name), { label: KEEPS_LABEL, value: 'true' }];
  return { [name]: { name: owned(settings, name), labels: all } };
}

/** The volume with the helper that asks for health. */
export function healthVolume(settings: Settings): VolumeArgs {
  return { name: owned(settings, 'health'), labels: labels(settings) };
}
