import * as pulumi from '@pulumi/pulumi';
import { DEMO } from '../catalogue/services.ts';
import { STACK } from '../catalogue/stack.ts';
import { ExternalGrafana } from './external-grafana.ts';
import { FolderRights } from './folder-rights.ts';
import { type MonitoringStackArgs, stackParts, watchedBy, workloadsOf } from './stack-parts.ts';
import { Alertmanager, Demo, Exporter, Grafana, Prometheus } from './workload-components.ts';

/** The whole of it: Prometheus, Alertmanager, Grafana, the exporters, and the demo where it is on. */
export class MonitoringStack extends pulumi.ComponentResource {
  /** URL by name of what a person opens. */
  readonly urls: Readonly<Record<string, string>>;
  /** `host:port` by workload at which other workloads of the platform reach it. */
  readonly endpoints: Readonly<Record<string, string>>;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super('feature-store-monitoring:components:MonitoringStack', name, {}, opts);
    const { platform, transform } = args;
    const base = { platform, ...(transform && { transform }) };
    const parts = stackParts(args);
    const workloads = workloadsOf(parts);
    const refused = platform.refusals?.(workloads) ?? [];
    if (refused.length > 0) throw new Error(refused.join('\n'));

    const child = { parent: this };
    if (parts.demo) new Demo(`${name}-demo`, parts.demo, child);
    for (const workload of parts.exporters)
      new Exporter(`${name}-${workload.name}`, { ...base, workload }, child);
    const alertmanager = new Alertmanager(`${name}-alertmanager`, parts.alertmanager, child);
    if (parts.prometheus) new Prometheus(`${name}-prometheus`, parts.prometheus, child);
    const watched = watchedBy(args, workloads);
    if (watched) platform.watch?.(watched, this, args.transform ? { transform: args.transform } : {});
    const grafana = parts.grafana && new Grafana(`${name}-grafana`, parts.grafana, child);
    if (parts.folderRights && grafana)
      new FolderRights(`${name}-folder-rights`, parts.folderRights, { ...child, dependsOn: grafana.ready });
    const external =
      parts.externalGrafana && new ExternalGrafana(`${name}-grafana`, parts.externalGrafana, child);
    const opened = grafana ?? external;
    this.urls = {
      Prometheus: platform.url('prometheus', STACK.prometheus.port),
      Alertmanager: alertmanager.url,
      ...(opened ? { Grafana: opened.url } : {}),
      ...(parts.demo ? { Demo: platform.url('demo', DEMO.demo.port) } : {}),
    };
    this.endpoints = Object.fromEntries(
      workloads.flatMap(({ name: workload, ports: [front] }) =>
        front === undefined ? [] : [[workload, platform.address(workload, front.port)]],
      ),
    );
    this.registerOutputs({ urls: this.urls, endpoints: this.endpoints });
  }
}
