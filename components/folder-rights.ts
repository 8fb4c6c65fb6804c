import * as pulumi from '@pulumi/pulumi';
import type { Transform } from '../platforms/workload.ts';
import { folderRights, type GrafanaConnection, grafanaProvider, transformed } from './grafana-api.ts';
import type { FolderRights as Rights } from './stack-files.ts';

export interface FolderRightsArgs {
  readonly connection: GrafanaConnection;
  readonly folders: readonly Rights[];
  /** Changes the arguments and options of any child resource. Default: children stay as declared. */
  readonly transform?: Transform;
}

/**
 * Rights in the folders of a managed Grafana, which its provisioning files know nothing of: they are set through
 * its API once it is healthy.
 */
export class FolderRights extends pulumi.ComponentResource {
  constructor(name: string, args: FolderRightsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('feature-store-monitoring:components:FolderRights', name, {}, transformed(opts, args.transform));
    // Nothing is asked of a Grafana that is not there yet.
    const child = { parent: this, ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }) };
    const provider = grafanaProvider(`${name}-provider`, args.connection, { parent: this });
    for (const { name: folder, uid, permissions } of args.folders) {
      folderRights(`${name}-${folder}`, uid, permissions, { ...child, provider });
    }
    this.registerOutputs({});
  }
}
