import { existsSync, readFileSync } from 'node:fs';
import type { WorkloadLog } from '../workload.ts';
import { logFiles } from './supervisor.ts';

/** The logs of a stack's processes, of those that ran before as well. */
export function processLogs(state: string): readonly WorkloadLog[] {
  return Object.entries(logFiles(state))
    .sort()
    .map(([name, [file]]) => ({
      workload: name,
      copy: name,
      tail: async (lines) => tail(file, lines),
    }));
}

function tail(file: string | undefined, lines: number): readonly string[] {
  if (file === undefined || !existsSync(file)) return [];
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
}
