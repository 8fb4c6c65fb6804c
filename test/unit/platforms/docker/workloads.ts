import type { ContainerArgs } from '@pulumi/docker';
import { alertmanagerWorkload } from '../../../../components/alertmanager.ts';
import { demoWorkloads } from '../../../../components/demo.ts';
import { grafanaWorkload } from '../../../../components/grafana.ts';
import { blackboxExporterWorkload } from '../../../../components/parts/blackbox-exporter.ts';
import { nodeExporterWorkload } from '../../../../components/parts/node-exporter.ts';
import { redisExporterWorkload } from '../../../../components/parts/redis-exporter.ts';
import { prometheusWorkload } from '../../../../components/prometheus/prometheus.ts';
import { containerArgs, type References } from '../../../../platforms/docker/container.ts';
import { loaderArgs } from '../../../../platforms/docker/loader.ts';
import { type DockerOptions, resolveOptions } from '../../../../platforms/docker/options.ts';
import { dockerPlatform } from '../../../../platforms/docker/platform.ts';
import type { Workload } from '../../../../platforms/workload.ts';

export const OPTIONS: DockerOptions = { stack: 'dev', onHostNetwork: ['node-exporter'] };

/** Every workload of the stack, the demo too. */
export function stackWorkloads(): readonly Workload[] {
  const platform = dockerPlatform(OPTIONS);
  return [
    prometheusWorkload({
      platform,
      config: 'global: {}',
      rules: { 'alerts.yml': 'groups: []' },
      retention: { time: '30d', size: '10GB' },
      connectsTo: [
        { workload: 'node-exporter', port: 9100 },
        { outside: 'host.docker.internal', port: 8080 },
      ],
      gibibytes: 14,
    }),
    alertmanagerWorkload({
      platform,
      files: { 'alertmanager.yml': 'route: {}' },
      secrets: { 'slack-url': 'https://hooks.example.org/secret' },
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

/** Arguments as plain values: the SDK's types allow outputs everywhere, these do not. */
export interface Plain {
  readonly name: string;
  readonly command: readonly string[];
  readonly envs: readonly string[];
  readonly user: string;
  readonly capabilities: { readonly drops: readonly string[]; readonly adds?: readonly string[] };
  readonly securityOpts: readonly string[];
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly memory: number;
  readonly memorySwap: number;
  readonly memoryReservation: number;
  readonly cpuShares: number;
  readonly cpuQuota: number;
  readonly networkMode: string;
  readonly networksAdvanced?: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly hosts?: readonly { readonly host: string; readonly ip: string }[];
  readonly ports?: readonly { readonly internal: number; readonly external: number; readonly ip: string }[];
  readonly mounts: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly bindOptions?: { readonly propagation: string };
    readonly readOnly?: boolean;
  }[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly pidMode?: string;
  readonly restart: string;
  readonly stopTimeout: number;
  readonly healthcheck: { readonly tests: readonly string[]; readonly startPeriod: string };
  readonly logOpts: Readonly<Record<string, string>>;
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly uploads: readonly { readonly file: string; readonly permissions: string }[];
}

const REFERENCES: References = {
  image: 'sha256:image',
  network: 'monitoring-dev',
  health: 'monitoring-dev-health',
  volume: (name) => `monitoring-dev-${name}`,
};

export function containerOf(workload: Workload, options: Partial<DockerOptions> = {}): Plain {
  return plain(containerArgs(workload, resolveOptions({ ...OPTIONS, ...options }), REFERENCES));
}

export function loaderOf(workload: Workload, options: Partial<DockerOptions> = {}): Plain | undefined {
  const args = loaderArgs(workload, resolveOptions({ ...OPTIONS, ...options }), REFERENCES);
  return args === undefined ? undefined : plain(args);
}

function plain(args: ContainerArgs): Plain {
  return args as unknown as Plain;
}
