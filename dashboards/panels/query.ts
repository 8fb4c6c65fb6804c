import type { Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DATASOURCE } from './defaults.ts';
import type { Query } from './panel.ts';

/** A series over the dashboard's time range. `legend` names each, such as `{{endpoint}}`. */
export function range(expr: string, legend: string): Query {
  return { expr, legend, mode: 'range', format: 'time_series' };
}

/** One value a series, now: what stats, gauges and bar gauges show. */
export function instant(expr: string, legend: string): Query {
  return { expr, legend, mode: 'instant', format: 'time_series' };
}

/** One row a series, now: each label is a column, and the value is one named after the query. */
export function rows(expr: string): Query {
  return { expr, mode: 'instant', format: 'table' };
}

/** Buckets of a histogram over time, summed by `le`. */
export function buckets(expr: string): Query {
  return { expr, legend: '{{le}}', mode: 'range', format: 'heatmap' };
}

/**
 * The query with zero where it has no series. A zero hides that a metric is gone, so each use says why nothing
 * and zero are the same there.
 */
export function orZero(query: Query, reason: string): Query {
  return { ...query, expr: `${query.expr} or vector(0)`, zeroReason: reason };
}

/**
 * The query for events that come less than once a scrape or two: with a step of at least a minute, Grafana's rate
 * interval is four minutes and more, so that graphs have no holes.
 */
export function sparse(query: Query): Query {
  return { ...query, minStep: '1m' };
}

/** The query with a window of its own, such as a day's trend. The reason says why Grafana's would not do. */
export function fixedWindow(query: Query, reason: string): Query {
  return { ...query, windowReason: reason };
}

/** The queries of a panel as Grafana stores them, with reference ids from A on. */
export function targets(queries: readonly Query[]): Dataquery[] {
  return queries.map((query, index) => {
    const target: Record<string, unknown> = {
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr: query.expr,
      format: query.format,
      instant: query.mode === 'instant',
      range: query.mode === 'range',
    };
    if (query.minStep !== undefined) target.interval = query.minStep;
    if (query.legend !== undefined) target.legendFormat = query.legend;
    return target as unknown as Dataquery;
  });
}
