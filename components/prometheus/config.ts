import { dump } from 'js-yaml';
import { type Concealed, concealed } from './credentials.ts';
import { type Probes, probeConfig, type ScrapeJob, scrapeConfig } from './scrape.ts';

/** The most that one scrape, or one job, may bring. */
export interface Limits {
  readonly samples: number;
  readonly targets: number;
  readonly labels: number;
  readonly labelValueLength: number;
  /** Prometheus size, such as `100MB`. */
  readonly bodySize: string;
}

function limits(limits: Limits | undefined): Record<string, unknown> {
  if (limits === undefined) return {};
  return {
    sample_limit: limits.samples,
    target_limit: limits.targets,
    label_limit: limits.labels,
    label_value_length_limit: limits.labelValueLength,
    body_size_limit: limits.bodySize,
  };
}

/** What goes into `prometheus.yml`. */
export interface PrometheusConfig {
  /** How often targets are scraped, a Prometheus duration. */
  readonly scrapeInterval: string;
  /** How often rules are evaluated, a Prometheus duration. */
  readonly evaluationInterval: string;
  /** Labels that every sample and alert leaves this Prometheus with. */
  readonly externalLabels: Readonly<Record<string, string>>;
  /** Beyond which a scrape fails. Default: none. */
  readonly limits?: Limits;
  readonly jobs: readonly ScrapeJob[];
  readonly probes: Probes;
  /** `host:port` of the blackbox exporter. */
  readonly blackbox: string;
  /** `host:port` of every Alertmanager: each is told of each alert, never a balancer in front of them. */
  readonly alertmanagers: readonly string[];
  /** Folder of the rule files as Prometheus sees it, absolute. */
  readonly rulesFolder: string;
  /** Folder of its secrets as Prometheus sees it, absolute. */
  readonly secretsFolder: string;
  /** Jobs whose targets Prometheus finds by itself. Default: none. */
  readonly discovered?: readonly Readonly<Record<string, unknown>>[];
  /** Further `scrape_configs`, as they stand in Prometheus's documentation. Default: none. */
  readonly extraScrapeConfigs?: readonly Readonly<Record<string, unknown>>[];
  /** `remote_write` entries, as they stand in Prometheus's documentation. Default: none. */
  readonly remoteWrite?: readonly Readonly<Record<string, unknown>>[];
}

/** Renders `prometheus.yml`. Passwords and tokens stand in files of their own, which it names. */
export function prometheusYaml(config: PrometheusConfig): Concealed<string> {
  const probes = (['http', 'tcp', 'dns'] as const)
    .filter((kind) => config.probes[kind].length > 0)
    .map((kind) => probeConfig(kind, config.probes[kind], config.blackbox));
  const scraped = [
    ...config.jobs.map(scrapeConfig),
    ...probes,
    ...(config.discovered ?? []),
    ...(config.extraScrapeConfigs ?? []),
  ].map((entry, index) => concealed(entry, String(entry.job_name ?? index), config.secretsFolder));
  const written = (config.remoteWrite ?? []).map((entry, index) =>
    concealed(entry, `remote-write-${index}`, config.secretsFolder),
  );
  const text = (part: <T>(concealed: Concealed<T>) => T) =>
    dump(
      {
        global: {
          scrape_interval: config.scrapeInterval,
          evaluation_interval: config.evaluationInterval,
          ...limits(config.limits),
          external_labels: config.externalLabels,
        },
        rule_files: [`${config.rulesFolder}/*.yaml`],
        alerting: {
          alert_relabel_configs: [{ regex: 'replica', action: 'labeldrop' }],
          alertmanagers: [{ static_configs: [{ targets: config.alertmanagers }] }],
        },
        scrape_configs: scraped.map(part),
        ...(written.length === 0 ? {} : { remote_write: written.map(part) }),
      },
      { lineWidth: 120, noRefs: true },
    );
  const open = [...scraped, ...written].some((each) => each.open !== undefined);
  return {
    config: text((each) => each.config),
    ...(open ? { open: text((each) => each.open ?? each.config) } : {}),
    secrets: Object.assign({}, ...[...scraped, ...written].map((each) => each.secrets)),
  };
}
