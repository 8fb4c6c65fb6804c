import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Engine } from '../../docker-engine/engine.ts';

/** What the engine says of each container of a stack, by workload and `…-files` for its loader. */
export function inspected(engine: Engine, prefix: string): Record<string, Docker.ContainerInspectInfo> {
  const ids = engine
    .docker(['ps', '--all', '--quiet', '--filter', `name=^/${prefix}-`])
    .trim()
    .split('\n');
  const all = JSON.parse(engine.docker(['inspect', ...ids])) as Docker.ContainerInspectInfo[];
  return Object.fromEntries(all.map((one) => [one.Name.slice(prefix.length + 2), one]));
}

/** Arguments and environment with which a process was started. */
export function startedWith(pid: number): string {
  return ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\n');
}

/** Asks until the answer is there, every second. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let problem = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      problem = `: ${error}`;
    }
    if (Date.now() > end) throw new Error(`after ${seconds} s still not: ${what}${problem}`);
    await pause(1000);
  }
}

/** Asks Prometheus's API. */
export async function prometheus<T>(port: number, path: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}
