import { type Cell, type State, type Table, textOf } from '../../reports/document.ts';
import type { Detail, Part, PullRequestReport } from './document.ts';

/** GitHub refuses comments over 65,536 characters; some of it is left for what a workflow adds. */
export const COMMENT_LIMIT = 65_000;

/** Longest text of a cell, in characters. */
const CELL_LIMIT = 600;

const MARKS: Readonly<Record<State, string>> = { good: '🟢 ', warn: '🟠 ', bad: '🔴 ', none: '' };

export interface MarkdownOptions {
  /** Where the whole report is found. Default: it is said to be in the HTML file. */
  readonly link?: string;
  /** Most characters. Default: what GitHub allows. */
  readonly limit?: number;
}

/**
 * The report as a comment: the verdict in the first line, long parts folded. What does not fit is left to the
 * HTML file, the longest tables first, and the comment says so. Its last line tells this comment from others.
 */
export function pullRequestMarkdown(report: PullRequestReport, options: MarkdownOptions = {}): string {
  const { limit = COMMENT_LIMIT } = options;
  const shown = new Map(report.parts.map((part) => [part, ALL]));
  for (;;) {
    const written = report.parts.map((part) => ({ part, text: markdownOf(part, shown.get(part) ?? ALL) }));
    const comment = framed(
      report,
      written.map(({ text }) => text),
      options,
    );
    if (comment.length <= limit) return comment;
    const [longest] = written
      .filter(({ part }) => !isShort(shown.get(part) ?? ALL))
      .sort((a, b) => b.text.length - a.text.length);
    if (longest === undefined) return framed(report, [], options);
    shown.set(longest.part, less(shown.get(longest.part) ?? ALL, longest.part));
  }
}

/** What of a part is shown: rows of each table, and details. */
interface Shown {
  readonly rows: number;
  readonly details: number;
}

const ALL: Shown = { rows: Number.POSITIVE_INFINITY, details: Number.POSITIVE_INFINITY };

const isShort = ({ rows, details }: Shown) => rows === 0 && details === 0;

/** Half of what was shown; details go before rows do. */
function less({ rows, details }: Shown, part: Part): Shown {
  const most = Math.min(details, part.details?.length ?? 0);
  if (most > 0) return { rows, details: Math.floor(most / 2) };
  const longest = Math.max(0, ...part.sections.map(({ table }) => table?.rows.length ?? 0));
  return { rows: Math.floor(Math.min(rows, longest) / 2), details: 0 };
}

/** Marks the comment of a stack, for whoever updates it. */
export const commentMarker = (stack: string): string => `<!-- feature-store-monitoring review: ${stack} -->`;

function framed(
  { stack, versions, verdict }: PullRequestReport,
  parts: readonly string[],
  { link }: MarkdownOptions,
) {
  const where = link === undefined ? 'the HTML report' : `[the HTML report](${link})`;
  const more = parts.some((part) => part !== '') ? `\n\nEverything in full, with pictures: ${where}.` : '';
  return [
    `${MARKS[verdict.state]}**${escaped(verdict.text)}**`,
    `Stack \`${stack}\`, ${escaped(versions)}.${more}`,
    ...parts.filter((part) => part !== ''),
    commentMarker(stack),
  ].join('\n\n');
}

function markdownOf(
  { title, summary, open, sections, details = [], pictures = [] }: Part,
  shown: Shown,
): string {
  const heading = summary === undefined ? title : `${title}: ${summary}`;
  const body = [
    ...sections.flatMap((section) => [
      ...(sections.length > 1 ? [`**${escaped(section.title)}**`] : []),
      ...(section.table === undefined ? [] : [tableOf(section.table, shown.rows)]),
      ...(section.note === undefined ? [] : [`<sub>${escaped(section.note)}</sub>`]),
    ]),
    ...(pictures.length > 0
      ? [
          `${pictures.length === 1 ? 'A picture is' : `${pictures.length} pairs of pictures are`} in the HTML report.`,
        ]
      : []),
    ...detailsOf(details, shown.details),
  ];
  if (body.length === 0) return `### ${escaped(heading)}`;
  return open
    ? [`### ${escaped(heading)}`, ...body].join('\n\n')
    : [`<details><summary>${escaped(heading)}</summary>`, ...body, '</details>'].join('\n\n');
}

function tableOf({ head, rows, empty = 'Nothing.' }: Table, most: number): string {
  if (rows.length === 0) return escaped(empty);
  const left = rows.length - most;
  return [
    line(head.map(escaped)),
    line(head.map(() => '---')),
    ...rows.slice(0, most).map((row) => line(row.map(cell))),
    ...(left > 0 ? [line([`… and ${left} more in the HTML report`, ...head.slice(1).map(() => '')])] : []),
  ].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const cell = (of: Cell) => `${typeof of === 'string' ? '' : MARKS[of.state]}${escaped(short(textOf(of)))}`;
const short = (text: string) => (text.length > CELL_LIMIT ? `${text.slice(0, CELL_LIMIT)} …` : text);

function detailsOf(details: readonly Detail[], most: number): readonly string[] {
  if (details.length === 0) return [];
  const shown = details.slice(0, most).map(({ title, before, after }) => {
    const lines = [
      ...(before === undefined ? [] : before.split('\n').map((text) => `- ${text}`)),
      ...(after === undefined ? [] : after.split('\n').map((text) => `+ ${text}`)),
    ];
    const alone = before === undefined || after === undefined;
    return [
      escaped(title),
      fenced(alone ? (before ?? after ?? '') : lines.join('\n'), alone ? '' : 'diff'),
    ].join('\n\n');
  });
  const left = details.length - shown.length;
  const rest = left > 0 ? [`… and ${left} more in the HTML report.`] : [];
  return ['<details><summary>In full</summary>', ...shown, ...rest, '</details>'];
}

/** A block of code whose fence is longer than any in it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' };

/** Text that Markdown takes for text: no tags, tables, emphasis, links, and nobody is mentioned by accident. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(/[&<>@]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/[|`*_[\]]/g, (character) => `\\${character}`)
    .replaceAll(/\s*\n\s*/g, ' ');
