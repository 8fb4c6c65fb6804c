import type { Dashboard } from './dashboard.ts';
import { calledThere, type DataSourceName, EXTERNAL_DATA_SOURCES } from './datasource.ts';
import { folderOf, foldersOf, folderTitle, folderUid } from './folders.ts';
import { prometheusJsonData } from './provisioning.ts';
import type { DashboardsSettings, FolderKey } from './settings.ts';

/** What an existing Grafana needs, as plain data in the words of its API. */
export interface ExternalGrafana {
  readonly folders: readonly ExternalFolder[];
  readonly dashboards: readonly {
    readonly uid: string;
    readonly folderUid: string;
    readonly configJson: string;
  }[];
  readonly dataSources: readonly ExternalDataSource[];
  /** Where Grafana's own alerts can go: the stack's Alertmanager, which routes them as it does all others. */
  readonly contactPoint: { readonly name: string; readonly alertmanagerUrl: string };
}

export interface ExternalFolder {
  /** End of its uid. */
  readonly name: string;
  readonly uid: string;
  readonly title: string;
  /** Who may do what; a role that is not listed may do nothing. */
  readonly permissions: readonly FolderPermission[];
}

export interface FolderPermission {
  readonly role: 'Viewer' | 'Editor' | 'Admin';
  readonly permission: 'View' | 'Edit' | 'Admin';
}

export interface ExternalDataSource extends DataSourceName {
  readonly url: string;
  readonly isDefault: boolean;
  readonly jsonData: Readonly<Record<string, string | boolean>>;
}

export interface ExternalOptions {
  readonly settings: DashboardsSettings;
  readonly dashboards: readonly Dashboard[];
  /** URLs as the existing Grafana reaches them. */
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string;
  /** Default: `15s`. */
  readonly scrapeInterval?: string;
}

/** Turns dashboards, folders and data sources into what `@pulumiverse/grafana` takes. Pure. */
export function externalGrafana(options: ExternalOptions): ExternalGrafana {
  const { settings, dashboards } = options;
  const { prometheus, alertmanager } = EXTERNAL_DATA_SOURCES;
  return {
    folders: foldersOf(dashboards).map((folder) => ({
      name: folder.name,
      uid: folderUid(folder),
      title: folderTitle(folder, settings),
      permissions: folderPermissions(settings, folder.key, 'external'),
    })),
    dashboards: dashboards.map((dashboard) => ({
      uid: dashboard.uid,
      folderUid: folderUid(folderOf(dashboard)),
      configJson: JSON.stringify(dashboard.json, calledThere),
    })),
    dataSources: [
      {
        ...prometheus,
        url: options.prometheusUrl,
        // The default data source of somebody else's Grafana stays what it is: ours is picked by uid.
        isDefault: false,
        jsonData: { ...prometheusJsonData(options.scrapeInterval), alertmanagerUid: alertmanager.uid },
      },
      {
        ...alertmanager,
        url: options.alertmanagerUrl,
        isDefault: false,
        // Whatever else that Grafana watches goes where it went: only the contact point hands alerts over.
        jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
      },
    ],
    contactPoint: { name: 'feature-store-alertmanager', alertmanagerUrl: options.alertmanagerUrl },
  };
}

/** Rights in a folder by role, as the settings have them; what an editor may do by default depends on the mode. */
export function folderPermissions(
  settings: DashboardsSettings,
  key: FolderKey,
  mode: 'managed' | 'external',
): FolderPermission[] {
  const { viewer = 'view', editor = mode === 'managed' ? 'edit' : 'view' } = settings.folders[key];
  const permissions: FolderPermission[] = [{ role: 'Admin', permission: 'Admin' }];
  if (editor !== 'none')
    permissions.unshift({ role: 'Editor', permission: editor === 'edit' ? 'Edit' : 'View' });
  if (viewer !== 'none') permissions.unshift({ role: 'Viewer', permission: 'View' });
  return permissions;
}
