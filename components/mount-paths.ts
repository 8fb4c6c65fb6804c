import { STACK } from '../catalogue/stack.ts';
import type { Addressing } from '../platforms/workload.ts';

/** Folders that files name and components mount. */
export const ALERTMANAGER_SECRETS = '/etc/alertmanager-secrets';
export const GRAFANA_DASHBOARDS = '/etc/grafana-dashboards';
export const PROMETHEUS_RULES = '/etc/prometheus-rules';
export const PROMETHEUS_TARGETS = '/etc/prometheus-targets';
export const PROMETHEUS_SECRETS = '/etc/prometheus-secrets';

/** Folder in which Alertmanager finds its secret files: what its configuration refers to. */
export function alertmanagerSecrets(platform: Addressing): string {
  return platform.path('alertmanager', ALERTMANAGER_SECRETS);
}

/** Addresses of every Alertmanager: Prometheus tells each, and they agree among themselves who sends. */
export function alertmanagerAddresses(platform: Addressing, replicas: number): readonly string[] {
  return platform.addresses('alertmanager', STACK.alertmanager.port, replicas);
}

/** `host:port` at which Prometheus reaches the blackbox exporter. */
export function blackboxAddress(platform: Addressing): string {
  return platform.address('blackbox-exporter', STACK['blackbox-exporter'].port);
}

/** Where Grafana finds the dashboards: what its provider file has to say. */
export function grafanaDashboardsPath(platform: Addressing): string {
  return platform.path('grafana', GRAFANA_DASHBOARDS);
}

/** Folder of the rule files as Prometheus sees it. */
export function rulesFolder(platform: Addressing): string {
  return platform.path('prometheus', PROMETHEUS_RULES);
}

/** Folder of files of targets as Prometheus sees it. */
export function targetsFolder(platform: Addressing): string {
  return platform.path('prometheus', PROMETHEUS_TARGETS);
}

/** Folder of its secrets as Prometheus sees it. */
export function prometheusSecrets(platform: Addressing): string {
  return platform.path('prometheus', PROMETHEUS_SECRETS);
}
