import { readFileSync } from 'node:fs';
import type { ContainerArgs } from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { ConfigDirectory, Workload } from '../workload.ts';
import { CONFINEMENT, LOGGING } from './confinement.ts';
import type { References } from './container.ts';
import { DATA, labels, owned, volumeName } from './names.ts';
import type { Settings } from './options.ts';

const SCRIPT = readFileSync(new URL('loader.sh', import.meta.url), 'utf8');
const STAGING = '/staging';
const SHELL = ['/bin/busybox', 'sh'];
/**
 * Root's rights are gone but these: to give files to the process, and to write where only it may. With the prefix, as
 * the engine tells of them: without it a refresh finds a difference.
 */
export const LOADER_CAPABILITIES = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER'];
const LOADER_MEBIBYTES = 32;

/**
 * The one-shot container that fills a workload's volumes: replaced when a file changes, while the workload's
 * own container goes on. Undefined where there is nothing to fill.
 */
export function loaderArgs(
  workload: Workload,
  settings: Settings,
  refer: Omit<References, 'health'>,
): ContainerArgs | undefined {
  const { name, directories = [], data } = workload;
  if (directories.length === 0 && data === undefined) return undefined;
  const urls = reloadUrls(workload, settings);
  const group = String(workload.user);
  return {
    ...oneShot(settings, `${name}-files`),
    image: refer.image,
    entrypoints: [...SHELL],
    command: [
      '-euc',
      SCRIPT,
      'loader.sh',
      ...(data === undefined ? [] : ['own', group, data.mount]),
      ...directories.flatMap((directory) => [
        'files',
        group,
        directory.secret === true ? '0440' : '0444',
        directory.name,
        directory.mount,
      ]),
      ...urls.flatMap((url) => ['reload', url]),
    ],
    // The engine uploads nothing into a container whose root is read-only.
    readOnly: false,
    capabilities: { drops: ['ALL'], adds: LOADER_CAPABILITIES },
    ...(urls.length === 0
      ? { networkMode: 'none' }
      : { networkMode: 'bridge', networksAdvanced: [{ name: refer.network }] }),
    mounts: [
      ...directories.map((directory) =>
        volume(refer.volume(volumeName(name, directory.name)), directory.mount),
      ),
      ...(data === undefined ? [] : [volume(refer.volume(volumeName(name, DATA)), data.mount)]),
    ],
    uploads: directories.flatMap(uploads),
    labels: labels(settings, name),
  };
}

/** The one-shot container that puts the helper into the volume from which all others run it. */
export function helperArgs(
  settings: Settings,
  image: pulumi.Input<string>,
  health: pulumi.Input<string>,
): ContainerArgs {
  return {
    ...oneShot(settings, 'health'),
    image,
    entrypoints: [...SHELL],
    // Under its final name only when whole: containers of an earlier update may be running it.
    command: ['-euc', 'cp /bin/busybox /health/.incoming && mv -f /health/.incoming /health/busybox'],
    capabilities: { drops: ['ALL'] },
    readOnly: true,
    networkMode: 'none',
    mounts: [volume(health, '/health')],
    labels: labels(settings),
  };
}

const volume = (source: pulumi.Input<string>, target: string) => ({ type: 'volume', source, target });

function oneShot(settings: Settings, name: string) {
  return {
    ...CONFINEMENT,
    ...LOGGING,
    name: owned(settings, name),
    user: '0:0',
    memory: LOADER_MEBIBYTES,
    memorySwap: LOADER_MEBIBYTES,
    restart: 'no',
    // The provider waits for its end, keeps what it said, and leaves it ended.
    attach: true,
    logs: true,
    mustRun: false,
  };
}

function reloadUrls(workload: Workload, settings: Settings): string[] {
  const port = workload.ports[0]?.port;
  const host = settings.onHostNetwork.includes(workload.name) ? settings.gateway : workload.name;
  return [
    ...new Set(
      (workload.directories ?? []).flatMap(({ onChange }) =>
        typeof onChange === 'object' ? [`http://${host}:${port}${onChange.reload}`] : [],
      ),
    ),
  ];
}

function uploads({ name, files, secret }: ConfigDirectory) {
  return Object.keys(files)
    .sort()
    .map((path) => ({
      file: `${STAGING}/${name}/${path}`,
      content: secret === true ? pulumi.secret(files[path] ?? '') : (files[path] ?? ''),
      permissions: '0400',
    }));
}
