import pc from 'picocolors';
import { type Cell, type Report, type State, textOf } from '../document.ts';
import { drawTable, wrapped } from './table.ts';

const PAINT: Readonly<Record<State, (text: string) => string>> = {
  good: pc.green,
  warn: pc.yellow,
  bad: pc.red,
  none: (text) => text,
};

const paint = (cell: Cell): string => (typeof cell === 'string' ? cell : PAINT[cell.state](cell.text));

/**
 * Tables with colours for a terminal; lines with tabs between the cells for a pipe. Charts are left out.
 * @param columns of the terminal; none for a pipe.
 */
export function terminal({ title, period, verdict, sections }: Report, columns?: number): string {
  const folded = (text: string) => (columns === undefined ? text : wrapped(text, columns));
  const lines = [pc.bold(title), pc.dim(period), '', PAINT[verdict.state](folded(verdict.text))];
  for (const { title, note, table } of sections) {
    if (table === undefined) continue;
    lines.push('', pc.bold(title));
    if (table.rows.length === 0) {
      lines.push(table.empty ?? 'Nothing.');
    } else if (columns !== undefined) {
      lines.push(
        drawTable(
          table.head,
          table.rows.map((row) => row.map(paint)),
          columns,
        ),
      );
    } else {
      lines.push(table.head.join('\t'), ...table.rows.map((row) => row.map(textOf).join('\t')));
    }
    if (note !== undefined) lines.push(pc.dim(folded(note)));
  }
  return `${lines.join('\n')}\n`;
}
