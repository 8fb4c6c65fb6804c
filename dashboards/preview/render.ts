/**
 * Prints the dashboards of a checkout as JSON: `node dashboards/preview/render.ts [checkout]`. A process of its own,
 * so that each run reads the files as they are now, and so that another commit's code can be run beside this one's.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DashboardEntry } from './model/dashboard.ts';

interface Settings {
  folders: Record<string, { title: string } | undefined>;
  extraDirectory: string;
}

interface DashboardsModule {
  buildDashboards(): DashboardEntry[];
  loadExtraDashboards(directory: string, taken: readonly DashboardEntry[]): DashboardEntry[];
  dashboardsSettings: { parse(value: unknown): Settings };
}

const checkout = resolve(process.argv[2] ?? '.');
const { buildDashboards, loadExtraDashboards, dashboardsSettings }: DashboardsModule = await import(
  pathToFileURL(resolve(checkout, 'dashboards/index.ts')).href
);
const { folders, extraDirectory } = dashboardsSettings.parse({});
const built = buildDashboards();
const entries = [...built, ...loadExtraDashboards(resolve(checkout, extraDirectory), built)].map(
  ({ uid, title, folder, fileName, json }): DashboardEntry => ({
    uid,
    title,
    folder: folders[folder]?.title ?? folder,
    fileName,
    json,
  }),
);
process.stdout.write(JSON.stringify(entries));
