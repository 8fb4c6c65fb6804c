import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeText } from '../dataset/blocks.ts';
import { run } from '../process.ts';
import { type DaySamples, HOURS_BEFORE, MONTH_START, SCRAPE } from './samples.ts';

const DAY = 86_400;

/** Writes the samples of a day as blocks into a folder of their own, as `--storage.tsdb.path` wants them. */
export async function writeDay(
  promtool: string,
  folder: string,
  day: number,
  samples: DaySamples,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}.om`;
  const start = MONTH_START + day * DAY - HOURS_BEFORE * 3600;
  await writeText(file, lines(samples, start));
  // promtool makes blocks of 2 hours times a power of three, and a day in one is read the soonest.
  await run(promtool, [
    ...['tsdb', 'create-blocks-from', '--max-block-duration=486h', '--quiet', 'openmetrics'],
    ...[file, folder],
  ]);
  rmSync(file);
}

async function* lines(samples: DaySamples, start: number): AsyncIterable<string> {
  for (const [text, values] of samples) {
    let part = '';
    for (const [tick, value] of values.entries())
      if (!Number.isNaN(value)) part += `${text} ${value} ${start + tick * SCRAPE}\n`;
    yield part;
  }
}

/** Folder of the samples of a day, and of what a rule set recorded on it. */
export const rawFolder = (folder: string, day: number): string => join(folder, `raw-${day}`);
