import { dump } from 'js-yaml';
import type { Metric } from '../../catalogue/metric.ts';
import type { Addressing, Workload } from '../../platforms/workload.ts';
import { age } from '../../rules/series.ts';
import type { Tls } from '../../stack/settings/tls.ts';
import { concealed } from '../prometheus/credentials.ts';
import { httpModule, PROBE_MODULES, tlsConfig } from '../prometheus/scrape.ts';
import { definePart, metricsOf, NO_RULES, pinned, type WorkloadContext } from './part.ts';

const NAME = 'blackbox-exporter';
const PORT = 9115;
const PROGRAM = pinned('blackbox_exporter', 'docker.io/prom/blackbox-exporter');
const anyProbe = metricsOf('probe-http', ['service']);
const probe = (unit: Metric['unit'], help: string, labels: readonly string[] = [], essential = false) =>
  anyProbe('gauge', unit, help, labels, { essential });

export interface Needs {
  readonly services: readonly { readonly name: string; readonly tls?: Tls }[];
}

/** The blackbox exporter: HTTP health checks, TCP connects and DNS look-ups, seen from where the stack runs. */
export const blackboxExporter = definePart({
  name: NAME,
  title: 'blackbox exporter',
  port: PORT,
  program: PROGRAM,
  opened: false,
  ready: '/-/healthy',
  probed: undefined,
  settings: {},
  absent: () => undefined,
  metrics: {
    probe_success: probe('1', '1 where the last probe succeeded, 0 where it failed.', [], true),
    probe_duration_seconds: probe('seconds', 'How long the last probe took.'),
    probe_http_status_code: probe('1', 'HTTP status code of the last probe.'),
    probe_http_duration_seconds: probe('seconds', 'Time of the last HTTP probe by phase.', ['phase']),
    probe_dns_lookup_time_seconds: probe('seconds', 'Time of the DNS look-up of the last probe.'),
    probe_ssl_earliest_cert_expiry: probe(
      'timestamp',
      'When the first certificate of the chain expires, as a Unix time.',
    ),
    probe_failed_due_to_regex: probe('1', '1 where the answer did not match what the probe expects.'),
  },
  // Alerts about what is probed are those of services, dependencies and the stack.
  rules: NO_RULES,
  healthy: () => [
    age('probe_ssl_earliest_cert_expiry', { job: 'probe-http', instance: 'a:1' }, -60 * 86_400),
  ],
  workload: ({ platform, settings, probes: { connections, dnsName } }: WorkloadContext<Needs>) =>
    blackboxExporterWorkload({
      platform,
      connectsTo: connections,
      ...(dnsName === undefined ? {} : { dnsName }),
      services: settings.services.flatMap(({ name, tls }) => (tls === undefined ? [] : [{ name, tls }])),
    }),
});

export interface BlackboxExporterArgs {
  readonly platform: Addressing;
  /** The name that the DNS probe looks up. Default: no DNS module. */
  readonly dnsName?: string;
  /** Services whose certificates are checked in a way of their own. Default: none. */
  readonly services?: readonly { readonly name: string; readonly tls: Tls }[];
  /** What it probes. */
  readonly connectsTo: Workload['connectsTo'];
}

const CONFIG = '/etc/blackbox-exporter';
const SECRETS = '/etc/blackbox-exporter-secrets';

/** The blackbox exporter as a workload. */
export function blackboxExporterWorkload(args: BlackboxExporterArgs): Workload {
  const { platform } = args;
  const modules = (args.services ?? []).map(({ name, tls }) =>
    concealed(
      { [httpModule(name)]: httpProbe({ tls_config: tlsConfig(tls) }) },
      name,
      platform.path(NAME, SECRETS),
    ),
  );
  const secrets: Record<string, string> = Object.assign({}, ...modules.map((each) => each.secrets));
  return {
    name: NAME,
    program: PROGRAM,
    args: [
      `--config.file=${platform.path(NAME, CONFIG)}/blackbox.yml`,
      `--web.listen-address=${platform.listen(NAME, PORT)}`,
    ],
    ports: [{ name: 'metrics', port: PORT }],
    directories: [
      {
        name: 'config',
        mount: CONFIG,
        files: {
          'blackbox.yml': blackboxYaml(
            args.dnsName,
            Object.assign({}, ...modules.map(({ config }) => config)),
          ),
        },
        onChange: { reload: '/-/reload' },
      },
      // Read again for every connection.
      ...(Object.keys(secrets).length === 0
        ? []
        : [{ name: 'secrets', mount: SECRETS, files: secrets, secret: true, onChange: 'watched' } as const]),
    ],
    health: { http: { path: '/-/healthy', port: 'metrics' } },
    resources: { cpuMillis: 20, memoryMebibytes: 32, memoryLimitMebibytes: 128 },
    user: 65534,
    ...(args.connectsTo === undefined ? {} : { connectsTo: args.connectsTo }),
  };
}

/** Five seconds leave room within a scrape's ten. */
const TIMEOUT = '5s';
const IP = { preferred_ip_protocol: 'ip4' } as const;

const httpProbe = (more: Readonly<Record<string, unknown>> = {}) => ({
  prober: 'http',
  timeout: TIMEOUT,
  http: { ...IP, ...more },
});

/**
 * The modules that the probes name.
 * @param services modules of services whose certificates are checked in a way of their own. Default: none.
 */
export function blackboxYaml(
  dnsName: string | undefined,
  services: Readonly<Record<string, unknown>> = {},
): string {
  return dump(
    {
      modules: {
        [PROBE_MODULES.http]: httpProbe(),
        [PROBE_MODULES.tcp]: { prober: 'tcp', timeout: TIMEOUT, tcp: IP },
        ...(dnsName === undefined
          ? {}
          : {
              [PROBE_MODULES.dns]: {
                prober: 'dns',
                timeout: TIMEOUT,
                dns: { query_name: dnsName, query_type: 'A', ...IP },
              },
            }),
        ...services,
      },
    },
    { noRefs: true },
  );
}
