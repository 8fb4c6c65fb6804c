import Table from 'cli-table3';

/** `1 change`, `2 changes`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A table for a terminal; plain lines with tabs between the cells for a pipe. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (!process.stdout.isTTY) return rows.map((row) => row.join('\t')).join('\n');
  const drawn = new Table({ head: [...head], style: { head: ['bold'], border: ['dim'] } });
  for (const row of rows) drawn.push([...row]);
  return drawn.toString();
}
