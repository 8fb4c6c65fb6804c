import { rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineFolder } from '../../cli/engine/engine-folder.ts';
import { strays } from '../../platforms/local/supervisor.ts';
import { Random } from '../mutation/random.ts';
import { Clone } from './full-path/clone.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Another run of the same moments: SEED=<number> in the environment. KILLS says how many of them. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32);
const KILLS = Number(process.env.KILLS ?? 3);
/** Seconds after its start in which a kill falls: the engine is opened after one or two, all runs after ten or twenty. */
const LATEST_SECONDS = 15;

/** A run is at its end once every target was scraped and every rule evaluated. */
const QUICK = { scrapeInterval: '5s', evaluationInterval: '5s' };

let clone: Clone;
const random = new Random(SEED);
const moments = Array.from({ length: KILLS }, () => Number((random.next() * LATEST_SECONDS).toFixed(2)));

beforeAll(async () => {
  console.log(`SEED=${SEED}: make up is killed after ${moments.join(' s, ')} s`);
  clone = await Clone.make('killed', 27_000, { prometheus: QUICK });
  symlinkSync(join(ROOT, 'node_modules'), join(clone.folder, 'node_modules'));
});

afterAll(async () => {
  if (clone === undefined) return;
  await clone.run(...clone.command('down', '--purge'));
  rmSync(join(clone.folder, '..', '..'), { recursive: true, force: true });
});

const STACK_TRACE = /^\s+at \S|code: -2|stderr:/m;
const state = () => join(clone.folder, '.monitoring', clone.stack);

async function upIsHealthy(): Promise<void> {
  const up = await clone.run(...clone.command('up'));
  expect(up.output).not.toMatch(STACK_TRACE);
  expect([up.code, up.output]).toEqual([0, expect.stringContaining(clone.url('prometheus'))]);
}

async function downStopsAll(): Promise<string> {
  const down = await clone.run(...clone.command('down'));
  expect([down.code, down.output]).toEqual([0, expect.stringMatching(/processes stopped/)]);
  expect(down.output).not.toMatch(STACK_TRACE);
  expect(down.output).not.toContain('pulumi refresh');
  expect(strays(state())).toEqual([]);
  return down.output;
}

test.each(moments)(
  'make up that was killed after %d s is mended by make up, and make down stops all',
  async (moment) => {
    const first = clone.started(...clone.command('up'));
    await Promise.race([setTimeout(moment * 1000), first.ended]);
    try {
      first.kill();
    } catch {
      // It was quicker than the moment.
    }
    await first.ended;

    await upIsHealthy();
    await downStopsAll();
  },
);

test('processes whose records are gone hold up make up, are stopped by make down, and start anew', async () => {
  await upIsHealthy();
  rmSync(join(clone.folder, '.monitoring'), { recursive: true });

  const refused = await clone.run(...clone.command('up'));
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining(`${clone.ports.grafana}`)]);
  expect(refused.output).not.toMatch(STACK_TRACE);

  // `git clean -fdx` takes a file that was never committed as well.
  rmSync(join(clone.folder, `Pulumi.${clone.stack}.yaml`));
  const down = await downStopsAll();
  expect(down).toContain('there is nothing more to remove');
  clone.configure({});
  // Prometheus ends by itself where its data is gone.
  for (const workload of ['grafana', 'redis', 'kafka', 'demo'])
    expect(down).toMatch(new RegExp(`processes stopped: .*\\b${workload}\\b`));
  await upIsHealthy();
});

test('a state that was cut off is put back by the command that the refusal names', async () => {
  const file = engineFolder(
    clone.stack,
    pathToFileURL(join(clone.folder, '.monitoring', 'state')).href,
  )?.state;
  if (file === undefined) throw new Error('the state of the clone is a folder');
  truncateSync(file, 5000);

  const refused = await clone.run(...clone.command('up'));
  expect(refused.code).toBe(1);
  const [, copy = ''] = /^ {2}(cp .*)$/m.exec(refused.output) ?? [];
  expect(copy).toContain(file);
  expect(await clone.run('sh', '-c', copy)).toEqual({ code: 0, output: '' });

  await upIsHealthy();
  await downStopsAll();
});
