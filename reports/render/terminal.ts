import Table from 'cli-table3';
import pc from 'picocolors';
import { type Cell, type Report, type State, textOf } from '../document.ts';

const PAINT: Readonly<Record<State, (text: string) => string>> = {
  good: pc.green,
  warn: pc.yellow,
  bad: pc.red,
  none: (text) => text,
};

const paint = (cell: Cell): string => (typeof cell === 'string' ? cell : PAINT[cell.state](cell.text));

/** Tables with colours for a terminal; lines with tabs between the cells for a pipe. Charts are left out. */
export function terminal({ title, period, verdict, sections }: Report, drawn: boolean): string {
  const lines = [pc.bold(title), pc.dim(period), '', PAINT[verdict.state](verdict.text)];
  for (const { title, note, table } of sections) {
    if (table === undefined) continue;
    lines.push('', pc.bold(title));
    if (table.rows.length === 0) {
      lines.push(table.empty ?? 'Nothing.');
    } else if (drawn) {
      const shown = new Table({ head: [...table.head], style: { head: ['bold'], border: ['dim'] } });
      for (const row of table.rows) shown.push(row.map(paint));
      lines.push(shown.toString());
    } else {
      lines.push(table.head.join('\t'), ...table.rows.map((row) => row.map(textOf).join('\t')));
    }
    if (note !== undefined) lines.push(pc.dim(note));
  }
  return `${lines.join('\n')}\n`;
}
