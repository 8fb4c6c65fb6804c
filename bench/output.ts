import { table } from '../cli/output.ts';
import type { Measured } from './bench.ts';

/** A measured table with its title and notes: drawn in a terminal, plain lines in a pipe. */
export function show({ title, head, rows, notes = [] }: Measured): string {
  // In a pipe a table has no head of its own.
  const lines = process.stdout.isTTY ? rows : [head, ...rows];
  return ['', title, table(head, lines), ...notes.map((note) => `  ${note}`)].join('\n');
}
