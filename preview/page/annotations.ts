import type { AnnotationQuery, Dashboard } from '../model/dashboard.ts';
import { legend } from '../model/frame.ts';
import { alignRange, builtIns, intervals } from '../model/interval.ts';
import { color, type Theme } from '../model/palette.ts';
import { parseInterval, type TimeRange } from '../model/time.ts';
import { interpolate, type Variable } from '../model/variables.ts';
import { queryRange } from './prometheus.ts';

/** A mark on every graph: a moment, or a time from one to another. */
export interface Mark {
  from: number;
  to: number;
  title: string;
  text: string;
  tags: string[];
  color: string;
  source: string;
  /** Panels that show it; undefined: all. */
  on?: (panelId: number) => boolean;
}

export interface Marks {
  marks: Mark[];
  errors: string[];
}

async function load(
  query: AnnotationQuery,
  range: TimeRange,
  variables: readonly Variable[],
  theme: Theme,
): Promise<Mark[]> {
  const step = parseInterval(query.step ?? query.target?.step) ?? 60_000;
  const chosen = intervals({
    range,
    maxDataPoints: 1000,
    scrapeInterval: '15s',
    queryInterval: formatSeconds(step),
  });
  const text = query.expr ?? query.target?.expr ?? '';
  const expr = interpolate(text, variables, builtIns(range, chosen), 'promql');
  const { data } = await queryRange(expr, alignRange(range, chosen.step), chosen.step);
  if (data.resultType !== 'matrix') return [];
  const ids = query.filter?.ids;
  const on = ids ? (id: number) => ids.includes(id) !== (query.filter?.exclude === true) : undefined;
  return data.result.flatMap(({ metric, values = [] }) => {
    const spans: { from: number; to: number }[] = [];
    for (const [seconds, value] of values) {
      if (!(Number(value) > 0)) continue;
      const at = query.useValueForTime ? Number(value) : seconds * 1000;
      const last = spans.at(-1);
      if (last && at - last.to <= chosen.step) last.to = at;
      else spans.push({ from: at, to: at });
    }
    const name = (format: string | undefined) => (format ? legend(format, metric, expr) : '');
    const tags = (query.tagKeys ?? '').split(',').flatMap((key) => metric[key.trim()] ?? []);
    return spans.map(
      (span): Mark => ({
        ...span,
        title: name(query.titleFormat) || query.name,
        text: name(query.textFormat),
        tags,
        color: color(query.iconColor ?? 'blue', theme),
        source: query.name,
        ...(on ? { on } : {}),
      }),
    );
  });
}

const formatSeconds = (ms: number) => `${ms / 1000}s`;

/** What the dashboard's enabled annotation queries mark in a range. */
export async function loadAnnotations(
  dashboard: Dashboard,
  range: TimeRange,
  variables: readonly Variable[],
  theme: Theme,
  off: ReadonlySet<string>,
): Promise<Marks> {
  const queries = (dashboard.annotations?.list ?? []).filter(
    (query) => query.enable !== false && !off.has(query.name) && (query.expr || query.target?.expr),
  );
  const errors: string[] = [];
  const marks = await Promise.all(
    queries.map((query) =>
      load(query, range, variables, theme).catch((error: Error) => {
        errors.push(`Annotation ${query.name}: ${error.message}`);
        return [];
      }),
    ),
  );
  return { marks: marks.flat(), errors };
}
