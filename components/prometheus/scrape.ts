import { PROBE_JOBS } from '../../catalogue/services.ts';
import { seconds } from '../../lib/promql/parse.ts';
import type { Tls } from '../../stack/settings/tls.ts';

/** One scrape target: where it is reached, and the name it keeps on every platform. */
export interface Target {
  /** `host:port` as Prometheus dials it. */
  readonly address: string;
  /** Logical `host:port`: the value of `instance`. */
  readonly instance: string;
  /** What an exporter is asked to look at, where it is one for many. Default: itself. */
  readonly target?: string;
}

/** A job that scrapes metrics. */
export interface ScrapeJob {
  readonly job: string;
  readonly targets: readonly Target[];
  /** Names whose every address is a target, besides `targets`. Default: none. */
  readonly discovered?: { readonly names: readonly string[]; readonly port: number };
  /** Every machine of the cluster is a target, at this port, besides `targets`. Default: none. */
  readonly machines?: { readonly port: number };
  /** How its targets are found, besides `targets`: entries of the job. Default: none is. */
  readonly found?: Readonly<Record<string, unknown>>;
  /** Default: `/metrics`. */
  readonly metricsPath?: string;
  /** Parameters of the request, by name. Default: none. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Default: the global scrape interval. */
  readonly interval?: string;
  /** Catalogue name by the name that the service exposes. Default: none. */
  readonly metricNames?: Readonly<Record<string, string>>;
  /** Catalogue label by the label that the service exposes. Default: none. */
  readonly metricLabels?: Readonly<Record<string, string>>;
  /** Default: `http`. */
  readonly scheme?: 'http' | 'https';
  /** What it asks for. Default: nothing. */
  readonly basicAuth?: { readonly user: string; readonly password: string };
  /** Bearer token that it asks for instead. */
  readonly token?: string;
  /** How the target's certificate is checked. Default: by the system's authorities. */
  readonly tls?: Tls;
  /** Keep the labels `job` and `instance` that samples bring along. Default: the target's take their place. */
  readonly honorLabels?: boolean;
  /** Names of the metrics that are kept, as an expression. Default: all. */
  readonly keeps?: string;
}

/** Something the blackbox exporter looks at. */
export interface Probe {
  /** Name of what is probed: the `service` label of the series. */
  readonly service: string;
  /** What is dialled: a URL, a `host:port`, or the address of a DNS server. */
  readonly target: string;
  /** Logical address: the value of `instance`. */
  readonly instance: string;
  /** Blackbox module. Default: the one of its kind. */
  readonly module?: string;
}

/** Name of a blackbox module, and the probes that use it. */
export type Probes = Readonly<Record<keyof typeof PROBE_JOBS, readonly Probe[]>>;

/** Blackbox module by kind of probe; `components/parts/blackbox-exporter.ts` defines them. */
export const PROBE_MODULES = { http: 'http_2xx', tcp: 'tcp_connect', dns: 'dns_lookup' } as const;

/** Blackbox module of a service whose certificate is checked in a way of its own. */
export const httpModule = (service: string): string => `${PROBE_MODULES.http}_${service}`;

/** A `scrape_configs` entry for a job of metrics. */
export function scrapeConfig(job: ScrapeJob): Record<string, unknown> {
  return {
    job_name: job.job,
    ...(job.interval === undefined
      ? {}
      : { scrape_interval: job.interval, scrape_timeout: scrapeTimeout(job.interval) }),
    ...(job.honorLabels === true ? { honor_labels: true } : {}),
    ...(job.metricsPath === undefined ? {} : { metrics_path: job.metricsPath }),
    ...(job.params === undefined ? {} : { params: job.params }),
    ...(job.scheme === undefined || job.scheme === 'http' ? {} : { scheme: job.scheme }),
    ...(job.basicAuth && {
      basic_auth: { username: job.basicAuth.user, password: job.basicAuth.password },
    }),
    ...(job.token && { authorization: { credentials: job.token } }),
    ...(job.tls && { tls_config: tlsConfig(job.tls) }),
    ...(job.discovered === undefined
      ? {}
      : {
          dns_sd_configs: (['A', 'AAAA'] as const).map((type) => ({
            names: job.discovered?.names,
            type,
            port: job.discovered?.port,
          })),
        }),
    ...(job.machines === undefined ? {} : ofMachines(job.machines.port)),
    ...job.found,
    static_configs: job.targets.map(({ address, instance, target }) => ({
      targets: [address],
      labels: { ...(target === undefined ? {} : { __param_target: target }), instance },
    })),
    ...renaming(job),
    ...(job.keeps === undefined
      ? {}
      : { metric_relabel_configs: [{ source_labels: ['__name__'], regex: job.keeps, action: 'keep' }] }),
  };
}

/** `tls_config` as Prometheus and its exporters read it. */
export function tlsConfig({ ca, serverName, certificate, key }: Tls): Record<string, string> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { server_name: serverName }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Targets at a port of each machine: the address that the cluster knows of it, under the machine's name. */
function ofMachines(port: number): Record<string, unknown> {
  const from = (source: string, target: string, replacement: string) => ({
    source_labels: [source],
    target_label: target,
    replacement,
  });
  return {
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      {
        source_labels: ['__address__'],
        regex: '(.+):\\d+',
        target_label: '__address__',
        replacement: `\${1}:${port}`,
      },
      from('__meta_kubernetes_node_name', 'node', '$1'),
    ],
  };
}

/** A `scrape_configs` entry for all probes of a kind, through the blackbox exporter. */
export function probeConfig(
  kind: keyof typeof PROBE_JOBS,
  probes: readonly Probe[],
  exporter: string,
): Record<string, unknown> {
  return {
    job_name: PROBE_JOBS[kind],
    metrics_path: '/probe',
    params: { module: [PROBE_MODULES[kind]] },
    static_configs: probes.map(({ service, target, instance, module }) => ({
      targets: [exporter],
      labels: {
        ...(module === undefined ? {} : { __param_module: module }),
        __param_target: target,
        instance,
        service,
      },
    })),
  };
}

/** Prometheus's own default: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
const LONGEST_TIMEOUT_SECONDS = 10;

/** A scrape may take as long as its interval, but never more than Prometheus's own default of 10 s. */
export function scrapeTimeout(interval: string): string {
  return seconds(interval) < LONGEST_TIMEOUT_SECONDS ? interval : `${LONGEST_TIMEOUT_SECONDS}s`;
}

/** Gives the metrics and labels of a service that has other names those of the catalogue. */
function renaming({ metricNames = {}, metricLabels = {} }: ScrapeJob): Record<string, unknown> {
  const steps = [
    ...Object.entries(namesByExpression(metricNames)).map(([regex, replacement]) => ({
      source_labels: ['__name__'],
      regex,
      target_label: '__name__',
      replacement,
    })),
    ...labelSteps(metricLabels),
  ];
  return steps.length === 0 ? {} : { metric_relabel_configs: steps };
}

/** Steps of a relabelling that give labels other names: each is copied, and then dropped under its old name. */
export function labelSteps(names: Readonly<Record<string, string>>): readonly Relabelling[] {
  const exposed = Object.keys(names);
  if (exposed.length === 0) return [];
  return [
    ...Object.entries(names).map(([label, catalogued]) => ({
      source_labels: [label],
      regex: '(.+)',
      target_label: catalogued,
    })),
    { regex: exposed.map(literal).join('|'), action: 'labeldrop' },
  ];
}

interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly regex: string;
  readonly target_label?: string;
  readonly action?: 'labeldrop';
}

/** A text as an expression of RE2 that it alone fits: a name of a metric may have dots. */
export const literal = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');

/** What a metric is called, with Prometheus's own syntax for a group, by an expression for its exposed name. */
export function namesByExpression(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(names).map(([exposed, catalogued]) => [
      `${literal(exposed)}(_bucket|_sum|_count)?`,
      `${catalogued}\${1}`,
    ]),
  );
}
