import type { Workload } from '../workload.ts';
import type { Settings } from './options.ts';

/** Own label and annotation prefix. */
const PREFIX = 'feature-store-monitoring';
/** Label with the name of a pod's workload. */
export const NAME_LABEL = 'app.kubernetes.io/name';

/** Labels of every object, by which people select them. */
export function labels(settings: Settings, component?: string): Record<string, string> {
  return {
    'app.kubernetes.io/part-of': PREFIX,
    'app.kubernetes.io/instance': settings.namespace,
    'app.kubernetes.io/managed-by': 'pulumi',
    ...(component === undefined ? {} : { [NAME_LABEL]: component }),
  };
}

/** Labels that select the pods of a workload: never changed, because selectors cannot be. */
export function selector(settings: Settings, workload: string): Record<string, string> {
  return { 'app.kubernetes.io/instance': settings.namespace, [NAME_LABEL]: workload };
}

/**
 * Label of the pods that connect to a workload: its network policy lets in whoever carries it, and need not
 * know their names.
 */
export function connectsLabel(workload: string): string {
  return `connects-to.${PREFIX}/${workload}`;
}

/** Annotation of the pod template that changes with files for which a pod has to be replaced. */
export const FILES_ANNOTATION = `${PREFIX}/files`;

/** Namespace of a workload: host access needs one without the restricted level. */
export function namespaceOf(settings: Settings, workload: Pick<Workload, 'host'>): string {
  return workload.host === undefined ? settings.namespace : settings.hostNamespace;
}

/** Priority class of the stack's own: how it preempts cannot be changed, so that another one has another name. */
export const priorityName = ({ namespace }: Pick<Settings, 'namespace'>): string => `${namespace}-first`;

/** Service that gives each replica a DNS name of its own. */
export function headlessName(workload: string): string {
  return `${workload}-replicas`;
}

/** Whether replicas have an identity: whoever keeps data, or has peers. */
export function isStateful(workload: Workload): boolean {
  return workload.data !== undefined || (workload.replicas ?? 1) > 1;
}

/** Object name of a directory's ConfigMap or Secret. */
export function directoryName(workload: string, directory: string): string {
  return `${workload}-${directory}`;
}
