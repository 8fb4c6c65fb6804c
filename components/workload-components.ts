import * as pulumi from '@pulumi/pulumi';
import type { Workload } from '../platforms/workload.ts';
import { type AlertmanagerArgs, alertmanagerWorkload } from './alertmanager.ts';
import { type ComponentArgs, WorkloadComponent } from './component.ts';
import { type DemoArgs, demoWorkloads } from './demo.ts';
import { type GrafanaArgs, grafanaWorkload } from './grafana.ts';
import { type PrometheusArgs, prometheusWorkload } from './prometheus/prometheus.ts';

// Apart from the workloads: those are described and judged without the engine's SDK, which takes long to load.

/** Routes, groups and inhibits alerts, and tells people of them. */
export class Alertmanager extends WorkloadComponent {
  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('Alertmanager', name, args, alertmanagerWorkload(args), opts);
  }
}

/** A feature store that serves real requests, with Redis, a Kafka broker, load and switchable incidents. */
export class Demo extends pulumi.ComponentResource {
  constructor(name: string, args: DemoArgs, opts?: pulumi.ComponentResourceOptions) {
    super('feature-store-monitoring:components:Demo', name, {}, opts);
    for (const workload of demoWorkloads(args)) {
      args.platform.run(workload, this, args.transform === undefined ? {} : { transform: args.transform });
    }
    this.registerOutputs({});
  }
}

/** Dashboards, or the preview under Grafana’s name. */
export class Grafana extends WorkloadComponent {
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super('Grafana', name, args, grafanaWorkload(args), opts);
  }
}

/** Scrapes, evaluates rules, and keeps samples. */
export class Prometheus extends WorkloadComponent {
  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super('Prometheus', name, args, prometheusWorkload(args), opts);
  }
}

/** An exporter: its type is its name in camel case, such as `RedisExporter`. */
export class Exporter extends WorkloadComponent {
  constructor(
    name: string,
    args: ComponentArgs & { readonly workload: Workload },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(typeOf(args.workload.name), name, args, args.workload, opts);
  }
}

const typeOf = (name: string): string =>
  name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
