import { drawTable } from '../operations/reports/render/table.ts';

/** `1 change`, `2 changes`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A table for a terminal; plain lines with tabs between the cells for a pipe. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = terminalColumns();
  return columns === undefined
    ? rows.map((row) => row.join('\t')).join('\n')
    : drawTable(head, rows, columns);
}

/** Characters that a line of the terminal holds; undefined where what is printed goes elsewhere. */
export const terminalColumns = (): number | undefined =>
  process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
