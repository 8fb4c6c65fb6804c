import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeText } from '../lib/decode-text.ts';
import { PreviewError } from './errors.ts';
import type { Dashboard, DashboardEntry } from './model/dashboard.ts';

/** Where dashboards come from; asked anew for every page load, so that an edit shows on reload. */
export interface DashboardSource {
  /** For people: `dashboards/*.ts` or a directory. */
  readonly name: string;
  load(): Promise<DashboardEntry[]>;
}

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const RENDER = fileURLToPath(new URL('render.ts', import.meta.url));
const run = promisify(execFile);

/** The last lines of what a failed process said, without Node's own frames. */
function complaint(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return lines.slice(-12).join('\n') || message;
}

/** Dashboards built by the code of a checkout (this one by default), in a process of their own. */
export function fromCode(checkout = PROJECT): DashboardSource {
  return {
    name: 'dashboards/*.ts',
    async load() {
      try {
        const { stdout } = await run(process.execPath, [RENDER, checkout], {
          cwd: checkout,
          maxBuffer: 256 * 1024 * 1024,
        });
        return JSON.parse(stdout) as DashboardEntry[];
      } catch (error) {
        throw new PreviewError(
          `The dashboards in ${join(checkout, 'dashboards')} do not build.\n${complaint(error)}`,
        );
      }
    },
  };
}

/**
 * Dashboards from a directory of JSON files, as Grafana's file provider reads them: a subdirectory is a folder.
 * Throws on a file that is no dashboard, and on a uid that two files share.
 */
export function fromDirectory(directory: string): DashboardSource {
  return {
    name: directory,
    async load() {
      const paths = await readdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
        throw new PreviewError(
          `The directory of dashboards ${directory} cannot be read: ${error.code ?? error.message}.`,
        );
      });
      const files = paths.filter((path) => path.toLowerCase().endsWith('.json')).sort();
      const entries = await Promise.all(files.map((path) => read(directory, path)));
      const seen = new Map<string, string>();
      for (const { uid, fileName } of entries) {
        const other = seen.get(uid);
        if (other)
          throw new PreviewError(`${fileName} and ${other} have the same uid ${uid}. Change one of them.`);
        seen.set(uid, fileName);
      }
      return entries;
    },
  };
}

async function read(directory: string, path: string): Promise<DashboardEntry> {
  const file = join(directory, path);
  let json: Dashboard;
  try {
    json = JSON.parse(decodeText(await readFile(file))) as Dashboard;
  } catch (error) {
    throw new PreviewError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  if (typeof json.title !== 'string') throw new PreviewError(`${file} is no dashboard: it has no title.`);
  const folder = dirname(relative(directory, file));
  return {
    uid: json.uid || basename(path, '.json'),
    title: json.title,
    folder: folder === '.' ? 'General' : folder,
    fileName: path,
    json,
  };
}
