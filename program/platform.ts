import { dirname, join } from 'node:path';
import { DEPENDENCIES } from '../catalogue/services.ts';
import type { OwnPrograms } from '../components/monitoring-stack.ts';
import type { Replicas } from '../components/topology.ts';
import { localPlatform } from '../platforms/local/platform.ts';
import type { Platform } from '../platforms/workload.ts';
import type { Settings } from '../settings/index.ts';
import { ensureTools } from '../tools/install.ts';
import type { ToolName } from '../tools/versions.ts';

/** Programs that the stack runs as processes of this machine. */
const PROCESSES = [
  'process-compose',
  'prometheus',
  'alertmanager',
  'node_exporter',
  'blackbox_exporter',
  'redis_exporter',
  'grafana',
] as const satisfies readonly ToolName[];
const DEMO_PROCESSES = ['redis-server', 'kafka-broker'] as const satisfies readonly ToolName[];

export interface PlatformChoice {
  readonly platform: Platform;
  readonly own: OwnPrograms;
}

/** The platform that a stack's settings name, with what it needs on this machine made available. */
export async function createPlatform(settings: Settings, root: string): Promise<PlatformChoice> {
  if (settings.platform === 'local') return await local(settings, root);
  return {
    platform: await addressing(settings, root),
    own: { image: settings.image, path: (file) => `${IMAGE_FOLDER}/${file}`, grafanaStandIn: false },
  };
}

/** Where the project lies in its image. */
const IMAGE_FOLDER = '/app';

/**
 * A platform's addresses, paths and URLs without the programs that it would run: for whoever renders files or
 * asks what already runs. The SDKs of other platforms are not loaded: they are large.
 */
export async function addressing(settings: Settings, root: string): Promise<Platform> {
  switch (settings.platform) {
    case 'local':
      return processes(settings, root, {});
    case 'docker': {
      const [{ dockerPlatform }, { LOCK_FILE, readLock }] = await Promise.all([
        import('../platforms/docker/platform.ts'),
        import('../platforms/docker/pin.ts'),
      ]);
      return dockerPlatform({
        ...defined(settings.docker),
        stack: settings.stack,
        ports: settings.ports,
        mainPorts: MAIN_PORTS,
        // The node exporter shows the machine's network, not a container's.
        onHostNetwork: ['node-exporter'],
        digests: readLock(join(root, LOCK_FILE)),
      });
    }
    case 'kubernetes': {
      const { kubernetesPlatform } = await import('../platforms/kubernetes/platform.ts');
      const { replicas: _replicas, ingress, ...options } = settings.kubernetes;
      return kubernetesPlatform({ ...defined(options), ...(ingress && { ingress: defined(ingress) }) });
    }
  }
}

/** The keys that have a value: options mark what is left out by its absence. */
function defined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** The first logical port of the workloads that have several: `ports` moves it, and the others with it. */
const MAIN_PORTS = { kafka: DEPENDENCIES.kafka.port };

function processes(
  settings: Settings,
  root: string,
  executables: Readonly<Record<string, string>>,
): Platform {
  return localPlatform({
    stack: settings.stack,
    root,
    ports: settings.ports,
    mainPorts: MAIN_PORTS,
    executables,
  });
}

async function local(settings: Settings, root: string): Promise<PlatformChoice> {
  const names = settings.demoEnabled ? [...PROCESSES, ...DEMO_PROCESSES] : PROCESSES;
  const executables = await ensureTools(names);
  return {
    platform: processes(
      settings,
      root,
      Object.fromEntries(
        Object.entries(executables).flatMap(([tool, path]) => (path === undefined ? [] : [[tool, path]])),
      ),
    ),
    own: {
      image: '',
      path: (file) => join(root, file),
      grafanaStandIn: executables.grafana === undefined,
      ...(executables.grafana === undefined ? {} : { grafanaHome: dirname(dirname(executables.grafana)) }),
    },
  };
}

/** One of each on a machine; twins and a gossip cluster where there is a cluster. */
export function replicasOf({ platform, kubernetes }: Settings): Replicas {
  return platform === 'kubernetes' ? kubernetes.replicas : { prometheus: 1, alertmanager: 1 };
}
