import * as pulumi from '@pulumi/pulumi';
import { type AlertmanagerArgs, alertmanagerWorkload } from './alertmanager.ts';
import { type BlackboxExporterArgs, blackboxExporterWorkload } from './blackbox-exporter.ts';
import { WorkloadComponent } from './component.ts';
import { type DemoArgs, demoWorkloads } from './demo.ts';
import { type GrafanaArgs, grafanaWorkload } from './grafana.ts';
import { type NodeExporterArgs, nodeExporterWorkload } from './node-exporter.ts';
import { type PrometheusArgs, prometheusWorkload } from './prometheus/prometheus.ts';
import { type RedisExporterArgs, redisExporterWorkload } from './redis-exporter.ts';

// Apart from the workloads: those are described and judged without the engine's SDK, which takes long to load.

/** Routes, groups and inhibits alerts, and tells people of them. */
export class Alertmanager extends WorkloadComponent {
  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('Alertmanager', name, args, alertmanagerWorkload(args), opts);
  }
}

/** HTTP health checks, TCP connects and DNS look-ups, seen from where the stack runs. */
export class BlackboxExporter extends WorkloadComponent {
  constructor(name: string, args: BlackboxExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('BlackboxExporter', name, args, blackboxExporterWorkload(args), opts);
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

/** CPU, memory, disk and network of every machine: of the machine, never of a container on it. */
export class NodeExporter extends WorkloadComponent {
  constructor(name: string, args: NodeExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('NodeExporter', name, args, nodeExporterWorkload(args), opts);
  }
}

/** Scrapes, evaluates rules, and keeps samples. */
export class Prometheus extends WorkloadComponent {
  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super('Prometheus', name, args, prometheusWorkload(args), opts);
  }
}

/** Connections, memory and throughput of Redis. */
export class RedisExporter extends WorkloadComponent {
  constructor(name: string, args: RedisExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('RedisExporter', name, args, redisExporterWorkload(args), opts);
  }
}
