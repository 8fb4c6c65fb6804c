import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strays } from '../../platforms/local/supervisor.ts';
import { Clone } from './full-path/clone.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Another run of the same moments: SEED=<number> in the environment. KILLS says how many of them. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32);
const KILLS = Number(process.env.KILLS ?? 3);
/** Seconds after its start in which a kill falls: the engine is opened after one or two, all runs after ten or twenty. */
const LATEST_SECONDS = 15;

/** Numbers from 0 to 1 by a seed: Mulberry32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

let clone: Clone;
const next = numbers(SEED);
const moments = Array.from({ length: KILLS }, () => Number((next() * LATEST_SECONDS).toFixed(2)));

const command = (name: string, ...args: readonly string[]) =>
  [
    join(ROOT, 'node_modules/.bin/node'),
    '--disable-warning=ExperimentalWarning',
    'cli/main.ts',
    name,
    '--stack',
    clone.stack,
    ...args,
  ] as const;

beforeAll(async () => {
  console.log(`SEED=${SEED}: make up is killed after ${moments.join(' s, ')} s`);
  clone = await Clone.make('killed', 27_000);
  symlinkSync(join(ROOT, 'node_modules'), join(clone.folder, 'node_modules'));
});

afterAll(async () => {
  if (clone === undefined) return;
  await clone.run(...command('down', '--purge'));
  rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
});

test.each(moments)(
  'make up that was killed after %d s is mended by make up, and make down stops all',
  async (moment) => {
    const first = clone.started(...command('up'));
    await Promise.race([setTimeout(moment * 1000), first.ended]);
    try {
      first.kill();
    } catch {
      // It was quicker than the moment.
    }
    await first.ended;

    const up = await clone.run(...command('up'));
    expect(up.output).not.toMatch(/^\s+at \S|code: -2|stderr:/m);
    expect([up.code, up.output]).toEqual([0, expect.stringContaining(clone.url('prometheus'))]);

    const down = await clone.run(...command('down'));
    expect([down.code, down.output]).toEqual([0, expect.stringMatching(/processes stopped/)]);
    expect(strays(join(clone.folder, '.monitoring', clone.stack))).toEqual([]);
  },
);
