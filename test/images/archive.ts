import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** An image put together from files on disk: what `docker load` and `ctr images import` read. */
export interface ImageSpec {
  /** Full name with a tag, such as `docker.io/prom/prometheus:v3.15.0`. */
  readonly name: string;
  /** Path inside the image → path on disk. */
  readonly files: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  /** `uid` or `uid:gid`. Default: root, as an image that says nothing. */
  readonly user?: string;
  /** `KEY=value`. Default: only PATH. */
  readonly env?: readonly string[];
  readonly workingDirectory?: string;
}

const BLOCK = 512;
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Writes a docker-archive of one layer. The same files give the same bytes. */
export function writeImage(file: string, image: ImageSpec): void {
  const layer = tar(
    Object.entries(image.files)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, source]) => ({
        path: path.replace(/^\//, ''),
        content: readFileSync(source),
        mode: 0o755,
      })),
  );
  const layerDigest = sha256(layer);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: {
        User: image.user ?? '',
        Env: [PATH, ...(image.env ?? [])],
        Entrypoint: image.entrypoint,
        WorkingDir: image.workingDirectory ?? '/',
      },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
      history: [{ created: '1970-01-01T00:00:00Z' }],
    }),
  );
  const configName = `${sha256(config)}.json`;
  const layerName = `${layerDigest}.tar`;
  const manifest = [{ Config: configName, RepoTags: [image.name], Layers: [layerName] }];
  writeFileSync(
    file,
    tar([
      { path: configName, content: config, mode: 0o644 },
      { path: layerName, content: layer, mode: 0o644 },
      { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)), mode: 0o644 },
    ]),
  );
}

interface Entry {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** A tar of files, in the order given. */
export function tar(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    if (Buffer.byteLength(entry.path) > 99) parts.push(...longName(entry.path));
    parts.push(
      header(entry.path, entry.content.length, entry.mode, '0'),
      entry.content,
      padding(entry.content),
    );
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** GNU's extension for names that the header's 100 bytes do not hold. */
function longName(path: string): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  return [header('././@LongLink', name.length, 0o644, 'L'), name, padding(name)];
}

function header(path: string, size: number, mode: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(Buffer.from(path).subarray(0, 99).toString('latin1'), 0, 'latin1');
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function padding(content: Buffer): Buffer {
  return Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
