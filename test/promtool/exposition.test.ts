import { execFile } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../lib/exposition.ts';
import { ensureTools } from '../../tools/install.ts';

/** Whether promtool reads a page; what it says of style besides is no refusal. */
async function takenBy(promtool: string, page: string): Promise<boolean> {
  const code = await new Promise<number>((resolve) => {
    const child = execFile(promtool, ['check', 'metrics'], (error) => resolve(Number(error?.code ?? 0)));
    child.stdin?.end(page);
  });
  return code !== 1;
}

function isRead(page: string): boolean {
  try {
    parseExposition(page, 'text');
    return true;
  } catch {
    return false;
  }
}

const PAGES = Number(process.env.PAGES ?? 40);

/** Lines that are right, and lines that are wrong in one way. */
const LINES = [
  'a 1',
  'a_total{b="c"} 1.5e3',
  ' a { b = "c" , } 1 1700000000000',
  'h_bucket{le="+Inf"} 1',
  'h_count 1',
  '# TYPE h histogram',
  '# TYPE a gauge',
  '# TYPE a GAUGE',
  '# TYPE b stateset',
  '# HELP a What it is.',
  '# HELP a \\x',
  '# TYPE',
  '# EOF',
  '#a comment',
  '',
  'a{b="c\\"d\\n"} NaN',
  'a{b="ü"} -Inf',
  'a{b="c",b="d"} 1',
  'a{b=c} 1',
  'a{b="c" 1',
  'a{b="\\t"} 1',
  'a{__name__="x"} 1',
  'a{0b="c"} 1',
  'a 0x1',
  'a 1_0',
  'a 1e999',
  'a 1 now',
  'a 1 1.5',
  'a 1 2 3',
  'a 1\r',
  'a',
  '0a 1',
  'h_bucket{le="x"} 1',
  'h_bucket{le="1"} -0.5',
];

/**
 * A sample without a name. Prometheus refuses it everywhere; promtool's parser gives it to the metric before it, or
 * crashes (expfmt of prometheus/common 0.71), so that promtool is asked only of the line alone.
 */
const NAMELESS = '{b="c"} 1';

test('every page that promtool takes is read, and none that it refuses', { timeout: 120_000 }, async () => {
  const { promtool } = await ensureTools(['promtool']);
  const mixed = fc.sample(fc.array(fc.constantFrom(...LINES), { minLength: 2, maxLength: 4 }), PAGES);
  const pages = [...[...LINES, NAMELESS].map((line) => [line]), ...mixed].map(
    (lines) => `${lines.join('\n')}\n`,
  );
  const wrong: string[] = [];
  for (const page of pages)
    if ((await takenBy(promtool, page)) !== isRead(page)) wrong.push(JSON.stringify(page));
  expect(wrong).toEqual([]);
});
