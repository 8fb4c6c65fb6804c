import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../cli/project.ts';
import type { Bench, Measured } from './bench.ts';
import { median, time, times } from './numbers.ts';
import { ROOT } from './paths.ts';
import { run } from './process.ts';

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
    return [tableOf({ first, again, describe })];
  },
} satisfies Bench;

async function command(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await run(process.execPath, ['cli/main.ts', ...args], { cwd: ROOT });
  return performance.now() - start;
}

function tableOf(runs: Readonly<Record<'first' | 'again' | 'describe', readonly number[]>>): Measured {
  const row = (what: string, values: readonly number[]) => [
    what,
    time(median(values)),
    time(Math.min(...values)),
    times(median(values) / median(runs.describe)),
  ];
  return {
    title: 'What changed, in the field’s terms: whole processes',
    head: ['process', 'median', 'fastest', 'to describing'],
    rows: [
      row('make diff, a base that is new', runs.first),
      row('make diff, a base that is known', runs.again),
      row('make describe, one version', runs.describe),
    ],
    notes: [
      'Without make. A new base is checked out and describes itself by its own code, while this version does the same.',
    ],
  };
}
