import type { Report } from '../document.ts';
import { ReportError } from '../report-error.ts';
import { html } from './html.ts';
import { markdown } from './markdown.ts';
import { terminal } from './terminal.ts';

export const FORMATS = ['terminal', 'markdown', 'html', 'json'] as const;
export type Format = (typeof FORMATS)[number];

const BY_SUFFIX: Readonly<Record<string, Format>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
};

/**
 * How a report is written.
 * @param format as asked for; without it the file's suffix decides, then the terminal.
 * @throws ReportError for a format that is none.
 */
export function readFormat(format: string | undefined, out: string | undefined): Format {
  const chosen = format ?? BY_SUFFIX[/\.\w+$/.exec(out ?? '')?.[0] ?? ''] ?? 'terminal';
  if ((FORMATS as readonly string[]).includes(chosen)) return chosen as Format;
  throw new ReportError(`--format ${chosen} is not one of ${FORMATS.join(', ')}`);
}

/** @param columns of the terminal that reads it; a pipe gets plain lines with tabs. */
export function render(report: Report, format: Format, columns?: number): string {
  switch (format) {
    case 'terminal':
      return terminal(report, columns);
    case 'markdown':
      return markdown(report);
    case 'html':
      return html(report);
    case 'json': {
      const { title, period, verdict, data } = report;
      return `${JSON.stringify({ title, period, verdict, data }, null, 2)}\n`;
    }
  }
}
