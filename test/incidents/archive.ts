import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { create, extract } from 'tar';
import type { Recording } from './play.ts';

/** A recording is one file: the scraped samples as a block, what was seen of the play, and Alertmanager's routing. */
export const SAMPLES = 'samples';
export const SEEN = 'recording.json';
export const ROUTING = 'alertmanager.yml';

/** The strongest level that a recording of a few megabytes takes in seconds. */
const LEVEL = 19;

/** Writes a folder into an archive. */
export function pack(folder: string, archive: string): void {
  const plain = `${archive}.tar`;
  mkdirSync(dirname(archive), { recursive: true });
  create({ cwd: folder, file: plain, sync: true, portable: true }, readdirSync(folder).sort());
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL };
  writeFileSync(archive, zstdCompressSync(readFileSync(plain), { params }));
  rmSync(plain);
}

/** Writes an archive's files into a new folder. */
export function unpack(archive: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const plain = join(folder, 'recording.tar');
  writeFileSync(plain, zstdDecompressSync(readFileSync(archive)));
  extract({ cwd: folder, file: plain, sync: true });
  rmSync(plain);
}

/** What was seen of the play, from an archive that has been unpacked. */
export function seenIn(folder: string): Recording {
  return JSON.parse(readFileSync(join(folder, SEEN), 'utf8')) as Recording;
}
