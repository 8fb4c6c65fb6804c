import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import { type ArchiveLocation, archiveOf } from '../archives.ts';
import { executableIn } from '../cache.ts';
import { isExecutable } from '../lookup.ts';
import type { Way, WayContext } from './way.ts';

/** The publisher's release archive, checked against the publisher's checksum file. */
export const releaseWay: Way = {
  how: 'release',
  title: "publisher's release",
  version: (tool) => tool.version,
  async obtain(context) {
    const { name, tool, platform, target, work } = context;
    const release = tool.release;
    const location = release && archiveOf(release, tool.version, platform, context.mirror);
    if (!release || !location) throw new Error(`there is none for ${platform}`);

    context.step('downloading its release');
    const archive = await download(context, location);

    context.step('unpacking');
    const unpacked = join(work, 'unpacked');
    await mkdir(unpacked);
    await extract({ file: archive, cwd: unpacked, strip: release.strip });
    const found = join(unpacked, release.executable);
    await chmod(found, 0o755).catch(() => {});
    if (!(await isExecutable(found))) throw new Error(`${location.name} holds no ${release.executable}`);

    if (release.keep === 'all') {
      await rename(unpacked, target);
      return;
    }
    const executable = join(target, executableIn(name, tool));
    await mkdir(dirname(executable), { recursive: true });
    await rename(found, executable);
  },
};

function download(context: WayContext, location: ArchiveLocation): Promise<string> {
  let archive = context.archives.get(location.url);
  if (!archive) {
    archive = fetchArchive(context, location);
    context.archives.set(location.url, archive);
  }
  return archive;
}

async function fetchArchive(context: WayContext, location: ArchiveLocation): Promise<string> {
  const file = join(await context.runFolder(), location.name);
  try {
    await context.downloader.archive(location, file);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}
