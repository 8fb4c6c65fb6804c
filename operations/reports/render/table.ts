import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

/** Of a cell: a blank on either side, and one border. */
const FRAME = 3;
/**
 * A table drawn for a terminal, at most so wide: the widest columns wrap between words, and a word is never cut.
 * @param width in characters.
 */
export function drawTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const lines = [head, ...rows];
  const natural = head.map((_, column) => longest(lines.map((line) => line[column] ?? '')));
  const words = head.map((_, column) => longest(lines.flatMap((line) => (line[column] ?? '').split(' '))));
  const table = new Table({
    head: [...head],
    style: { head: ['bold'], border: ['dim'] },
    colWidths: fitted(natural, words, width - 1 - FRAME * head.length).map((own) => own + FRAME - 1),
    wordWrap: true,
  });
  for (const row of rows) table.push([...row]);
  return withoutRules(table.toString());
}

/** Only the head is set off by a line: twice as many rows fit on a screen. */
function withoutRules(drawn: string): string {
  const lines = drawn.split('\n');
  const isRule = (line: string) => stripVTControlCharacters(line).startsWith('├');
  const head = lines.findIndex(isRule);
  return lines.filter((line, index) => index === head || !isRule(line)).join('\n');
}

const longest = (texts: readonly string[]) =>
  Math.max(...texts.map((text) => stripVTControlCharacters(text).length));

/** Takes from the widest column that can give until all fit, or none can. */
function fitted(natural: readonly number[], least: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  const free = (column: number) => (widths[column] ?? 0) > (least[column] ?? 0);
  for (let excess = widths.reduce((a, b) => a + b, 0) - room; excess > 0; excess--) {
    const givers = [...widths.keys()].filter(free);
    const widest = givers.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Breaks a text between words into lines of at most so many characters. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
