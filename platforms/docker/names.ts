import type { Workload } from '../workload.ts';
import type { Settings } from './options.ts';

const PREFIX = 'com.feature-store-monitoring';
/** Label with the stack's prefix, on everything that it owns. */
export const STACK_LABEL = `${PREFIX}.stack`;
/** Label of volumes that stay when the stack is destroyed. */
export const KEEPS_LABEL = `${PREFIX}.keeps-data`;
const WORKLOAD_LABEL = `${PREFIX}.workload`;
const FILES_LABEL = `${PREFIX}.files`;

/** Name of the data volume among the directories of a workload. */
export const DATA = 'data';

export interface Label {
  readonly label: string;
  readonly value: string;
}

/** Labels by which people and `purge` select what belongs to a stack. */
export function labels(settings: Settings, workload?: string): Label[] {
  return [
    { label: STACK_LABEL, value: settings.prefix },
    ...(workload === undefined ? [] : [{ label: WORKLOAD_LABEL, value: workload }]),
  ];
}

/** Label that changes with files for which a container has to be replaced. */
export function filesLabel<T>(value: T): { label: string; value: T } {
  return { label: FILES_LABEL, value };
}

/** Name on the engine, which all stacks share. */
export function owned(settings: Settings, name: string): string {
  return `${settings.prefix}-${name}`;
}

/** Resource names of a workload's volumes. */
export function volumeNames(workload: Workload): string[] {
  return [
    ...(workload.directories ?? []).map((directory) => volumeName(workload.name, directory.name)),
    ...(workload.data === undefined ? [] : [volumeName(workload.name, DATA)]),
  ];
}

export function volumeName(workload: string, directory: string): string {
  return `${workload}-${directory}`;
}
