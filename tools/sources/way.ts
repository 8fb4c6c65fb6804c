import type { Downloader } from '../download.ts';
import type { Platform, Tool } from '../versions.ts';

/** How a tool was had. */
export type How = 'PATH' | 'cache' | 'release' | 'go' | 'wheel';

/** What a way of obtaining a tool is given. */
export interface WayContext {
  readonly name: string;
  readonly tool: Tool;
  readonly platform: Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly downloader: Downloader;
  /** Base address in place of the publishers' own. */
  readonly mirror: string | undefined;
  /** An empty folder for what is in the making; it is removed afterwards. */
  readonly work: string;
  /** The folder to fill: it does not exist yet, and becomes the tool's folder in the cache. */
  readonly target: string;
  /** A verified archive of this run, so that two programs of one archive fetch it once. */
  readonly archives: Map<string, Promise<string>>;
  /** A folder that lasts as long as this run. */
  readonly runFolder: () => Promise<string>;
  /** Waits for its turn among the builds: each takes every core by itself. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Says what is going on, in a few words. */
  readonly step: (doing: string) => void;
}

/** One way of obtaining a tool. */
export interface Way {
  readonly how: How;
  /** In an error's list of what was tried. */
  readonly title: string;
  /** Version that it gives. */
  version(tool: Tool): string;
  /** Fills `target`. @throws an error of one line if it cannot. */
  obtain(context: WayContext): Promise<void>;
}
