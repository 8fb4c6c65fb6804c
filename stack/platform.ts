import { dirname, join } from 'node:path';
import { PARTS } from '../components/parts/index.ts';
import type { OwnPrograms } from '../components/stack-parts.ts';
import { localPlatform } from '../platforms/local/platform.ts';
import type { Platform, Transform } from '../platforms/workload.ts';
import { ensureTools } from '../tools/install.ts';
import type { ToolName } from '../tools/versions.ts';
import { dockerOptions, kubernetesOptions, localOptions } from './addressing.ts';
import type { Settings } from './settings/index.ts';

/** Programs that the stack runs as processes of this machine. */
const processes = (settings: Settings): readonly ToolName[] => [
  'process-compose',
  ...PARTS.filter((part) => part.opened || part.absent(settings) === undefined).map(
    ({ program }) => program.tool,
  ),
];
const DEMO_PROCESSES = ['redis-server', 'kafka-broker'] as const satisfies readonly ToolName[];

export interface PlatformChoice {
  readonly platform: Platform;
  readonly own: OwnPrograms;
}

/**
 * The platform that a stack's settings name, with what it needs on this machine made available.
 * @param transform of what all workloads share. Default: it stays as declared.
 */
export async function createPlatform(
  settings: Settings,
  root: string,
  transform?: Transform,
): Promise<PlatformChoice> {
  if (settings.platform === 'local') return await local(settings, root);
  return {
    platform: await container(settings, root, transform),
    own: { image: settings.image, path: (file) => `${IMAGE_FOLDER}/${file}`, grafanaStandIn: false },
  };
}

/** Where the project lies in its image. */
export const IMAGE_FOLDER = '/app';

/** The SDK of a platform is loaded where it is used: it is large. */
async function container(settings: Settings, root: string, transform?: Transform): Promise<Platform> {
  const changed = transform === undefined ? {} : { transform };
  if (settings.platform === 'kubernetes') {
    const [{ kubernetesPlatform }, { LOCK_FILE, readLock }] = await Promise.all([
      import('../platforms/kubernetes/platform.ts'),
      import('../platforms/docker/pin.ts'),
    ]);
    return kubernetesPlatform({
      ...kubernetesOptions(settings),
      ...changed,
      digests: readLock(join(root, LOCK_FILE)),
    });
  }
  const [{ dockerPlatform }, { LOCK_FILE, readLock }, { hostMountsOf }] = await Promise.all([
    import('../platforms/docker/platform.ts'),
    import('../platforms/docker/pin.ts'),
    import('../platforms/docker/command.ts'),
  ]);
  const options = dockerOptions(settings);
  const { stack, docker } = settings;
  return dockerPlatform({
    ...options,
    ...changed,
    hostMounts:
      options.hostMounts ??
      (await hostMountsOf({ stack, ...(docker.host === undefined ? {} : { host: docker.host }) })),
    digests: readLock(join(root, LOCK_FILE)),
  });
}

async function local(settings: Settings, root: string): Promise<PlatformChoice> {
  const names = [...processes(settings), ...(settings.demoEnabled ? DEMO_PROCESSES : [])];
  const executables = await ensureTools(names);
  return {
    platform: localPlatform({
      ...localOptions(settings, root),
      executables: Object.fromEntries(
        Object.entries(executables).flatMap(([tool, path]) => (path === undefined ? [] : [[tool, path]])),
      ),
    }),
    own: {
      image: '',
      path: (file) => join(root, file),
      grafanaStandIn: executables.grafana === undefined,
      ...(executables.grafana === undefined ? {} : { grafanaHome: dirname(dirname(executables.grafana)) }),
    },
  };
}
