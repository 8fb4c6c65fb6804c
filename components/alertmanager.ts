import type * as pulumi from '@pulumi/pulumi';
import { STACK } from '../catalogue/stack.ts';
import type { Workload } from '../platforms/workload.ts';
import type { ComponentArgs } from './component.ts';
import { ALERTMANAGER_SECRETS } from './mount-paths.ts';
import { alertmanager } from './parts/alertmanager.ts';
import { guardOf } from './program.ts';

export interface AlertmanagerArgs extends ComponentArgs {
  /** `alertmanager.yml` and templates by path relative to the configuration's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Keys, passwords and addresses that are secrets, by path relative to the secrets' folder. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Members of the gossip cluster, which tell each other what was sent. Default: 1, no cluster. */
  readonly replicas?: number;
  /** How long it keeps notifications and silences. Default: its own 120 hours. */
  readonly retentionHours?: number;
  /** Where others than this stack reach it, as a URL. Default: nowhere. */
  readonly knownAs?: string | undefined;
  /** Whom it notifies. */
  readonly connectsTo: Workload['connectsTo'];
}

const NAME = 'alertmanager';
const CONFIG = '/etc/alertmanager';
const DATA = '/alertmanager';
const GOSSIP_PORT = 9094;

/** Alertmanager as a workload; replicas form a gossip cluster. */
export function alertmanagerWorkload(args: AlertmanagerArgs): Workload {
  const { platform, replicas = 1 } = args;
  const { port } = STACK.alertmanager;
  const clustered = replicas > 1;
  const hasSecrets = Object.keys(args.secrets).length > 0;
  return {
    name: NAME,
    program: alertmanager.program,
    args: [
      `--config.file=${platform.path(NAME, CONFIG)}/alertmanager.yml`,
      `--storage.path=${platform.path(NAME, DATA)}`,
      ...(args.retentionHours === undefined ? [] : [`--data.retention=${args.retentionHours}h`]),
      `--web.listen-address=${platform.listen(NAME, port)}`,
      `--web.external-url=${platform.url(NAME, port)}`,
      `--cluster.listen-address=${clustered ? platform.listen(NAME, GOSSIP_PORT) : ''}`,
      // Without it, Alertmanager looks for a private IPv4 address (RFC 1918), and ends where a pod has none.
      ...(clustered && platform.advertise !== undefined
        ? [`--cluster.advertise-address=${platform.advertise(NAME, GOSSIP_PORT)}`]
        : []),
      ...(clustered
        ? platform.addresses(NAME, GOSSIP_PORT, replicas).map((peer) => `--cluster.peer=${peer}`)
        : []),
    ],
    ports: [
      { name: 'web', port, published: true },
      ...(clustered
        ? ([
            { name: 'gossip', port: GOSSIP_PORT },
            { name: 'gossip-udp', port: GOSSIP_PORT, protocol: 'udp' },
          ] as const)
        : []),
    ],
    directories: [
      { name: 'config', mount: CONFIG, files: args.files, onChange: { reload: '/-/reload' } },
      ...(hasSecrets
        ? [
            {
              name: 'secrets',
              mount: ALERTMANAGER_SECRETS,
              files: args.secrets,
              secret: true,
              onChange: { reload: '/-/reload' },
            },
          ]
        : []),
    ],
    data: { mount: DATA, gibibytes: 1 },
    health: { http: { path: '/-/ready', port: 'web' }, live: '/-/healthy', startupSeconds: 60 },
    resources: { cpuMillis: 50, memoryMebibytes: 128, memoryLimitMebibytes: 512 },
    user: 65534,
    guard: guardOf(args.knownAs),
    replicas,
    connectsTo: [...(args.connectsTo ?? []), ...(clustered ? [{ workload: NAME, port: GOSSIP_PORT }] : [])],
  };
}
