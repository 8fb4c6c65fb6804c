import type { Guard, Program } from '../platforms/workload.ts';
import { TOOLS, type ToolName } from '../tools/versions.ts';
import { PARTS } from './parts/index.ts';
import { pinned } from './parts/part.ts';

/** Programs that containers run from their publishers' images, and the demo's broker. */
const PROGRAMS = [
  ...PARTS.map((part) => part.program),
  pinned('redis-server', 'docker.io/valkey/valkey', 'bare'),
  pinned('kafka-broker', 'docker.io/feature-store-monitoring/kafka-broker', 'bare'),
];

/** A pinned tool as a program. */
export function program(tool: ToolName): Program {
  const found = PROGRAMS.find((each) => each.tool === tool);
  if (found === undefined) throw new Error(`No image is known of ${tool}.`);
  return found;
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
