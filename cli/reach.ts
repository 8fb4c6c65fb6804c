import { SECRET_PLACEHOLDER } from '../catalogue/secret-placeholder.ts';
import { DEMO, STACK } from '../catalogue/services.ts';
import { stackWorkloads } from '../components/topology.ts';
import type { Addressing } from '../platforms/workload.ts';
import { elsewhere } from '../program/addressing.ts';
import type { Settings } from '../settings/index.ts';

/**
 * Runs `work` with a stack's addresses as this machine reaches them: a cluster's workloads are opened on free
 * ports of loopback meanwhile, other platforms have theirs open already.
 */
export async function reaching<T>(
  settings: Settings,
  platform: Addressing,
  work: (platform: Addressing) => Promise<T>,
): Promise<T> {
  if (settings.platform !== 'kubernetes') return await work(platform);
  const { withForwardedPorts } = await import('../platforms/kubernetes/forward.ts');
  const ports = [
    ...stackWorkloads(settings).map((workload) => ({
      workload,
      port: STACK[workload].port,
      // It sees its machine, and is with what does.
      host: workload === 'node-exporter',
    })),
    ...(settings.demoEnabled ? [{ workload: 'demo', port: DEMO.demo.port }] : []),
  ];
  return await withForwardedPorts(clusterOf(settings), ports, (url) =>
    work({ ...platform, url: (workload, port) => url(workload) ?? platform.url(workload, port) }),
  );
}

/** A stack's place in its cluster. A kubeconfig that is still encrypted is left to kubectl's own. */
export function clusterOf({ kubernetes: { namespace, context, kubeconfig }, operator }: Settings) {
  return {
    namespace,
    ...elsewhere(operator),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined || kubeconfig === SECRET_PLACEHOLDER ? {} : { kubeconfig }),
  };
}

/** A stack's place on its engine. */
export function engineOf({ stack, docker: { host } }: Settings) {
  return { stack, ...(host === undefined ? {} : { host }) };
}
