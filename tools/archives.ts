import type { Arch, Os, Platform, Release } from './versions.ts';

/** Where one release archive and its checksum file lie. */
export interface ArchiveLocation {
  /** File name of the archive, as its checksum file spells it. */
  readonly name: string;
  readonly url: string;
  readonly checksumsUrl: string;
}

/**
 * Names the archive of a version for a platform.
 * @param mirror base address that replaces the publisher's: `https://host/path` is looked for at
 *   `mirror/host/path`. Default: the publisher itself.
 * @returns `undefined` if the publisher offers none for this platform.
 */
export function archiveOf(
  release: Release,
  version: string,
  platform: Platform,
  mirror?: string,
): ArchiveLocation | undefined {
  if (release.platforms && !release.platforms.includes(platform)) return undefined;
  const [os, arch] = platform.split('-') as [Os, Arch];
  const fill = (template: string): string =>
    template
      .replaceAll('{version}', version)
      .replaceAll('{os}', os)
      .replaceAll('{arch}', release.archNames?.[arch] ?? arch);
  const name = fill(release.archive);
  const base = throughMirror(fill(release.base), mirror);
  return {
    name,
    url: `${base}/${name}`,
    checksumsUrl: `${base}/${fill(release.checksums).replaceAll('{archive}', name)}`,
  };
}

function throughMirror(base: string, mirror: string | undefined): string {
  if (!mirror) return base;
  return `${mirror.replace(/\/+$/, '')}/${base.replace(/^https?:\/\//, '')}`;
}

/**
 * Reads a publisher's checksum file: lines of `hash  name` or `hash *name`, or one bare hash. The length of a
 * hash tells its kind (64 digits SHA-256, 128 SHA-512).
 * @throws if the file does not name the archive.
 */
export function checksumOf(file: string, archive: string): { algorithm: 'sha256' | 'sha512'; hash: string } {
  for (const line of file.split('\n')) {
    const [, hash, name] =
      /^\s*([0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?:\s+\*?(?:\.\/)?(\S+))?\s*$/.exec(line) ?? [];
    if (hash && (name === undefined || name === archive)) {
      return { algorithm: hash.length === 64 ? 'sha256' : 'sha512', hash: hash.toLowerCase() };
    }
  }
  throw new Error(`the publisher's checksum file does not name ${archive}`);
}
