import { dump } from 'js-yaml';
import type { Dashboard } from './dashboard.ts';
import { ALERTMANAGER_DATA_SOURCE, DATA_SOURCE } from './datasource.ts';
import { foldersOf, folderTitle, folderUid } from './folders.ts';
import type { DashboardsSettings } from './settings.ts';

export interface ProvisioningOptions {
  readonly settings: DashboardsSettings;
  readonly dashboards: readonly Dashboard[];
  /** Where Grafana finds the dashboards, absolute, with a folder in it for each folder of Grafana. */
  readonly dashboardsPath: string;
  /** URL at which Grafana reaches Prometheus. Default: `http://prometheus:9090`. */
  readonly prometheusUrl?: string;
  /** URL at which Grafana reaches Alertmanager. Default: `http://alertmanager:9093`. */
  readonly alertmanagerUrl?: string;
  /** Shortest scrape interval of most jobs: what Grafana's rate interval is made from. Default: `15s`. */
  readonly scrapeInterval?: string;
  /** Where Prometheus asks for a password: the user, and the file, absolute, that Grafana reads it from. */
  readonly basicAuth?: { readonly user: string; readonly passwordFile: string };
}

/** How often Grafana looks for changed dashboard files, in seconds. */
const UPDATE_INTERVAL_SECONDS = 30;

/**
 * What a Grafana of our own reads when it starts, by path under its provisioning folder: the data sources, and a
 * provider of dashboards for each folder that holds one. People with any role can look; nobody can save over a file.
 *
 * Without its directory a provider makes no folder, and keeps those after it from being read at once. One that is no
 * longer named takes its dashboards with it: Grafana deletes them when it starts.
 */
export function renderProvisioning(options: ProvisioningOptions): Record<string, string> {
  return {
    'datasources/prometheus.yaml': yaml({
      apiVersion: 1,
      prune: true,
      datasources: [prometheus(options), alertmanager(options)],
    }),
    'dashboards/feature-store.yaml': yaml({
      apiVersion: 1,
      providers: foldersOf(options.dashboards).map((folder) => ({
        name: `feature-store-${folder.name}`,
        orgId: 1,
        folder: folderTitle(folder, options.settings),
        folderUid: folderUid(folder),
        type: 'file',
        disableDeletion: false,
        allowUiUpdates: false,
        updateIntervalSeconds: UPDATE_INTERVAL_SECONDS,
        options: { path: `${options.dashboardsPath}/${folder.name}` },
      })),
    }),
  };
}

function prometheus(options: ProvisioningOptions): object {
  const { basicAuth } = options;
  return {
    name: DATA_SOURCE.name,
    uid: DATA_SOURCE.uid,
    type: DATA_SOURCE.type,
    access: 'proxy',
    url: options.prometheusUrl ?? 'http://prometheus:9090',
    isDefault: true,
    editable: false,
    ...(basicAuth && { basicAuth: true, basicAuthUser: basicAuth.user }),
    jsonData: prometheusJsonData(options.scrapeInterval),
    ...(basicAuth && { secureJsonData: { basicAuthPassword: `$__file{${basicAuth.passwordFile}}` } }),
  };
}

/** Queries by POST, since long ones do not fit a URL; alerts of Prometheus appear in Grafana's alerting. */
export function prometheusJsonData(scrapeInterval = '15s'): Readonly<Record<string, string | boolean>> {
  return {
    httpMethod: 'POST',
    prometheusType: 'Prometheus',
    timeInterval: scrapeInterval,
    manageAlerts: true,
    alertmanagerUid: ALERTMANAGER_DATA_SOURCE.uid,
  };
}

/** Its alerts and silences appear in Grafana's alerting, and it receives those that Grafana itself raises. */
function alertmanager(options: ProvisioningOptions): object {
  return {
    name: ALERTMANAGER_DATA_SOURCE.name,
    uid: ALERTMANAGER_DATA_SOURCE.uid,
    type: ALERTMANAGER_DATA_SOURCE.type,
    access: 'proxy',
    url: options.alertmanagerUrl ?? 'http://alertmanager:9093',
    editable: false,
    jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: true },
  };
}

/** One long line stays one line, so that a changed URL is one changed line. */
function yaml(content: object): string {
  return dump(content, { lineWidth: -1, noRefs: true });
}
