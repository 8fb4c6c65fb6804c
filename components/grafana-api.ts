import * as pulumi from '@pulumi/pulumi';
import * as grafana from '@pulumiverse/grafana';
import type { FolderPermission } from '../dashboards/external.ts';
import type { Transform } from '../platforms/workload.ts';

/** A Grafana that answers, and whoever may set it up. */
export interface GrafanaConnection {
  readonly url: string;
  /** Token of a service account with the role Admin, or `user:password`. A secret from here on. */
  readonly auth: pulumi.Input<string>;
}

/**
 * The provider that sets a Grafana up. Grafana makes the folders of its files a moment after it is healthy, so
 * that what is not found is asked for again, for half a minute.
 */
export function grafanaProvider(
  name: string,
  { url, auth }: GrafanaConnection,
  opts: pulumi.ResourceOptions,
): grafana.Provider {
  return new grafana.Provider(
    name,
    { url, auth: pulumi.secret(auth), retries: 6, retryWait: 5, retryStatusCodes: ['404', '429', '5xx'] },
    opts,
  );
}

/**
 * Who may do what in a folder; whoever is not listed may do nothing. Rights that are no longer declared stay as they
 * are: deleting them would leave the folder to admins alone.
 */
export function folderRights(
  name: string,
  folderUid: pulumi.Input<string>,
  permissions: readonly FolderPermission[],
  opts: pulumi.CustomResourceOptions,
): grafana.oss.FolderPermission {
  return new grafana.oss.FolderPermission(
    name,
    { folderUid, permissions: [...permissions] },
    { ...opts, retainOnDelete: true },
  );
}

/** Options of a component whose children a user's transform may change. */
export function transformed(
  opts: pulumi.ComponentResourceOptions | undefined,
  transform: Transform | undefined,
): pulumi.ComponentResourceOptions {
  if (transform === undefined) return opts ?? {};
  return { ...opts, transformations: [...(opts?.transformations ?? []), transform] };
}
