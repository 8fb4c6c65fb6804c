import type { DataLink } from './dashboard.ts';
import type { Field, Frame } from './frame.ts';
import type { TimeRange } from './time.ts';
import { formatValues, interpolate, type Variable } from './variables.ts';

export interface LinkContext {
  variables: readonly Variable[];
  /** As the URL has it, such as `now-1h` and `now`. */
  raw: { from: string; to: string };
  range: TimeRange;
  dashboard: { uid: string; title: string };
  frame?: Frame;
  field?: Field;
  row?: number;
  /** Text of the value, where the link stands on one. */
  text?: string;
}

export interface Link {
  title: string;
  url: string;
  newTab: boolean;
}

/** The address of a data link with every `${__…}` of Grafana that the preview knows, and the variables, filled in. */
export function resolveLink(link: DataLink, context: LinkContext): Link {
  const fill = (text: string, encode: (value: string) => string) =>
    interpolate(
      text
        .replace(
          /\$\{__data\.fields(?:\.([\w ]+)|\[['"]?([^\]'"]+)['"]?\])(?::\w+)?(?:\.(?:text|numeric))?\}/g,
          (_all, a, b) => encode(cell(context, a ?? b)),
        )
        .replace(/\$\{__field\.labels(?:\.(\w+)|\[['"]?(\w+)['"]?\])(?::\w+)?\}/g, (_all, a, b) =>
          encode(context.field?.labels?.[a ?? b] ?? ''),
        )
        .replace(
          /\$\{__(?:series|field)\.(?:name|displayName)(?::\w+)?\}/g,
          encode(context.field?.displayName ?? ''),
        )
        .replace(
          /\$\{__value\.(?:raw|numeric)(?::\w+)?\}/g,
          encode(String(context.field?.values[context.row ?? 0] ?? '')),
        )
        .replace(/\$\{__value\.text(?::\w+)?\}/g, encode(context.text ?? ''))
        .replace(/\$\{__value\.time\}/g, String(context.frame?.fields[0]?.values[context.row ?? 0] ?? ''))
        .replace(/\$\{?__url_time_range\}?/g, timeQuery(context))
        .replace(/\$\{?__all_variables\}?/g, variableQuery(context.variables))
        .replace(/\$\{__dashboard\.uid\}/g, context.dashboard.uid)
        .replace(/\$\{?__dashboard(?:\.title|\.name)?\}?/g, context.dashboard.title),
      context.variables,
      { __from: String(context.range.from), __to: String(context.range.to) },
    );
  return {
    title: fill(link.title ?? '', (v) => v) || 'Link',
    url: fill(link.url ?? '', encodeURIComponent),
    newTab: link.targetBlank === true,
  };
}

function cell({ frame, row = 0 }: LinkContext, name: string): string {
  const fields = frame?.fields ?? [];
  const field = fields.find((f) => f.displayName === name || f.name === name) ?? fields[Number(name)];
  return String(field?.values[row] ?? '');
}

export const timeQuery = ({ raw }: Pick<LinkContext, 'raw'>): string =>
  `from=${encodeURIComponent(raw.from)}&to=${encodeURIComponent(raw.to)}`;

export const variableQuery = (variables: readonly Variable[]): string =>
  variables
    .filter(({ type }) => type !== 'constant')
    .map((variable) => formatValues(variable, 'queryparam'))
    .join('&');
