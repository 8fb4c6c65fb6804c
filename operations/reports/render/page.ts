import { type Cell, type Report, type Section, textOf } from '../document.ts';

const STYLE = `
:root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--text:#1b1b1a;--muted:#5b5a56;--line:#dddcd6;
--good:#0a7a33;--warn:#8a5a00;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#131312;--card:#1c1c1a;--text:#f0efec;--muted:#b3b1aa;--line:#3a3935;
--good:#4cc38a;--warn:#e5b04b;--bad:#ff8078}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}
h1{margin:0;font-size:26px}h2{margin:0 0 8px;font-size:18px}h3{margin:16px 0 4px;font-size:14px;font-weight:600}
.period,.note{color:var(--muted)}.period{margin:2px 0 16px}.note{margin:10px 0 0;font-size:13px}
.verdict{margin:0 0 20px;padding:12px 16px;border-left:4px solid var(--line);background:var(--card);font-size:17px}
.verdict.good{border-color:var(--good)}.verdict.warn{border-color:var(--warn)}.verdict.bad{border-color:var(--bad)}
section{margin:0 0 20px;padding:18px 20px;background:var(--card);border:1px solid var(--line);border-radius:8px}
.wide{overflow-x:auto}table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--muted);font-size:13px;font-weight:600;white-space:nowrap}tr:last-child td{border-bottom:0}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}p.verdict{color:var(--text)}
td.good,td.warn,td.bad{font-weight:600}
figure{margin:16px 0 0;max-width:760px}figcaption{font-size:14px;font-weight:600}svg{display:block;width:100%;height:auto}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:4px 24px}
@media print{body{background:#fff}section{break-inside:avoid}}`;

export interface Page extends Pick<Report, 'title' | 'period' | 'verdict'> {
  /** HTML after the verdict. */
  readonly body: string;
  /** Further CSS. Default: none. */
  readonly style?: string;
}

/** The frame of every report: title, period and verdict, then its body. */
export function page({ title, period, verdict, body, style = '' }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)} · ${escaped(period)}</title>
<style>${STYLE}${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="period">${escaped(period)}</p>
<p class="verdict ${verdict.state}">${escaped(verdict.text)}</p>
${body}
</main>
</body>
</html>
`;
}

/** @param drawn HTML of the section's charts, between its table and its note. Default: none. */
export function section({ title, note, table }: Section, drawn = ''): string {
  const parts = [`<h2>${escaped(title)}</h2>`];
  if (table !== undefined && table.rows.length === 0)
    parts.push(`<p>${escaped(table.empty ?? 'Nothing.')}</p>`);
  else if (table !== undefined)
    parts.push(
      `<div class="wide"><table><thead><tr>${table.head.map((head) => `<th scope="col">${escaped(head)}</th>`).join('')}</tr></thead>`,
      `<tbody>${table.rows.map((row) => `<tr>${row.map(field).join('')}</tr>`).join('\n')}</tbody></table></div>`,
    );
  if (drawn !== '') parts.push(drawn);
  if (note !== undefined) parts.push(`<p class="note">${escaped(note)}</p>`);
  return `<section>${parts.join('\n')}</section>`;
}

const field = (cell: Cell) =>
  typeof cell === 'string'
    ? `<td>${escaped(cell)}</td>`
    : `<td class="${cell.state}">${escaped(textOf(cell))}</td>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
