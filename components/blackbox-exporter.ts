import { dump } from 'js-yaml';
import { STACK } from '../catalogue/services.ts';
import type { Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { program } from './program.ts';
import { PROBE_MODULES } from './prometheus/scrape.ts';

export interface BlackboxExporterArgs extends ComponentArgs {
  /** The name that the DNS probe looks up. Default: no DNS module. */
  readonly dnsName?: string;
  /** What it probes. */
  readonly connectsTo: Workload['connectsTo'];
}

const NAME = 'blackbox-exporter';
const CONFIG = '/etc/blackbox-exporter';

/** The blackbox exporter as a workload. */
export function blackboxExporterWorkload(args: BlackboxExporterArgs): Workload {
  const { platform } = args;
  const { port } = STACK[NAME];
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
        files: { 'blackbox.yml': blackboxYaml(args.dnsName) },
        onChange: { reload: '/-/reload' },
      },
    ],
    health: { http: { path: '/-/healthy', port: 'metrics' } },
    resources: { cpuMillis: 20, memoryMebibytes: 32, memoryLimitMebibytes: 128 },
    user: 65534,
    ...(args.connectsTo === undefined ? {} : { connectsTo: args.connectsTo }),
  };
}

/** The modules that the probes name. Five seconds leave room within a scrape's ten. */
export function blackboxYaml(dnsName: string | undefined): string {
  const timeout = '5s';
  return dump({
    modules: {
      [PROBE_MODULES.http]: { prober: 'http', timeout, http: { preferred_ip_protocol: 'ip4' } },
      [PROBE_MODULES.tcp]: { prober: 'tcp', timeout, tcp: { preferred_ip_protocol: 'ip4' } },
      ...(dnsName === undefined
        ? {}
        : {
            [PROBE_MODULES.dns]: {
              prober: 'dns',
              timeout,
              dns: { query_name: dnsName, query_type: 'A', preferred_ip_protocol: 'ip4' },
            },
          }),
    },
  });
}
