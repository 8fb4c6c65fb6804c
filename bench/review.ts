import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from '../cli/project.ts';
import type { Bench } from './bench.ts';
import { comparison, timed } from './comparison.ts';

/** Far enough back that something differs, near enough that the base describes itself. */
const BASE = 'HEAD~1';

export default {
  name: 'review',
  summary:
    '`make diff` against a base that is new and one that is known, and `make pr-report`, beside describing one version',
  async run({ quick, say }) {
    const first: number[] = [];
    const again: number[] = [];
    const describe: number[] = [];
    const report: number[] = [];
    const planned: number[] = [];
    const diff = ['diff', '--stack', 'local', '--base', BASE];
    await command(diff);
    const out = mkdtempSync(join(tmpdir(), 'pr-report-'));
    const written = ['pr-report', '--stack', 'local', '--base', BASE, '--out', out];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      say(`round ${round + 1}`);
      rmSync(join(stateFolder('local'), 'described'), { recursive: true, force: true });
      first.push(await command(diff));
      again.push(await command(diff));
      describe.push(await command(['describe', '--stack', 'local']));
      report.push(await command([...written, '--without-plan']));
      planned.push(await command(written));
    }
    rmSync(out, { recursive: true });
    return [
      comparison('What changed, in the field’s terms: whole processes', {
        runs: {
          'make diff, a base that is new': first,
          'make diff, a base that is known': again,
          'make describe, one version': describe,
          'make pr-report, without the engine': report,
          'make pr-report': planned,
        },
        to: { name: 'describing', runs: describe },
        notes: [
          'Without make. A new base is checked out and describes itself by its own code, while this version does the same.',
          'The reports have a base that is known, and no Prometheus.',
        ],
      }),
    ];
  },
} satisfies Bench;

const command = (args: readonly string[]) => timed(process.execPath, ['cli/main.ts', ...args]);
