import { readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import type { Engine } from '../../docker-engine/engine.ts';

/** What the engine says of each container of a stack, by workload and `…-files` for its loader. */
export function inspected(engine: Engine, prefix: string): Record<string, Docker.ContainerInspectInfo> {
  const ids = engine
    .docker(['ps', '--all', '--quiet', '--filter', `name=^/${prefix}-`])
    .split('\n')
    .filter((id) => id !== '');
  if (ids.length === 0) return {};
  const all = JSON.parse(engine.docker(['inspect', ...ids])) as Docker.ContainerInspectInfo[];
  return Object.fromEntries(all.map((one) => [one.Name.slice(prefix.length + 2), one]));
}

/** Whether a container ends once it has put its files in place. */
export function isLoader(name: string): boolean {
  return name === 'health' || name.endsWith('-files');
}

/** Arguments and environment with which a process was started. */
export function startedWith(pid: number): string {
  return ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\n');
}
