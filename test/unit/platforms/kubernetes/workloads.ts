import { alertmanagerWorkload } from '../../../../components/alertmanager.ts';
import { demoWorkloads } from '../../../../components/demo.ts';
import { grafanaWorkload } from '../../../../components/grafana.ts';
import { blackboxExporterWorkload } from '../../../../components/parts/blackbox-exporter.ts';
import { nodeExporterWorkload } from '../../../../components/parts/node-exporter.ts';
import { redisExporterWorkload } from '../../../../components/parts/redis-exporter.ts';
import { prometheusWorkload } from '../../../../components/prometheus/prometheus.ts';
import { kubernetesPlatform } from '../../../../platforms/kubernetes/platform.ts';
import type { Workload } from '../../../../platforms/workload.ts';

/** Every workload of the stack as production runs it: two Prometheus, three Alertmanagers, the demo too. */
export function stackWorkloads(): readonly Workload[] {
  const platform = kubernetesPlatform();
  return [
    prometheusWorkload({
      platform,
      config: 'global: {}',
      rules: { 'alerts.yml': 'groups: []' },
      retention: { time: '30d', size: '10GB' },
      replicas: 2,
      connectsTo: [
        { workload: 'node-exporter', port: 9100 },
        { workload: 'alertmanager', port: 9093 },
        { outside: 'inference-api.ml.svc', port: 8080 },
      ],
      permissions: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }],
      gibibytes: 14,
    }),
    alertmanagerWorkload({
      platform,
      files: { 'alertmanager.yml': 'route: {}' },
      secrets: { 'slack-url': 'https://hooks.example.org/secret' },
      replicas: 3,
      connectsTo: [{ outside: 'hooks.slack.com', port: 443 }],
    }),
    grafanaWorkload({
      platform,
      adminPassword: 'canary-password',
      provisioning: { 'datasources/prometheus.yml': 'apiVersion: 1' },
      dashboards: { 'overview.json': '{}' },
      prometheus: 'prometheus:9090',
      connectsTo: [{ workload: 'prometheus', port: 9090 }],
    }),
    redisExporterWorkload({
      platform,
      redis: 'redis://redis:6379',
      connectsTo: [{ workload: 'redis', port: 6379 }],
    }),
    nodeExporterWorkload({ platform }),
    blackboxExporterWorkload({ platform, connectsTo: [{ workload: 'prometheus', port: 9090 }] }),
    ...demoWorkloads({ platform, entry: '/app/demo/main.ts', image: 'docker.io/example/demo:0.1.0' }),
  ];
}

/** A workload with nothing in it that a test does not put there. */
export function bare(more: Partial<Workload> = {}): Workload {
  return {
    name: 'example',
    program: { tool: 'example', image: 'docker.io/example/example:1.0.0' },
    args: [],
    ports: [{ name: 'web', port: 8000 }],
    health: { http: { path: '/health', port: 'web' } },
    resources: { cpuMillis: 10, memoryMebibytes: 16 },
    user: 1000,
    ...more,
  };
}
