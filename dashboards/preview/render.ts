/**
 * Prints the dashboards of a checkout as JSON: `node dashboards/preview/render.ts [checkout]`. A process of its own,
 * so that each run reads the files as they are now, and so that another commit's code can be run beside this one's.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const checkout = resolve(process.argv[2] ?? '.');
const { buildDashboards, dashboardsSettings } = await import(
  pathToFileURL(resolve(checkout, 'dashboards/index.ts')).href
);
const dashboards = await buildDashboards(dashboardsSettings.parse({}));
process.stdout.write(JSON.stringify(dashboards));
