import type { Guard, Program } from '../platforms/workload.ts';
import { TOOLS, type ToolName } from '../tools/versions.ts';

/** Repositories of the publishers' images; the tag is the version that `tools/versions.ts` pins. */
const REPOSITORIES = {
  prometheus: 'docker.io/prom/prometheus',
  alertmanager: 'docker.io/prom/alertmanager',
  node_exporter: 'docker.io/prom/node-exporter',
  blackbox_exporter: 'docker.io/prom/blackbox-exporter',
  redis_exporter: 'docker.io/oliver006/redis_exporter',
  grafana: 'docker.io/grafana/grafana',
  'redis-server': 'docker.io/valkey/valkey',
  'kafka-broker': 'docker.io/feature-store-monitoring/kafka-broker',
} as const satisfies Partial<Record<ToolName, string>>;

/** Publishers who write their image tags without a leading `v`. */
const BARE_TAGS: readonly string[] = ['grafana', 'redis-server', 'kafka-broker'];

/** A pinned tool as a program: its binary where processes run, its publisher's image where containers do. */
export function program(tool: keyof typeof REPOSITORIES, command?: readonly string[]): Program {
  const { version } = TOOLS[tool];
  const tag = BARE_TAGS.includes(tool) ? version : `v${version}`;
  return { tool, image: `${REPOSITORIES[tool]}:${tag}`, ...(command === undefined ? {} : { command }) };
}

/** The demo's broker: where the project's own image is called `programs`, as it is published, the broker lies beside it. */
export function brokerProgram(own: string): Program {
  const broker = program('kafka-broker');
  const [, folder] = /^(.+\/)programs[:@]/.exec(own) ?? [];
  return folder === undefined
    ? broker
    : { ...broker, image: `${folder}kafka-broker:${TOOLS['kafka-broker'].version}` };
}

/** This project's own TypeScript: Node locally, an image of the project elsewhere. */
export function ownProgram(image: string): Program {
  return { tool: 'node', image };
}

/**
 * How a guard stands in front of a server of Prometheus's web toolkit, which checks neither Host nor Origin: any page
 * could place silences and, by DNS rebinding, read everything.
 * @param url at which others than the stack reach it. Default: nowhere.
 */
export function guardOf(url: string | undefined): Guard {
  return {
    listenFlag: '--web.listen-address',
    usersFlag: '--web.config.file',
    names: url === undefined ? [] : [new URL(url).hostname],
  };
}
