import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from '../process.ts';
import { courseOf, STEP_SECONDS } from './course.ts';
import type { Series } from './series.ts';

/** Hours of a block: the largest size to which Prometheus compacts when it keeps 30 days. */
const BLOCK_HOURS = 54;
const BLOCK_SECONDS = BLOCK_HOURS * 3600;
/** Characters that are gathered before they are written. */
const CHUNK = 4 * 1024 * 1024;

export interface Span {
  /** Unix time of the first sample, in seconds. */
  readonly start: number;
  /** Unix time after the last sample. */
  readonly end: number;
}

/** Writes series as blocks, one sample a minute. */
export async function writeSeries(
  promtool: string,
  data: string,
  series: readonly Series[],
  span: Span,
  from = span.start,
): Promise<void> {
  const course = courseOf((span.end - span.start) / STEP_SECONDS);
  await writeBlocks(promtool, data, { start: from, end: span.end }, async function* ({ start, end }) {
    for (const { text, valueAt } of series) {
      let lines = '';
      for (let time = start; time < end; time += STEP_SECONDS)
        lines += `${text} ${valueAt(course, (time - span.start) / STEP_SECONDS, time)} ${time}\n`;
      yield lines;
    }
  });
}

/** Writes blocks from OpenMetrics text, which passes through a file that is removed. */
export async function writeBlocks(
  promtool: string,
  data: string,
  span: Span,
  samples: (block: Span) => AsyncIterable<string>,
): Promise<void> {
  mkdirSync(data, { recursive: true });
  let building: Promise<unknown> = Promise.resolve();
  for (const block of blocksOf(span)) {
    const file = join(data, '..', `samples-${block.start}.om`);
    await writeText(file, samples(block));
    // The next file is written while promtool reads this one.
    await building;
    building = run(promtool, [
      'tsdb',
      'create-blocks-from',
      `--max-block-duration=${BLOCK_HOURS}h`,
      '--quiet',
      'openmetrics',
      file,
      data,
    ]).finally(() => rmSync(file));
    building.catch(() => undefined);
  }
  await building;
}

/** The parts of a span that fall into one block each. */
function blocksOf({ start, end }: Span): Span[] {
  const first = start - (start % BLOCK_SECONDS);
  return Array.from({ length: Math.ceil((end - first) / BLOCK_SECONDS) }, (_, index) => ({
    start: Math.max(start, first + index * BLOCK_SECONDS),
    end: Math.min(end, first + (index + 1) * BLOCK_SECONDS),
  }));
}

/** Writes text that comes in parts, and the end that OpenMetrics asks for. */
export async function writeText(file: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { highWaterMark: CHUNK });
  let text = '';
  for await (const part of lines) {
    text += part;
    if (text.length < CHUNK) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
  }
  stream.end(`${text}# EOF\n`);
  await finished(stream);
}
