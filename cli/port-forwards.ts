import type { Stack } from '@pulumi/pulumi/automation/index.js';
import { DEMO, STACK, type StackName } from '../catalogue/services.ts';
import { stackWorkloads } from '../components/topology.ts';
import { SECRET_PLACEHOLDER } from '../lib/secret-placeholder.ts';
import type { Addressing } from '../platforms/workload.ts';
import { elsewhere } from '../stack/addressing.ts';
import type { Settings } from '../stack/settings/index.ts';
import { PROJECT } from './project.ts';

/**
 * Runs `work` with a stack's addresses as this machine reaches them: a cluster's workloads are opened on free
 * ports of loopback meanwhile, other platforms have theirs open already.
 * @param workloads that `work` asks for a URL of: what else is broken must not be in its way. One that the stack does
 * without is left out; the URL of one that cannot be opened throws KubectlError.
 */
export async function reaching<T>(
  settings: Settings,
  platform: Addressing,
  workloads: readonly (StackName | 'demo')[],
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
    ...(settings.demoEnabled ? [{ workload: 'demo', port: DEMO.demo.port } as const] : []),
  ].filter(({ workload }) => workloads.includes(workload));
  return await withForwardedPorts(clusterOf(await withKubeconfig(settings)), ports, (url) =>
    work({ ...platform, url }),
  );
}

/** A stack that is open in the engine, as far as a value of its settings is asked for. */
type Opened = Pick<Stack, 'getConfig'>;

/**
 * Settings with the kubeconfig decrypted, where it is encrypted. Others are given back as they are: they need neither
 * the engine nor a passphrase.
 * @param open opens the stack in the engine, which decrypts. Default: as every command does.
 */
export async function withKubeconfig(
  settings: Settings,
  open: (stack: string) => Promise<Opened> = opened,
): Promise<Settings> {
  const { stack, platform, kubernetes } = settings;
  if (platform !== 'kubernetes' || kubernetes.kubeconfig !== SECRET_PLACEHOLDER) return settings;
  const { value } = await (await open(stack)).getConfig(`${PROJECT}:kubernetes.kubeconfig`, true);
  return { ...settings, kubernetes: { ...kubernetes, kubeconfig: value } };
}

/** The engine's SDK is large: it is loaded only where something is to be decrypted. */
async function opened(stack: string): Promise<Opened> {
  const { openUnplanned } = await import('./engine/session.ts');
  return await openUnplanned(stack);
}

/**
 * A stack's place in its cluster.
 * @throws Error where the kubeconfig is still encrypted: without it, kubectl would take this machine's own cluster.
 */
export function clusterOf({ kubernetes: { namespace, context, kubeconfig }, operator }: Settings) {
  if (kubeconfig === SECRET_PLACEHOLDER)
    throw new Error(
      'kubernetes.kubeconfig is still encrypted here, so it is not known which cluster to ask.',
    );
  return {
    namespace,
    ...elsewhere(operator),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
}

/** A stack's place on its engine. */
export function engineOf({ stack, docker: { host } }: Settings) {
  return { stack, ...(host === undefined ? {} : { host }) };
}
