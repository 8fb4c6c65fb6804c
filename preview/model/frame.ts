import type { FieldConfig, Target } from './dashboard.ts';
import { parseSample } from './numbers.ts';

export type Labels = Readonly<Record<string, string>>;
export type Cell = number | string | null;

export interface Field {
  name: string;
  type: 'time' | 'number' | 'string';
  values: Cell[];
  labels?: Labels;
  /** The name that the query's legend format gives, where it has one. */
  legend?: string;
  config: FieldConfig;
  /** Set once field options are applied. */
  displayName?: string;
}

/** Columns of equal length, as Grafana's data frame. */
export interface Frame {
  refId: string;
  name?: string;
  fields: Field[];
}

export const rowCount = (frame: Frame): number => frame.fields[0]?.values.length ?? 0;

/** The `data` of an answer of Prometheus's query API. */
export type QueryData =
  | { resultType: 'matrix'; result: { metric: Labels; values?: [number, string][] }[] }
  | { resultType: 'vector'; result: { metric: Labels; value?: [number, string] }[] }
  | { resultType: 'scalar' | 'string'; result: [number, string] };

/** A series as PromQL writes it: `name{a="b"}`. */
export function seriesName(labels: Labels): string {
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([key, value]) => `${key}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(', ')}}` : name;
}

/**
 * The name of a series by a target's legend format. A label that is not there leaves nothing. Without a format
 * (or with `__auto`) it is the only label's value where there is one alone, else the series itself.
 */
export function legend(format: string | undefined, labels: Labels, expr: string): string {
  if (format && format !== '__auto') {
    const text = format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_all, label: string) => labels[label] ?? '');
    return text === '{}' ? expr : text;
  }
  const own = Object.entries(labels).filter(([key]) => key !== '__name__');
  if (format === '__auto' && own.length === 1 && own[0]) return own[0][1];
  return seriesName(labels) || expr;
}

interface Series {
  metric: Labels;
  points: readonly (readonly [number, string])[];
}

function allSeries(data: QueryData): Series[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values = [] }) => ({ metric, points: values }));
    case 'vector':
      return data.result.map(({ metric, value }) => ({ metric, points: value ? [value] : [] }));
    default:
      return [{ metric: {}, points: [data.result] }];
  }
}

const timeField = (values: Cell[]): Field => ({ name: 'Time', type: 'time', values, config: {} });

/** An answer as frames in the target's format: a frame a series, one table, or one frame of histogram buckets. */
export function toFrames(target: Target, expr: string, data: QueryData, tables = 1): Frame[] {
  const refId = target.refId ?? 'A';
  const series = allSeries(data);
  if (series.length === 0) return [];
  if (target.format === 'table') return [toTable(refId, series, tables > 1 ? `Value #${refId}` : 'Value')];
  if (target.format === 'heatmap') return [toBuckets(refId, series)];
  return series.map(({ metric, points }) => ({
    refId,
    fields: [
      timeField(points.map(([t]) => t * 1000)),
      {
        name: 'Value',
        type: 'number' as const,
        values: points.map(([, v]) => parseSample(v)),
        labels: metric,
        legend: legend(target.legendFormat, metric, expr),
        config: {},
      },
    ],
  }));
}

function toTable(refId: string, series: readonly Series[], valueName: string): Frame {
  const names = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = series.flatMap(({ metric, points }) => points.map((point) => ({ metric, point })));
  return {
    refId,
    fields: [
      timeField(rows.map(({ point }) => point[0] * 1000)),
      ...names.map((name): Field => {
        const values = rows.map(({ metric }) => metric[name] ?? null);
        return name === 'le'
          ? { name, type: 'number', values: values.map((v) => (v === null ? v : parseSample(v))), config: {} }
          : { name, type: 'string', values, config: {} };
      }),
      {
        name: valueName,
        type: 'number',
        values: rows.map(({ point }) => parseSample(point[1])),
        config: {},
      },
    ],
  };
}

/** Cumulative buckets as counts of their own: sorted by `le`, each less the one below it. */
function toBuckets(refId: string, series: readonly Series[]): Frame {
  const sorted = series
    .filter(({ metric }) => metric.le !== undefined)
    .sort((a, b) => parseSample(a.metric.le ?? '') - parseSample(b.metric.le ?? ''));
  const times = [...new Set(sorted.flatMap(({ points }) => points.map(([t]) => t)))].sort((a, b) => a - b);
  let below = new Map<number, number>();
  const fields = sorted.map(({ metric, points }): Field => {
    const counts = new Map(points.map(([t, v]) => [t, parseSample(v)]));
    const values = times.map((t) => {
      const count = counts.get(t);
      return count === undefined ? null : Math.max(0, count - (below.get(t) ?? 0));
    });
    below = counts;
    return { name: metric.le ?? '', type: 'number', values, labels: metric, config: {} };
  });
  return { refId, fields: [timeField(times.map((t) => t * 1000)), ...fields] };
}
