import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load } from 'js-yaml';
import pc from 'picocolors';
import { DEFAULT_PLATFORM, isThisMachine } from '../../platforms/kinds.ts';
import type { Settings } from '../../stack/settings/index.ts';
import { UsageError } from '../arguments.ts';
import { ROOT } from '../project.ts';
import { plainConfig, readStackFile } from '../stack-file/stack-file.ts';
import { textOf } from './engine-folder.ts';
import { holdsResources } from './engine-state.ts';

/** Where a stack's state is kept. */
export interface StatePlace {
  /** As the engine takes it: `file:///…`, `s3://bucket`, `https://api.pulumi.com`. */
  readonly url: string;
  /** What names it. `project`: nothing does, and it is a folder of the project. */
  readonly from: 'PULUMI_BACKEND_URL' | 'Pulumi.yaml' | 'pulumi login' | 'project';
  /** A place that is named, and not used while the project’s folder lists what runs. */
  readonly passedOver?: Pick<StatePlace, 'url' | 'from'>;
}

interface Sources {
  readonly env?: NodeJS.ProcessEnv;
  readonly root?: string;
  /** Platform of the stack; undefined where its file does not say. */
  readonly platform?: unknown;
}

/**
 * Finds where a stack's state is kept, in the engine's order (`GetCurrentCloudURL` in pkg/workspace of Pulumi 3.259):
 * `PULUMI_BACKEND_URL`, `backend.url` of Pulumi.yaml, the place of the last `pulumi login`; else a folder of the project.
 *
 * Processes of this machine are nobody else's: on platform `local` only the variable counts. A stack that the project's
 * folder already lists resources of stays there, or all of it would be made a second time.
 * @throws UsageError where Pulumi.yaml or the login cannot be read.
 */
export function statePlace(stack: string, sources: Sources = {}): StatePlace {
  const { env = process.env, root = ROOT } = sources;
  if (env.PULUMI_BACKEND_URL) return { url: env.PULUMI_BACKEND_URL, from: 'PULUMI_BACKEND_URL' };
  const folder = join(root, '.monitoring', 'state');
  const project = { url: pathToFileURL(folder).href, from: 'project' } as const;
  const platform = 'platform' in sources ? sources.platform : platformOf(stack);
  const named = isThisMachine(platform) ? undefined : (ofProject(root) ?? ofLogin(env));
  if (named !== undefined && !holdsResources(stack, project.url)) return named;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return named === undefined ? project : { ...project, passedOver: named };
}

function platformOf(stack: string): unknown {
  try {
    return plainConfig(readStackFile(stack)).platform ?? DEFAULT_PLATFORM;
  } catch {
    return undefined;
  }
}

function ofProject(root: string): StatePlace | undefined {
  const content = read(join(root, 'Pulumi.yaml'), load) as { readonly backend?: { readonly url?: unknown } };
  const url = content?.backend?.url;
  return typeof url === 'string' && url !== '' ? { url, from: 'Pulumi.yaml' } : undefined;
}

/** See `getCredsFilePath` in sdk/go/common/workspace of Pulumi. */
function ofLogin(env: NodeJS.ProcessEnv): StatePlace | undefined {
  const home = env.PULUMI_CREDENTIALS_PATH || env.PULUMI_HOME || join(env.HOME || homedir(), '.pulumi');
  const content = read(join(home, 'credentials.json'), JSON.parse) as { readonly current?: unknown };
  const url = content?.current;
  return typeof url === 'string' && url !== '' ? { url, from: 'pulumi login' } : undefined;
}

function read(file: string, parse: (text: string) => unknown): unknown {
  const text = textOf(file);
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return parse(text);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UsageError(
      `${file} says where state is kept, and cannot be read: ${reason}. ` +
        'Mend it, or name the place: export PULUMI_BACKEND_URL=<url>',
    );
  }
}

/**
 * What a person should know of where a stack's state is: `note` where it is not the project's folder, `warning` where
 * production's would go with `git clean` or with this machine, and where a place that was named is not used.
 */
export function aboutPlace(
  { stack, production, platform }: Pick<Settings, 'stack' | 'production' | 'platform'>,
  { url, from, passedOver }: StatePlace,
): { readonly note?: string; readonly warning?: string } {
  if (from !== 'project') return { note: `State of stack "${stack}": ${shown(url)} (${from})` };
  const folder = join('.monitoring', 'state');
  if (passedOver !== undefined)
    return {
      warning:
        `State of stack "${stack}" stays in ${folder}, which lists what runs, though ${passedOver.from} names ` +
        `${shown(passedOver.url)}. docs/state.md says how to move it.`,
    };
  // Processes of this machine end with it, as their state does.
  if (!production || isThisMachine(platform)) return {};
  return {
    warning:
      `The state of stack "${stack}" is in ${folder}, which git ignores: nobody else has it, and it goes with this folder. ` +
      'Keep it where your team does (PULUMI_BACKEND_URL): docs/state.md says how.',
  };
}

/** Prints what {@link aboutPlace} says of a stack. */
export function tellPlace(settings: Settings): void {
  const { note, warning } = aboutPlace(settings, statePlace(settings.stack));
  if (note !== undefined) console.log(pc.dim(note));
  if (warning !== undefined) console.log(pc.yellow(warning));
}

/** Without the password that a URL may hold, and a path of the project as people write it. */
function shown(url: string): string {
  const open = url.replace(/\/\/[^/@]*@/, '//***@');
  const inside = `${pathToFileURL(ROOT).href}/`;
  return open.startsWith(inside) ? relative(ROOT, decodeURIComponent(new URL(open).pathname)) : open;
}
