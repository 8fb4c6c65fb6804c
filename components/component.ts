import * as pulumi from '@pulumi/pulumi';
import type { Platform, Transform, Workload } from '../platforms/workload.ts';

/** What every component takes. */
export interface ComponentArgs {
  readonly platform: Platform;
  /** Changes the arguments and options of any child resource. Default: children stay as declared. */
  readonly transform?: Transform;
}

/** A component that runs one workload on a platform. */
export abstract class WorkloadComponent extends pulumi.ComponentResource {
  /** Where a person opens it. */
  readonly url: string;
  /** Wait for this when the workload has to be healthy first. */
  readonly ready: pulumi.Resource;

  protected constructor(
    type: string,
    name: string,
    args: ComponentArgs,
    workload: Workload,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(`feature-store-monitoring:components:${type}`, name, {}, opts);
    const [front] = workload.ports;
    this.url = front === undefined ? '' : args.platform.url(workload.name, front.port);
    this.ready = args.platform.run(workload, this, {
      ...(args.transform === undefined ? {} : { transform: args.transform }),
    }).ready;
    this.registerOutputs({ url: this.url });
  }
}
