import type { Dashboard } from './dashboard.ts';
import { DashboardsError } from './errors.ts';
import { folderOf } from './folders.ts';

/** Largest object that Kubernetes stores, in bytes: one ConfigMap holds every dashboard. */
export const MAX_DASHBOARD_BYTES = 1_048_576;

/**
 * The dashboards as JSON files: content by `folder/file.json`, the same text for the same dashboards. Without white
 * space, which is half of what a person would write, so that more of them fit one ConfigMap.
 */
export function renderDashboards(dashboards: readonly Dashboard[]): Record<string, string> {
  return Object.fromEntries(
    dashboards.map((dashboard) => [
      `${folderOf(dashboard).name}/${dashboard.fileName}`,
      `${JSON.stringify(dashboard.json)}\n`,
    ]),
  );
}

/**
 * Refuses dashboards that do not fit one ConfigMap together.
 * @throws DashboardsError that names the largest of the user's files.
 */
export function fitConfigMap(dashboards: readonly Dashboard[]): void {
  const sizes = dashboards.map((dashboard) => ({ ...dashboard, bytes: sizeOf(dashboard) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MAX_DASHBOARD_BYTES) return;
  const largest = sizes
    .filter(({ source }) => source !== undefined)
    .sort((one, other) => other.bytes - one.bytes)
    .slice(0, 3)
    .map(({ source, bytes }) => `${source} (${bytes})`);
  throw new DashboardsError([
    `The dashboards have ${total} bytes without white space, and on Kubernetes one ConfigMap holds them all: ` +
      `at most ${MAX_DASHBOARD_BYTES} are allowed. Largest of your own: ${largest.join(', ')}. ` +
      'Remove panels from these or take files away, or use a Grafana outside the stack, which has no such limit (grafana.mode: external)',
  ]);
}

function sizeOf(dashboard: Dashboard): number {
  return Object.entries(renderDashboards([dashboard])).reduce(
    (sum, [path, content]) => sum + path.length + Buffer.byteLength(content),
    0,
  );
}
