import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallOptions } from '../../tools/install.ts';
import { ReleaseServer } from './releases.ts';

/** What one test works in: a cache of its own, a release server, and captured progress. */
export class Surroundings {
  readonly server: ReleaseServer;
  readonly cache: string;
  progress = '';

  private constructor(server: ReleaseServer, cache: string) {
    this.server = server;
    this.cache = cache;
  }

  /** The path has a space in it: many shells and tools stumble over one. */
  static async open(): Promise<Surroundings> {
    return new Surroundings(await ReleaseServer.start(), await mkdtemp(join(tmpdir(), 'fsm tools ')));
  }

  get env(): NodeJS.ProcessEnv {
    return {
      PATH: '/usr/bin:/bin',
      HOME: this.cache,
      FSM_CACHE: this.cache,
      FSM_RELEASE_BASE: this.server.url,
    };
  }

  options(env: NodeJS.ProcessEnv = {}): InstallOptions {
    return {
      env: { ...this.env, ...env },
      platform: 'linux-amd64',
      limits: { connectMs: 1000, answerMs: 1000, silenceMs: 1000 },
      lockTimes: { beatMs: 50, staleMs: 60_000, lookMs: 10 },
      output: {
        write: (text: string) => {
          this.progress += text;
        },
      },
    };
  }

  executable(name = 'widget', version = '1.2.3'): string {
    return join(this.cache, 'tools', name, version, 'linux-amd64', name);
  }

  /** Files that a finished run has no business to leave. */
  async leftovers(): Promise<string[]> {
    const list = (folder: string) => readdir(join(this.cache, 'tools', folder)).catch(() => [] as string[]);
    return [...(await list('.work')), ...(await list('.locks'))];
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.cache, { recursive: true, force: true });
  }
}
