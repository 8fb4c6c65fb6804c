import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../cli/project.ts';
import type { Bench } from './bench.ts';
import { comparison, timed } from './comparison.ts';

/** Far enough back that something differs, near enough that the base describes itself. */
const BASE = 'HEAD~1';

export default {
  name: 'review',
  summary: '`make diff` against a base that is new and one that is known, beside describing one version',
  async run({ quick, say }) {
    const first: number[] = [];
    const again: number[] = [];
    const describe: number[] = [];
    const diff = ['diff', '--stack', 'local', '--base', BASE];
    await command(diff);
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      say(`round ${round + 1}`);
      rmSync(join(stateFolder('local'), 'described'), { recursive: true, force: true });
      first.push(await command(diff));
      again.push(await command(diff));
      describe.push(await command(['describe', '--stack', 'local']));
    }
    return [
      comparison('What changed, in the field’s terms: whole processes', {
        runs: {
          'make diff, a base that is new': first,
          'make diff, a base that is known': again,
          'make describe, one version': describe,
        },
        to: { name: 'describing', runs: describe },
        notes: [
          'Without make. A new base is checked out and describes itself by its own code, while this version does the same.',
        ],
      }),
    ];
  },
} satisfies Bench;

const command = (args: readonly string[]) => timed(process.execPath, ['cli/main.ts', ...args]);
