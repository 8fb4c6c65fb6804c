import * as pulumi from '@pulumi/pulumi';
import { DEMO, STACK } from '../catalogue/services.ts';
import type { Connection, Platform, Transform } from '../platforms/workload.ts';
import type { Settings } from '../settings/index.ts';
import { Alertmanager } from './alertmanager.ts';
import { BlackboxExporter } from './blackbox-exporter.ts';
import { Demo } from './demo.ts';
import { Grafana } from './grafana.ts';
import { NodeExporter } from './node-exporter.ts';
import { Prometheus } from './prometheus/prometheus.ts';
import { RedisExporter } from './redis-exporter.ts';
import type { StackFiles } from './stack-files.ts';
import { type Replicas, topology } from './topology.ts';

export interface MonitoringStackArgs {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly files: StackFiles;
  readonly replicas: Replicas;
  /** Where this project's own programs are, and what stands in for Grafana. */
  readonly own: OwnPrograms;
  /** Changes the arguments and options of any child resource. Default: children stay as declared. */
  readonly transform?: Transform;
}

/** This project's own TypeScript, as workloads find it. */
export interface OwnPrograms {
  /** Image with Node and this project; empty where workloads are processes. */
  readonly image: string;
  /** Path of a file of the project, as its workload sees it. */
  path(file: string): string;
  /** Whether the preview runs under Grafana's name, because Grafana itself cannot be had. */
  readonly grafanaStandIn: boolean;
  /** Folder of Grafana's own files. Default: where its image has them. */
  readonly grafanaHome?: string;
}

/** The default of every stack but production, which refuses it. */
export const DEFAULT_ADMIN_PASSWORD = 'admin123';

/** The whole of it: Prometheus, Alertmanager, Grafana, the exporters, and the demo where it is on. */
export class MonitoringStack extends pulumi.ComponentResource {
  /** URL by name of what a person opens. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super('feature-store-monitoring:components:MonitoringStack', name, {}, opts);
    const { settings, platform, files, replicas, own } = args;
    const plan = topology(settings, platform, replicas);
    const base = { platform, ...(args.transform === undefined ? {} : { transform: args.transform }) };
    const child = { parent: this };
    const urls: Record<string, string> = {};

    if (settings.demoEnabled) {
      const { requestsPerSecond } = settings.demo;
      new Demo(
        `${name}-demo`,
        {
          ...base,
          entry: own.path('demo/main.ts'),
          image: own.image,
          ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
        },
        child,
      );
    }
    if (plan.redis !== undefined) {
      const { password } = settings.redis;
      new RedisExporter(
        `${name}-redis-exporter`,
        {
          ...base,
          redis: plan.redis.address,
          connectsTo: plan.redis.connection,
          ...(password === undefined ? {} : { password: pulumi.secret(password) }),
        },
        child,
      );
    }
    new NodeExporter(`${name}-node-exporter`, base, child);
    new BlackboxExporter(
      `${name}-blackbox-exporter`,
      { ...base, connectsTo: plan.probed, ...(plan.dnsName === undefined ? {} : { dnsName: plan.dnsName }) },
      child,
    );
    const alertmanager = new Alertmanager(
      `${name}-alertmanager`,
      {
        ...base,
        files: files.alertmanager,
        secrets: secretFiles(files.alertmanagerSecrets),
        replicas: replicas.alertmanager,
        connectsTo: receivers(settings),
      },
      child,
    );
    const prometheus = new Prometheus(
      `${name}-prometheus`,
      {
        ...base,
        config: files.prometheus,
        rules: files.rules,
        retention: settings.prometheus.retention,
        replicas: replicas.prometheus,
        connectsTo: plan.scraped,
        gibibytes: settings.prometheus.volumeGibibytes,
      },
      child,
    );
    urls.Prometheus = prometheus.url;
    urls.Alertmanager = alertmanager.url;
    if (settings.grafana.mode === 'managed') {
      const grafana = new Grafana(
        `${name}-grafana`,
        {
          ...base,
          adminPassword: pulumi.secret(settings.grafana.adminPassword ?? DEFAULT_ADMIN_PASSWORD),
          provisioning: files.provisioning,
          dashboards: files.dashboards,
          prometheus: platform.address('prometheus', STACK.prometheus.port),
          connectsTo: [
            { workload: 'prometheus', port: STACK.prometheus.port },
            { workload: 'alertmanager', port: STACK.alertmanager.port },
          ],
          ...(own.grafanaHome === undefined ? {} : { home: own.grafanaHome }),
          ...(own.grafanaStandIn ? { standIn: own.path('dashboards/preview/main.ts') } : {}),
        },
        child,
      );
      urls.Grafana = grafana.url;
    }
    if (settings.demoEnabled) urls.Demo = platform.url('demo', DEMO.demo.port);
    this.urls = urls;
    this.registerOutputs({ urls });
  }
}

/** Secret files, marked as the secrets they are from here to the platform. */
function secretFiles(values: Readonly<Record<string, string>>): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(values).map(([path, value]) => [path, pulumi.secret(value)]));
}

/** Whom Alertmanager talks to: the demo's webhook, or services on the internet. */
function receivers(settings: Settings): readonly Connection[] {
  return settings.demoEnabled
    ? [{ workload: 'demo', port: DEMO.demo.port }]
    : [{ outside: 'receivers', port: 443 }];
}
