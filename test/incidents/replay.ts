import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTools } from '../../tools/install.ts';
import type { Sighting } from './play.ts';

/** What rules make of recorded samples. */
export interface Replayed {
  /** Each period in which an alert was pending or firing. */
  readonly alerts: readonly Sighting[];
  readonly rules: readonly {
    readonly name: string;
    readonly health: string;
    /** The last error, if any evaluation failed. */
    readonly lastError?: string;
  }[];
}

/**
 * Evaluates rules over recorded samples with Prometheus's own rule groups, in simulated time.
 * @param rules rule files by name
 * @param samples directory with a block
 * @param out directory into which what the rules record is written as a block
 * @param span first and last evaluation, Unix milliseconds
 * @throws what is wrong with the rules
 */
export async function replay(
  rules: Readonly<Record<string, string>>,
  samples: string,
  out: string,
  [start, end]: readonly [number, number],
): Promise<Replayed> {
  const { 'rule-replay': program } = await ensureTools(['rule-replay']);
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    for (const [name, content] of Object.entries(rules)) writeFileSync(join(folder, name), content);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const { stdout } = await promisify(execFile)(
      program,
      [
        ...['rules', '--data', samples, '--out', out, '--start', String(start), '--end', String(end)],
        ...Object.keys(rules),
      ],
      // A group is evaluated at an offset that Prometheus derives from its file's name: names without the folder.
      { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Replayed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
