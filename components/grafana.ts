import type * as pulumi from '@pulumi/pulumi';
import type { DashboardUid } from '../catalogue/dashboards.ts';
import { STACK } from '../catalogue/stack.ts';
import type { Addressing, ConfigDirectory, Platform, Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { GRAFANA_DASHBOARDS, grafanaDashboardsPath } from './mount-paths.ts';
import { grafana } from './parts/grafana.ts';
import { ownProgram } from './program.ts';

export interface GrafanaArgs extends ComponentArgs {
  readonly adminPassword: pulumi.Input<string>;
  /** Data source, dashboard provider and alerting, by path relative to the provisioning folder. */
  readonly provisioning: Readonly<Record<string, string>>;
  /** Dashboards by `folder/file.json`. */
  readonly dashboards: Readonly<Record<string, string>>;
  /** `host:port` of Prometheus. */
  readonly prometheus: string;
  readonly connectsTo: Workload['connectsTo'];
  /** Folder of Grafana's own files. Default: where its image has them. */
  readonly home?: string;
  /** Entry file of the preview that stands in where Grafana cannot be had. Default: Grafana itself runs. */
  readonly standIn?: string;
}

const NAME = 'grafana';
/** What opens first. */
const HOME: DashboardUid = 'system-overview';
const CONFIG = '/etc/grafana-config';
const PROVISIONING = '/etc/grafana-provisioning';
const SECRETS = '/etc/grafana-secrets';
const DATA = '/var/lib/grafana';
const CONFIG_FILE = 'grafana.ini';
const PASSWORD_FILE = 'admin-password';
/** Where Grafana's own files are in its image. */
const IMAGE_HOME = '/usr/share/grafana';

/** Grafana as a workload, or what stands in for it. */
export function grafanaWorkload(args: GrafanaArgs): Workload {
  if (args.standIn !== undefined) return standInWorkload(args);
  const { platform } = args;
  return {
    ...common(args),
    program: { ...grafana.program, command: [`${IMAGE_HOME}/bin/grafana`] },
    args: [
      'server',
      `--homepath=${args.home ?? IMAGE_HOME}`,
      `--config=${platform.path(NAME, CONFIG)}/${CONFIG_FILE}`,
    ],
    directories: [
      {
        name: 'config',
        mount: CONFIG,
        files: { [CONFIG_FILE]: grafanaIni(platform) },
        onChange: 'restart',
      },
      // Grafana reads data sources when it starts, and dashboards every 30 s.
      { name: 'provisioning', mount: PROVISIONING, files: args.provisioning, onChange: 'restart' },
      dashboardsDirectory(args),
      {
        name: 'secrets',
        mount: SECRETS,
        files: { [PASSWORD_FILE]: args.adminPassword },
        secret: true,
        onChange: 'restart',
      },
    ],
    data: { mount: DATA, gibibytes: 2 },
    scratch: ['/tmp'],
    health: { http: { path: '/api/health', port: 'web' }, startupSeconds: 180 },
    resources: { cpuMillis: 100, memoryMebibytes: 256, memoryLimitMebibytes: 768 },
  };
}

/**
 * The command that gives the admin of a running Grafana the password that is set, where Grafana runs: from its file,
 * so that nobody types it and no argument shows it.
 * @param home folder of Grafana's own files. Default: where its image has them.
 */
export function resetAdminPassword(platform: Addressing, home = IMAGE_HOME): string {
  const config = `${platform.path(NAME, CONFIG)}/${CONFIG_FILE}`;
  const password = `${platform.path(NAME, SECRETS)}/${PASSWORD_FILE}`;
  return `${home}/bin/grafana cli --homepath=${home} --config=${config} admin reset-admin-password --password-from-stdin < ${password}`;
}

/** The preview under Grafana's name: the same dashboards, drawn without Grafana, and a page that says so. */
function standInWorkload(args: GrafanaArgs): Workload {
  const { platform, standIn = '' } = args;
  return {
    ...common(args),
    program: ownProgram(''),
    args: [
      standIn,
      `--listen=${platform.listen(NAME, STACK.grafana.port)}`,
      `--prometheus=http://${args.prometheus}`,
      `--dashboards=${grafanaDashboardsPath(platform)}`,
      `--home=${HOME}`,
    ],
    directories: [dashboardsDirectory(args)],
    health: { http: { path: '/api/health', port: 'web' } },
    resources: { cpuMillis: 20, memoryMebibytes: 128 },
  };
}

function common({ connectsTo }: GrafanaArgs) {
  return {
    name: NAME,
    ports: [{ name: 'web', port: STACK.grafana.port, published: true }],
    user: 472,
    ...(connectsTo === undefined ? {} : { connectsTo }),
  };
}

function dashboardsDirectory({ dashboards }: GrafanaArgs): ConfigDirectory {
  return { name: 'dashboards', mount: GRAFANA_DASHBOARDS, files: dashboards, onChange: 'watched' };
}

/** The password is read from its file, so that it stands in no environment and no argument. */
function grafanaIni(platform: Platform): string {
  const listen = platform.listen(NAME, STACK.grafana.port);
  const [host, port] = [listen.slice(0, listen.lastIndexOf(':')), listen.slice(listen.lastIndexOf(':') + 1)];
  return `[server]
http_addr = ${host}
http_port = ${port}
root_url = ${platform.url(NAME, STACK.grafana.port)}

[paths]
data = ${platform.path(NAME, DATA)}
provisioning = ${platform.path(NAME, PROVISIONING)}

[security]
admin_user = admin
admin_password = $__file{${platform.path(NAME, SECRETS)}/${PASSWORD_FILE}}

[auth.anonymous]
enabled = false

[users]
allow_sign_up = false

[dashboards]
default_home_dashboard_path = ${grafanaDashboardsPath(platform)}/operations/${HOME}.json
min_refresh_interval = 10s

[unified_alerting]
enabled = true

[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false

[news]
news_feed_enabled = false

[log]
mode = console
`;
}
