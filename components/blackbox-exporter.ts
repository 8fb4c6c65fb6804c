import { dump } from 'js-yaml';
import { STACK } from '../catalogue/services.ts';
import type { Workload } from '../platforms/workload.ts';
import type { Tls } from '../stack/settings/index.ts';
import type { ComponentArgs } from './component.ts';
import { program } from './program.ts';
import { concealed } from './prometheus/credentials.ts';
import { httpModule, PROBE_MODULES, tlsConfig } from './prometheus/scrape.ts';

export interface BlackboxExporterArgs extends ComponentArgs {
  /** The name that the DNS probe looks up. Default: no DNS module. */
  readonly dnsName?: string;
  /** Services whose certificates are checked in a way of their own. Default: none. */
  readonly services?: readonly { readonly name: string; readonly tls: Tls }[];
  /** What it probes. */
  readonly connectsTo: Workload['connectsTo'];
}

const NAME = 'blackbox-exporter';
const CONFIG = '/etc/blackbox-exporter';
const SECRETS = '/etc/blackbox-exporter-secrets';

/** The blackbox exporter as a workload. */
export function blackboxExporterWorkload(args: BlackboxExporterArgs): Workload {
  const { platform } = args;
  const { port } = STACK[NAME];
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
    program: program('blackbox_exporter'),
    args: [
      `--config.file=${platform.path(NAME, CONFIG)}/blackbox.yml`,
      `--web.listen-address=${platform.listen(NAME, port)}`,
    ],
    ports: [{ name: 'metrics', port }],
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
