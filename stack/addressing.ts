import { DEPENDENCIES } from '../catalogue/services.ts';
import type { Replicas } from '../components/topology.ts';
import { seconds } from '../lib/promql/parse.ts';
import { dockerAddressing } from '../platforms/docker/addressing.ts';
import type { DockerOptions } from '../platforms/docker/options.ts';
import { kubernetesAddressing } from '../platforms/kubernetes/addressing.ts';
import type { GatewayOptions, KubernetesOptions, Placing } from '../platforms/kubernetes/options.ts';
import { type LocalAddressOptions, localAddressing } from '../platforms/local/addressing.ts';
import type { Sizing } from '../platforms/sizes.ts';
import type { Addressing } from '../platforms/workload.ts';
import { type OperatorSettings, type Settings, SettingsError, set } from './settings/index.ts';

/**
 * A stack's addresses, paths and URLs, for whoever renders files or asks what already runs. The engine and the
 * SDKs of the platforms are not loaded: they are large.
 * @param root the project's folder, absolute.
 * @throws SettingsError where the platform cannot have an option of its own.
 */
export function addressing(settings: Settings, root: string): Addressing {
  try {
    return addressingOf(settings, root);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    const [key] = /^(?:docker|kubernetes)\.[\w.]+/.exec(error.message) ?? [];
    const mend = key === undefined ? '' : `. Change it: ${set(key, '<value>', settings.stack)}`;
    throw new SettingsError([`${error.message}${mend}`], `Pulumi.${settings.stack}.yaml`);
  }
}

function addressingOf(settings: Settings, root: string): Addressing {
  switch (settings.platform) {
    case 'local':
      return localAddressing(localOptions(settings, root));
    case 'docker':
      return dockerAddressing(dockerOptions(settings));
    case 'kubernetes':
      return kubernetesAddressing(kubernetesOptions(settings));
  }
}

/** One of each on a machine; twins and a gossip cluster where there is a cluster. */
export function replicasOf({ platform, kubernetes, operator }: Settings): Replicas {
  if (platform !== 'kubernetes') return { prometheus: 1, alertmanager: 1 };
  const { prometheus, alertmanager } = kubernetes.replicas;
  return { prometheus: operator === undefined ? prometheus : 1, alertmanager };
}

/** The first logical port of the workloads that have several: `ports` moves it, and the others with it. */
const MAIN_PORTS = { kafka: DEPENDENCIES.kafka.port };

export function localOptions({ stack, ports }: Settings, root: string): LocalAddressOptions {
  return { stack, root, ports, mainPorts: MAIN_PORTS };
}

export function dockerOptions({ stack, docker, ports }: Settings): DockerOptions {
  const { hostMounts, resources, ...options } = docker;
  return {
    ...defined(options),
    resources: resources as Readonly<Record<string, Sizing>>,
    ...(hostMounts === 'auto' ? {} : { hostMounts }),
    stack,
    ports,
    mainPorts: MAIN_PORTS,
    // The node exporter shows the machine's network, not a container's.
    onHostNetwork: ['node-exporter'],
  };
}

/** A twin restores what was firing in its second evaluation; one more is for a busy machine. */
const PAUSE_EVALUATIONS = 3;

export function kubernetesOptions({ kubernetes, prometheus }: Settings): KubernetesOptions {
  const { replicas: _replicas, ingress, gateway, operator, dns, placement, ...options } = kubernetes;
  return {
    ...defined(options),
    placement: placement as Readonly<Record<string, Placing>>,
    ...(dns && { dns: defined(dns) }),
    ...(ingress && { ingress: defined(ingress) }),
    ...(gateway && { gateway: defined(gateway) as GatewayOptions }),
    ...(operator && { ...elsewhere(operator), selectedBy: operator.labels }),
    // The node exporter answers on its machine's own address, and on no other.
    onHostNetwork: ['node-exporter'],
    rolloutPauseSeconds: Math.ceil(PAUSE_EVALUATIONS * seconds(prometheus.evaluationInterval)),
  };
}

/** Where the stack's Prometheus is, when an operator runs it. */
export function elsewhere(operator: OperatorSettings | undefined): Pick<KubernetesOptions, 'elsewhere'> {
  if (operator === undefined) return {};
  const { namespace, service } = operator;
  return { elsewhere: { prometheus: { namespace, service } } };
}

/** The keys that have a value: options mark what is left out by its absence. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
