import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isAlive } from './lock.ts';
import { isExecutable } from './lookup.ts';
import type { Platform, Tool } from './versions.ts';

/**
 * The folder that obtained programs are kept in, shared by every checkout of a user:
 * `FSM_CACHE`, or else `feature-store-monitoring` in `XDG_CACHE_HOME` or `~/.cache`.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.FSM_CACHE) return resolve(env.FSM_CACHE);
  // The XDG specification has relative paths ignored.
  const base = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
  return join(base ?? join(env.HOME || homedir(), '.cache'), 'feature-store-monitoring');
}

/** Where the programs of one cache folder lie: `tools/<name>/<version>/<platform>/<executable>`. */
export class Cache {
  private readonly root: string;
  private readonly platform: Platform;

  constructor(folder: string, platform: Platform) {
    this.root = join(folder, 'tools');
    this.platform = platform;
  }

  /** The executable of a version. An archive kept whole has it where the archive has it. */
  executable(name: string, tool: Tool, version: string = tool.version): string {
    return join(this.root, name, version, this.platform, executableIn(name, tool));
  }

  lockFile(name: string, tool: Tool): string {
    return join(this.root, '.locks', `${name}-${tool.version}-${this.platform}.lock`);
  }

  /** An empty folder on the cache's own file system, named after this process so that others know its owner. */
  async workFolder(): Promise<string> {
    const folder = join(this.root, '.work', `${process.pid}-${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Removes what killed runs left half done. */
  async sweep(): Promise<void> {
    const work = join(this.root, '.work');
    for (const entry of await readdir(work).catch(() => [])) {
      if (!isAlive(Number.parseInt(entry, 10))) await rm(join(work, entry), { recursive: true, force: true });
    }
  }

  /**
   * Puts a finished folder in place in one step: a version is there whole or not at all. If another run was
   * quicker, its copy stays, because a program may already run from it.
   */
  async publish(folder: string, name: string, tool: Tool, version: string): Promise<void> {
    const executable = this.executable(name, tool, version);
    if (await isExecutable(executable)) return;
    const target = join(this.root, name, version, this.platform);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  }
}

/** Where the executable stands inside a tool's folder. */
export function executableIn(name: string, tool: Tool): string {
  return tool.release?.keep === 'all' ? tool.release.executable : name;
}
