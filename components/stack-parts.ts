import type { Input } from '@pulumi/pulumi';
import { DEMO } from '../catalogue/services.ts';
import { STACK } from '../catalogue/stack.ts';
import { receiverAddresses, retentionHours } from '../notifications/index.ts';
import type { Connection, Platform, Transform, Watched, Workload } from '../platforms/workload.ts';
import { DEFAULT_ADMIN_PASSWORD, type Settings } from '../stack/settings/index.ts';
import { type AlertmanagerArgs, alertmanagerWorkload } from './alertmanager.ts';
import { type DemoArgs, demoWorkloads } from './demo.ts';
import type { ExternalGrafanaArgs } from './external-grafana.ts';
import type { FolderRightsArgs } from './folder-rights.ts';
import { type GrafanaArgs, grafanaWorkload } from './grafana.ts';
import { exporterWorkloads } from './parts/index.ts';
import { type PrometheusArgs, prometheusWorkload } from './prometheus/prometheus.ts';
import { watched } from './prometheus/watched.ts';
import type { StackFiles } from './stack-files.ts';
import { partContext, type Replicas, stackDiscovery, topology } from './topology.ts';

export interface MonitoringStackArgs {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly files: StackFiles;
  readonly replicas: Replicas;
  /** Where this project's own programs are, and what stands in for Grafana. */
  readonly own: OwnPrograms;
  /** Changes the arguments and options of any child resource. Default: children stay as declared. */
  readonly transform?: Transform;
  /** The text with the secret of a setting, where that is an output of the engine. Default: settings hold every secret. */
  readonly reveal?: Reveal;
}

/** @param key of the setting that is the secret, such as `grafana.auth`. */
type Reveal = (text: string, key: string) => Input<string>;

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

/** What each component of a stack takes; undefined for one that the stack does without. */
export interface StackParts {
  readonly demo: DemoArgs | undefined;
  /** Workloads of the exporters that run. */
  readonly exporters: readonly Workload[];
  readonly alertmanager: AlertmanagerArgs;
  readonly prometheus: PrometheusArgs | undefined;
  readonly grafana: GrafanaArgs | undefined;
  readonly folderRights: FolderRightsArgs | undefined;
  readonly externalGrafana: ExternalGrafanaArgs | undefined;
}

/**
 * Settings and files as what each component takes. Pure: nothing is registered, and the engine's SDK is not loaded.
 * Secrets stand in it as they are: who declares a resource of them marks them.
 */
export function stackParts(args: MonitoringStackArgs): StackParts {
  const { settings, platform, files, replicas, own, reveal = (text) => text } = args;
  const plan = topology(settings, platform, replicas);
  const found = stackDiscovery(settings, platform, files.targets);
  const base = { platform, ...children(args) };
  const { requestsPerSecond } = settings.demo;
  const kept = retentionHours(settings.notifications);
  return {
    demo: settings.demoEnabled
      ? {
          ...base,
          entry: own.path('demo/main.ts'),
          image: own.image,
          ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
        }
      : undefined,
    exporters: exporterWorkloads({
      ...partContext(settings, platform),
      probes: { connections: plan.probed, dnsName: plan.dnsName },
    }),
    alertmanager: {
      ...base,
      files: files.alertmanager,
      secrets: files.alertmanagerSecrets,
      knownAs: settings.grafana.alertmanagerUrl,
      replicas: replicas.alertmanager,
      ...(kept === undefined ? {} : { retentionHours: kept }),
      connectsTo: receivers(settings),
    },
    prometheus:
      settings.operator !== undefined
        ? undefined
        : {
            ...base,
            config: files.prometheusOpen ?? files.prometheus,
            secretConfig: files.prometheusOpen !== undefined,
            rules: files.rules,
            retention: settings.prometheus.retention,
            replicas: replicas.prometheus,
            connectsTo: [...plan.scraped, ...found.connections],
            permissions: [...found.permissions, ...plan.permissions],
            targets: files.targets,
            secrets: files.prometheusSecrets,
            gibibytes: settings.prometheus.volumeGibibytes,
            knownAs: settings.grafana.prometheusUrl,
          },
    grafana:
      settings.grafana.mode !== 'managed'
        ? undefined
        : {
            ...base,
            adminPassword: settings.grafana.adminPassword ?? DEFAULT_ADMIN_PASSWORD,
            provisioning: files.provisioning,
            dashboards: files.dashboards,
            prometheus: platform.address('prometheus', STACK.prometheus.port),
            connectsTo: [
              { workload: 'prometheus', port: STACK.prometheus.port },
              { workload: 'alertmanager', port: STACK.alertmanager.port },
            ],
            ...(own.grafanaHome === undefined ? {} : { home: own.grafanaHome }),
            ...(own.grafanaStandIn ? { standIn: own.path('preview/main.ts') } : {}),
          },
    // The preview has no users, and so no rights.
    folderRights:
      files.folderRights.length === 0 || own.grafanaStandIn
        ? undefined
        : {
            ...children(args),
            connection: {
              url: platform.url('grafana', STACK.grafana.port),
              auth: reveal(
                `admin:${settings.grafana.adminPassword ?? DEFAULT_ADMIN_PASSWORD}`,
                'grafana.adminPassword',
              ),
            },
            folders: files.folderRights,
          },
    externalGrafana: files.externalGrafana && {
      ...children(args),
      ...externalConnection(settings.grafana, reveal),
      content: files.externalGrafana,
    },
  };
}

function children({ transform }: MonitoringStackArgs): { readonly transform?: Transform } {
  return transform === undefined ? {} : { transform };
}

/** Settings have been held against the mode: what it needs is there. */
function externalConnection({ url = '', auth = '', basicAuth }: Settings['grafana'], reveal: Reveal) {
  return {
    connection: { url, auth: reveal(auth, 'grafana.auth') },
    ...(basicAuth && {
      basicAuth: { ...basicAuth, password: reveal(basicAuth.password, 'grafana.basicAuth.password') },
    }),
  };
}

/** What the Prometheus of a cluster's operator is told; undefined where the stack runs its own. */
export function watchedBy(args: MonitoringStackArgs, workloads: readonly Workload[]): Watched | undefined {
  const { settings, platform, files, replicas } = args;
  const { operator, kubernetes } = settings;
  if (operator === undefined) return undefined;
  return watched({
    operator,
    namespace: kubernetes.namespace,
    topology: topology(settings, platform, replicas),
    rules: files.rules,
    services: settings.services,
    workloads,
  });
}

/** Every workload of a stack, for whoever judges them before the first is registered. */
export function workloadsOf(parts: StackParts): readonly Workload[] {
  return [
    ...(parts.demo ? demoWorkloads(parts.demo) : []),
    ...parts.exporters,
    alertmanagerWorkload(parts.alertmanager),
    ...(parts.prometheus ? [prometheusWorkload(parts.prometheus)] : []),
    ...(parts.grafana ? [grafanaWorkload(parts.grafana)] : []),
  ];
}

/** Whom Alertmanager talks to: services on the internet, whoever else is configured, and the demo's webhook. */
function receivers({ demoEnabled, notifications }: Settings): readonly Connection[] {
  return [
    ...receiverAddresses(notifications).map(({ host, port }) => ({ outside: host, port })),
    ...(demoEnabled ? [{ workload: 'demo', port: DEMO.demo.port }] : []),
  ];
}
