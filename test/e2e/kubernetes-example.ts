import * as pulumi from '@pulumi/pulumi';
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { dump } from 'js-yaml';
import { alertmanagerWorkload } from '../../components/alertmanager.ts';
import { grafanaWorkload } from '../../components/grafana.ts';
import { nodeExporterWorkload } from '../../components/node-exporter.ts';
import { prometheusWorkload } from '../../components/prometheus/prometheus.ts';
import type { KubernetesOptions } from '../../platforms/kubernetes/options.ts';
import { kubernetesPlatform } from '../../platforms/kubernetes/platform.ts';
import type { Platform, Workload } from '../../platforms/workload.ts';

export const CANARY = 'canary-7f3a91c2';

/** What differs between two updates of the example. */
export interface Example {
  /** Threshold of its one rule. Default: 1. */
  readonly threshold?: number;
  /** Receiver's name, which changes Alertmanager's file. Default: `nobody`. */
  readonly receiver?: string;
  /** Size of Prometheus's volumes. Default: 1. */
  readonly gibibytes?: number;
  readonly options?: KubernetesOptions;
}

/** Two Prometheus, three Alertmanagers, Grafana and a node exporter, with a target that no policy allows. */
export function example(kubeconfig: string, namespace: string, change: Example = {}): PulumiFn {
  return async () => {
    const platform = kubernetesPlatform({ namespace, kubeconfig, rolloutPauseSeconds: 2, ...change.options });
    const parent = new pulumi.ComponentResource('test:index:Example', 'example');
    const all = workloads(platform, change);
    const refused = platform.refusals(all);
    if (refused.length > 0) throw new Error(refused.join('\n'));
    for (const workload of all) platform.run(workload, parent);
  };
}

function workloads(platform: Platform, change: Example): readonly Workload[] {
  const prometheus = prometheusWorkload({
    platform,
    config: prometheusYaml(platform),
    rules: {},
    retention: { time: '1d', size: '500MB' },
    replicas: 2,
    connectsTo: [
      { workload: 'prometheus', port: 9090 },
      { workload: 'alertmanager', port: 9093 },
      { workload: 'node-exporter', port: 9100 },
    ],
    gibibytes: change.gibibytes ?? 1,
  });
  return [
    {
      ...prometheus,
      args: [...prometheus.args, '--enable-feature=auto-reload-config', '--config.auto-reload-interval=5s'],
      directories: [
        ...(prometheus.directories ?? []).map((directory) => ({
          ...directory,
          onChange: 'watched' as const,
        })),
        {
          name: 'rules',
          mount: '/etc/prometheus-rules',
          files: { 'example.yml': rules(change.threshold ?? 1) },
          onChange: 'watched',
        },
      ],
      permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    },
    alertmanagerWorkload({
      platform,
      files: { 'alertmanager.yml': alertmanagerYaml(change.receiver ?? 'nobody') },
      secrets: { token: CANARY },
      replicas: 3,
      connectsTo: [],
    }),
    grafanaWorkload({
      platform,
      adminPassword: CANARY,
      provisioning: {
        'datasources/prometheus.yml': dump({
          datasources: [{ name: 'Prometheus', url: 'http://prometheus:9090' }],
        }),
        'dashboards/provider.yml': dump({ providers: [{ options: { path: '/etc/grafana-dashboards' } }] }),
      },
      dashboards: { 'home.json': JSON.stringify({ uid: 'home', title: 'Home' }) },
      prometheus: platform.address('prometheus', 9090),
      connectsTo: [{ workload: 'prometheus', port: 9090 }],
    }),
    nodeExporterWorkload({ platform }),
  ];
}

function rules(threshold: number): string {
  const rule = { alert: 'Example', expr: `vector(1) >= ${threshold}`, labels: { severity: 'info' } };
  return dump({ groups: [{ name: 'example', interval: '2s', rules: [rule] }] });
}

function alertmanagerYaml(receiver: string): string {
  return dump({ route: { receiver, group_wait: '1s' }, receivers: [{ name: receiver }] });
}

function prometheusYaml(platform: Platform): string {
  const job = (name: string, targets: readonly string[]) => ({
    job_name: name,
    static_configs: [{ targets }],
  });
  return dump({
    global: {
      scrape_interval: '2s',
      evaluation_interval: '2s',
      external_labels: { cluster: 'test', replica: '${POD_NAME}' },
    },
    rule_files: ['/etc/prometheus-rules/*.yml'],
    alerting: {
      alert_relabel_configs: [{ regex: 'replica', action: 'labeldrop' }],
      alertmanagers: [{ static_configs: [{ targets: platform.addresses('alertmanager', 9093, 3) }] }],
    },
    scrape_configs: [
      job('prometheus', platform.addresses('prometheus', 9090, 2)),
      job('alertmanager', platform.addresses('alertmanager', 9093, 3)),
      job('forbidden', [platform.address('grafana', 3000)]),
      {
        job_name: 'node-exporter',
        dns_sd_configs: [{ names: ['node-exporter'], type: 'A', port: 9100, refresh_interval: '2s' }],
      },
      {
        job_name: 'discovered',
        kubernetes_sd_configs: [{ role: 'pod' }],
        relabel_configs: [
          { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'web', action: 'keep' },
          {
            source_labels: ['__meta_kubernetes_pod_label_app_kubernetes_io_name'],
            regex: 'prometheus',
            action: 'keep',
          },
        ],
      },
    ],
  });
}
