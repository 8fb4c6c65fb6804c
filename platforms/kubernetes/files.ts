import * as pulumi from '@pulumi/pulumi';
import { filesFingerprint } from '../fingerprint.ts';
import type { ConfigDirectory, Workload } from '../workload.ts';
import { type Manifest, manifest, type Volume, type VolumeMount } from './manifest.ts';
import { directoryName, labels, namespaceOf } from './names.ts';
import type { Settings } from './options.ts';

/** The API server refuses the data of a ConfigMap or Secret above 1 MiB (`MaxSecretSize` in its validation). */
export const MAX_DIRECTORY_BYTES = 1024 * 1024;

/** A ConfigMap or Secret for each directory of configuration. */
export function fileManifests(workload: Workload, settings: Settings): Manifest[] {
  return (workload.directories ?? []).map((directory) => {
    const name = directoryName(workload.name, directory.name);
    const metadata = {
      name,
      namespace: namespaceOf(settings, workload),
      labels: labels(settings, workload.name),
    };
    const files = keyed(directory);
    return directory.secret === true
      ? manifest('Secret', name, { metadata, type: 'Opaque', data: encoded(files) })
      : manifest('ConfigMap', name, { metadata, data: files });
  });
}

/**
 * Volumes of a workload's directories. A flat directory is mounted without a list of its files, so that a new
 * file appears in the running pod; files in subfolders need the list, and a new one replaces the pod.
 */
export function fileVolumes(workload: Workload): { volumes: Volume[]; mounts: VolumeMount[] } {
  const directories = workload.directories ?? [];
  return {
    volumes: directories.map((directory) => {
      const source = directoryName(workload.name, directory.name);
      const paths = Object.keys(directory.files);
      const items = paths.some((path) => path.includes('/'))
        ? { items: paths.map((path) => ({ key: fileKey(path), path })) }
        : {};
      return directory.secret === true
        ? // Owned by root and the pod's fsGroup: nobody else in the container can read it.
          { name: directory.name, secret: { secretName: source, defaultMode: 0o440, ...items } }
        : { name: directory.name, configMap: { name: source, defaultMode: 0o444, ...items } };
    }),
    mounts: directories.map(({ name, mount }) => ({ name, mountPath: mount, readOnly: true })),
  };
}

/**
 * Fingerprint of the files for which a pod has to be replaced; none where every directory is watched.
 *
 * A program that has to be told of a change (`reload`) is replaced too: files reach a pod up to a minute and a half
 * after the update, at a time that only its kubelet knows, so nobody outside could tell it. A rolling update also
 * proves the files: a pod that does not start with them stops it, and the others go on.
 */
export function podFingerprint(workload: Workload): pulumi.Input<string> | undefined {
  return filesFingerprint(workload, (onChange) => onChange !== 'watched');
}

/** Why a directory cannot be an object of the cluster, if it cannot. */
export function fileRefusals(workload: Workload): string[] {
  return (workload.directories ?? []).flatMap((directory) => {
    const where = `${workload.name}: directory '${directory.name}'`;
    const paths = Object.keys(directory.files);
    const unusable = paths
      .filter((path) => !/^[-._a-zA-Z0-9]+(\/[-._a-zA-Z0-9]+)*$/.test(path) || path.split('/').includes('..'))
      .map((path) => `${where} has a file '${path}': allowed are letters, digits, '-', '_', '.' and folders`);
    const keys = new Map<string, string>();
    const colliding = paths.flatMap((path) => {
      const other = keys.get(fileKey(path));
      keys.set(fileKey(path), path);
      return other === undefined
        ? []
        : [`${where} has '${other}' and '${path}': rename one, they share a key`];
    });
    const tooLarge = sizeRefusal(where, directory.files);
    return [...unusable, ...colliding, ...(tooLarge === undefined ? [] : [tooLarge])];
  });
}

function keyed(directory: ConfigDirectory): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(directory.files).map(([path, content]) => [fileKey(path), content]),
  );
}

/** A key of a ConfigMap holds no slash. */
function fileKey(path: string): string {
  return path.replaceAll('/', '__');
}

/** Base64 rather than `stringData`, whose removed keys would stay behind under server-side apply. */
function encoded(files: Record<string, pulumi.Input<string>>): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(files).map(([key, content]) => [
      key,
      pulumi.secret(content).apply((text) => Buffer.from(text).toString('base64')),
    ]),
  );
}

function sizeRefusal(where: string, files: ConfigDirectory['files']): string | undefined {
  const sizes = Object.entries(files).map(([path, content]) => ({
    path,
    bytes: typeof content === 'string' ? Buffer.byteLength(content) : 0,
  }));
  const total = sizes.reduce((sum, { path, bytes }) => sum + path.length + bytes, 0);
  if (total <= MAX_DIRECTORY_BYTES) return undefined;
  const largest = sizes
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, 3)
    .map(({ path, bytes }) => `'${path}' (${bytes})`);
  return `${where} has ${total} bytes, and a ConfigMap or Secret holds at most ${MAX_DIRECTORY_BYTES}. Make its largest files smaller: ${largest.join(', ')}`;
}
