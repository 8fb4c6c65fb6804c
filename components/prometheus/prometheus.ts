import type * as pulumi from '@pulumi/pulumi';
import { STACK } from '../../catalogue/stack.ts';
import type { Permission, Workload } from '../../platforms/workload.ts';
import type { ComponentArgs } from '../component.ts';
import { PROMETHEUS_RULES, PROMETHEUS_SECRETS, PROMETHEUS_TARGETS } from '../mount-paths.ts';
import { prometheus } from '../parts/prometheus.ts';
import { guardOf } from '../program.ts';
import type { TargetGroup } from './discovery.ts';

export interface PrometheusArgs extends ComponentArgs {
  /** `prometheus.yml`, already rendered. */
  readonly config: string;
  /** Whether it holds a secret: then the file is one. Default: false. */
  readonly secretConfig?: boolean;
  /** Rule files by name. */
  readonly rules: Readonly<Record<string, string>>;
  readonly retention: Retention;
  /** Twins that scrape and evaluate the same. Default: 1. */
  readonly replicas?: number;
  /** Whom it scrapes and talks to. */
  readonly connectsTo: Workload['connectsTo'];
  /** Targets by job, which it looks at by itself. Default: none. */
  readonly targets?: Readonly<Record<string, readonly TargetGroup[]>>;
  /** Passwords and tokens with which it asks, by name of their file. Default: none. */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What discovery reads of the platform's API. Default: nothing. */
  readonly permissions?: readonly Permission[];
  /** Size of its volume, in GiB: more than the retention's size, for the head and compaction. */
  readonly gibibytes: number;
  /** Where others than this stack reach it, as a URL. Default: nowhere. */
  readonly knownAs?: string | undefined;
}

/** Whichever is reached first ends a sample's life. */
export interface Retention {
  /** Prometheus duration, such as `30d`. */
  readonly time: string;
  /** Prometheus size, such as `10GB`. */
  readonly size: string;
}

const NAME = 'prometheus';
const CONFIG = '/etc/prometheus';
const DATA = '/prometheus';
/** A text as the regular expression that matches it alone. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Prometheus as a workload: a changed rule or scrape file is reloaded, and the process goes on. */
export function prometheusWorkload(args: PrometheusArgs): Workload {
  const { platform, secrets = {} } = args;
  const { port } = STACK.prometheus;
  const targets = Object.entries(args.targets ?? {}).map(([job, groups]) => [
    `${job}.json`,
    JSON.stringify(groups),
  ]);
  return {
    name: NAME,
    program: prometheus.program,
    args: [
      `--config.file=${platform.path(NAME, CONFIG)}/prometheus.yml`,
      `--storage.tsdb.path=${platform.path(NAME, DATA)}`,
      `--storage.tsdb.retention.time=${args.retention.time}`,
      `--storage.tsdb.retention.size=${args.retention.size}`,
      `--web.listen-address=${platform.listen(NAME, port)}`,
      `--web.external-url=${platform.url(NAME, port)}`,
      // No page of another origin reads what it answers.
      `--web.cors.origin=${escaped(new URL(platform.url(NAME, port)).origin)}`,
      // It looks for changed files itself. --web.enable-lifecycle stays off: any web page that a user opens can post to
      // loopback or a forwarded port, and `/-/quit` would end the process.
      '--config.auto-reload',
      '--config.auto-reload-interval=5s',
      // A pending alert survives a restart when its `for` outlasts this grace; the default of 10 minutes would
      // make every page of this stack start over.
      '--rules.alert.for-grace-period=1m',
    ],
    ports: [{ name: 'web', port, published: true }],
    directories: [
      {
        name: 'config',
        mount: CONFIG,
        files: { 'prometheus.yml': args.config },
        ...(args.secretConfig === true ? { secret: true } : {}),
        onChange: 'watched',
      },
      // A folder of their own: a rule file that comes or goes changes nothing else.
      { name: 'rules', mount: PROMETHEUS_RULES, files: args.rules, onChange: 'watched' },
      ...(targets.length === 0
        ? []
        : [
            {
              name: 'targets',
              mount: PROMETHEUS_TARGETS,
              files: Object.fromEntries(targets),
              onChange: 'watched',
            } as const,
          ]),
      // Read again at every request.
      ...(Object.keys(secrets).length === 0
        ? []
        : [
            {
              name: 'secrets',
              mount: PROMETHEUS_SECRETS,
              files: secrets,
              secret: true,
              onChange: 'watched',
            } as const,
          ]),
    ],
    data: { mount: DATA, gibibytes: args.gibibytes },
    health: { http: { path: '/-/ready', port: 'web' }, live: '/-/healthy', startupSeconds: 300 },
    resources: { cpuMillis: 250, memoryMebibytes: 1024, memoryLimitMebibytes: 3072 },
    user: 65534,
    stop: { signal: 'SIGTERM', graceSeconds: 120 },
    guard: guardOf(args.knownAs),
    replicas: args.replicas ?? 1,
    ...(args.connectsTo === undefined ? {} : { connectsTo: args.connectsTo }),
    ...(args.permissions === undefined ? {} : { permissions: args.permissions }),
  };
}
