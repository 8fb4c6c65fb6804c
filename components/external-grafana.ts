import * as pulumi from '@pulumi/pulumi';
import * as grafana from '@pulumiverse/grafana';
import type { ExternalGrafana as Content, ExternalDataSource } from '../dashboards/external.ts';
import type { Transform } from '../platforms/workload.ts';
import { folderRights, type GrafanaConnection, grafanaProvider, transformed } from './grafana-api.ts';

export interface ExternalGrafanaArgs {
  readonly connection: GrafanaConnection;
  readonly content: Content;
  /** What Grafana sends to Prometheus and Alertmanager. Default: nothing. */
  readonly basicAuth?: BasicAuth;
  /** Changes the arguments and options of any child resource. Default: children stay as declared. */
  readonly transform?: Transform;
}

export interface BasicAuth {
  readonly user: string;
  /** A secret from here on. */
  readonly password: pulumi.Input<string>;
}

/**
 * What the stack needs in a Grafana that runs already: folders with their rights, dashboards, data sources and a
 * contact point. A dashboard, data source or folder of the same uid that is there already is not overwritten:
 * creating ours fails, and names it. The notification policy stays whoever's it is.
 */
export class ExternalGrafana extends pulumi.ComponentResource {
  /** Where a person opens it. */
  readonly url: string;

  constructor(name: string, args: ExternalGrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super('feature-store-monitoring:components:ExternalGrafana', name, {}, transformed(opts, args.transform));
    const { connection, content, basicAuth } = args;
    this.url = connection.url;
    const provider = grafanaProvider(`${name}-provider`, connection, { parent: this });
    const child = { parent: this, provider };

    const sources = content.dataSources.map(
      (source) => new grafana.oss.DataSource(`${name}-${source.uid}`, dataSource(source, basicAuth), child),
    );
    const folders = new Map(
      content.folders.map(({ name: folderName, uid, title, permissions }) => {
        const folder = new grafana.oss.Folder(
          `${name}-folder-${folderName}`,
          // Somebody may have put dashboards of their own there.
          { uid, title, preventDestroyIfNotEmpty: true },
          child,
        );
        folderRights(`${name}-rights-${folderName}`, folder.uid, permissions, child);
        return [uid, folder] as const;
      }),
    );
    for (const { uid, folderUid, configJson } of content.dashboards) {
      const folder = folders.get(folderUid)?.uid ?? folderUid;
      new grafana.oss.Dashboard(
        `${name}-dashboard-${uid}`,
        { folder, configJson },
        { ...child, dependsOn: sources },
      );
    }
    const { contactPoint } = content;
    new grafana.alerting.ContactPoint(
      `${name}-contact-point`,
      {
        name: contactPoint.name,
        alertmanagers: [
          {
            url: contactPoint.alertmanagerUrl,
            ...(basicAuth && {
              basicAuthUser: basicAuth.user,
              basicAuthPassword: pulumi.secret(basicAuth.password),
            }),
          },
        ],
      },
      child,
    );
    this.registerOutputs({ url: this.url });
  }
}

function dataSource(
  { uid, name, type, url, isDefault, jsonData }: ExternalDataSource,
  basicAuth: BasicAuth | undefined,
): grafana.oss.DataSourceArgs {
  return {
    uid,
    name,
    type,
    url,
    accessMode: 'proxy',
    isDefault,
    jsonDataEncoded: JSON.stringify(jsonData),
    ...(basicAuth && {
      basicAuthEnabled: true,
      basicAuthUsername: basicAuth.user,
      secureJsonDataEncoded: pulumi.secret(
        pulumi
          .output(basicAuth.password)
          .apply((password) => JSON.stringify({ basicAuthPassword: password })),
      ),
    }),
  };
}
