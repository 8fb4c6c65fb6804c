import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTools } from '../../tools/install.ts';
import type { Recording, Sighting } from './play.ts';

const PHASES = 'phases.json';

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
 * @param recording its start and end are those of the evaluations, and each group is evaluated at the instants at
 *   which the live Prometheus did: an incident ends once its alert is told, and no other phase need hear it before
 * @throws what is wrong with the rules
 */
export async function replay(
  rules: Readonly<Record<string, string>>,
  samples: string,
  out: string,
  recording: Recording,
): Promise<Replayed> {
  const { 'rule-replay': program } = await ensureTools(['rule-replay']);
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    for (const [name, content] of Object.entries(rules)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, PHASES), JSON.stringify(phasesOf(recording)));
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const { stdout } = await promisify(execFile)(
      program,
      [
        ...['rules', '--data', samples, '--out', out, '--phases', PHASES],
        ...['--start', String(recording.started), '--end', String(recording.stopped)],
        ...Object.keys(rules),
      ],
      // The phase of a group that is new is derived from its file's name: names without the folder.
      { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Replayed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An instant of evaluation by group, from the answer of the live Prometheus. */
function phasesOf({ healthy }: Recording): Readonly<Record<string, number>> {
  const { groups } = healthy.rules as { groups: readonly { name: string; lastEvaluation: string }[] };
  return Object.fromEntries(groups.map(({ name, lastEvaluation }) => [name, Date.parse(lastEvaluation)]));
}
