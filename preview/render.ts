/**
 * Prints the dashboards of a checkout as JSON: `node preview/render.ts [checkout]`. A process of its own,
 * so that each run reads the files as they are now, and so that another commit's code can be run beside this one's.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DashboardEntry } from './model/dashboard.ts';

interface Settings {
  folders: Record<string, { title: string } | undefined>;
  extraDirectory: string;
}

/** A dashboard of a commit; `within` is the user's own folder that it is in, where the commit knows of such. */
type Built = DashboardEntry & { readonly within?: string };

interface DashboardsModule {
  buildDashboards(): Built[];
  ownDashboards?(options: {
    files: Readonly<Record<string, string>>;
    taken: readonly Built[];
    root: string;
  }): {
    dashboards: Built[];
  };
  /** Of commits that read the folder by themselves. */
  loadExtraDashboards?(directory: string, taken: readonly Built[]): Built[];
  dashboardsSettings: { parse(value: unknown): Settings };
}

interface FolderModule {
  readUserFolder(options: { path: string; shown: string; endings: readonly string[]; holds: string }): {
    files: Record<string, string>;
    problems: readonly string[];
  };
}

const checkout = resolve(process.argv[2] ?? '.');
const load = async (path: string) => await import(pathToFileURL(resolve(checkout, path)).href);
const dashboards: DashboardsModule = await load('dashboards/index.ts');
const { folders, extraDirectory } = dashboards.dashboardsSettings.parse({});
const built = dashboards.buildDashboards();

/** The user's own, as the commit reads them. */
async function own(): Promise<Built[]> {
  const path = resolve(checkout, extraDirectory);
  if (dashboards.ownDashboards === undefined) return dashboards.loadExtraDashboards?.(path, built) ?? [];
  // Commits before `stack/` have it in `program/`.
  const { readUserFolder }: FolderModule = await load('stack/user-folder.ts').catch(() =>
    load('program/user-folder.ts'),
  );
  const { files, problems } = readUserFolder({
    path,
    shown: extraDirectory,
    endings: ['.json'],
    holds: 'dashboards',
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return dashboards.ownDashboards({ files, taken: built, root: extraDirectory }).dashboards;
}

const entries = [...built, ...(await own())].map(
  ({ uid, title, folder, within, fileName, json }): DashboardEntry => ({
    uid,
    title,
    folder: within ?? folders[folder]?.title ?? folder,
    fileName,
    json,
  }),
);
process.stdout.write(JSON.stringify(entries));
