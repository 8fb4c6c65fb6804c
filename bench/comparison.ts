import type { Measured } from './bench.ts';
import { median, time, times } from './numbers.ts';
import { ROOT } from './paths.ts';
import { run } from './process.ts';

/** How long a program takes in the project's folder, start to end, in milliseconds. @throws with what it said. */
export async function timed(file: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  await run(file, args, { cwd: ROOT });
  return performance.now() - start;
}

interface Compared {
  /** Times of each process, in milliseconds, by what it is. */
  readonly runs: Readonly<Record<string, readonly number[]>>;
  /** What the others are held against. */
  readonly to: { readonly name: string; readonly runs: readonly number[] };
  readonly notes: readonly string[];
}

/** A row for each process: median, fastest, and how many times as long as one of them. */
export function comparison(title: string, { runs, to, notes }: Compared): Measured {
  return {
    title,
    head: ['process', 'median', 'fastest', `to ${to.name}`],
    rows: Object.entries(runs).map(([what, own]) => [
      what,
      time(median(own)),
      time(Math.min(...own)),
      times(median(own) / median(to.runs)),
    ]),
    notes,
  };
}
