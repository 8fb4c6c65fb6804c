import { type Cell, type Report, type State, textOf } from '../document.ts';

const MARK: Readonly<Record<State, string>> = { good: '✓ ', warn: '! ', bad: '✗ ', none: '' };

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ');
const field = (cell: Cell) => `${typeof cell === 'string' ? '' : MARK[cell.state]}${escaped(textOf(cell))}`;
const line = (fields: readonly string[]) => `| ${fields.join(' | ')} |`;

/** Markdown that reads well as it stands: for a pull request, a wiki, a message. Charts are left out. */
export function markdown({ title, period, verdict, sections }: Report): string {
  const parts = [`# ${title}`, `${period}`, `**${MARK[verdict.state]}${verdict.text}**`];
  for (const { title, note, table } of sections) {
    if (table === undefined) continue;
    parts.push(`## ${title}`);
    parts.push(
      table.rows.length === 0
        ? (table.empty ?? 'Nothing.')
        : [
            line(table.head.map(escaped)),
            line(table.head.map(() => '---')),
            ...table.rows.map((row) => line(row.map(field))),
          ].join('\n'),
    );
    if (note !== undefined) parts.push(note);
  }
  return `${parts.join('\n\n')}\n`;
}
