import type { Panel, Target } from '../model/dashboard.ts';
import { applyFieldConfig } from '../model/field.ts';
import { type Frame, rowCount, toFrames } from '../model/frame.ts';
import { alignRange, builtIns, intervals } from '../model/interval.ts';
import type { QueryState } from '../model/state.ts';
import { parseInterval, type TimeRange } from '../model/time.ts';
import { transform } from '../model/transform.ts';
import { interpolate, type Variable } from '../model/variables.ts';
import { queryInstant, queryRange } from './prometheus.ts';

export interface PanelData {
  frames: Frame[];
  queries: QueryState[];
  warnings: string[];
  /** Largest step of the queries, in ms: a longer hole between points is a gap. */
  step: number;
  range: TimeRange;
}

export interface PanelRequest {
  panel: Panel;
  range: TimeRange;
  variables: readonly Variable[];
  /** Points across, when the panel sets none: its width in pixels. */
  width: number;
  scrapeInterval: string;
  signal: AbortSignal;
}

/** A panel's own time range where it overrides the dashboard's. */
function panelRange(panel: Panel, range: TimeRange): TimeRange {
  const length = parseInterval(panel.timeFrom?.replace(/^now-/, ''));
  const shift = parseInterval(panel.timeShift) ?? 0;
  return { from: (length ? range.to - length : range.from) - shift, to: range.to - shift };
}

/** Runs a panel's queries as Grafana's Prometheus data source would, then its transformations and field options. */
export async function loadPanel(request: PanelRequest): Promise<PanelData> {
  const { panel, variables, scrapeInterval, signal } = request;
  const range = panelRange(panel, request.range);
  const targets = (panel.targets ?? []).filter(({ expr, hide }) => expr && !hide);
  const tables = targets.filter(({ format }) => format === 'table').length;
  const results = await Promise.all(
    targets.map(async (target: Target) => {
      const refId = target.refId ?? 'A';
      const chosen = intervals({
        range,
        maxDataPoints: panel.maxDataPoints ?? Math.max(50, Math.round(request.width)),
        scrapeInterval,
        panelInterval: panel.interval,
        queryInterval: target.interval ? interpolate(target.interval, variables) : undefined,
        intervalFactor: target.intervalFactor,
      });
      const expr = interpolate(target.expr ?? '', variables, builtIns(range, chosen), 'promql');
      // A query that says neither runs as a range, as old dashboards expect.
      const instant = target.instant === true && target.range !== true;
      const aligned = alignRange(range, chosen.step);
      const answer = instant
        ? await queryInstant(expr, range.to, signal)
        : await queryRange(expr, aligned, chosen.step, signal);
      const state: QueryState = {
        refId,
        expr,
        instant,
        ...(instant ? {} : { start: aligned.from / 1000, step: chosen.step / 1000 }),
        end: (instant ? range.to : aligned.to) / 1000,
        warnings: answer.warnings,
      };
      const format = { ...target, legendFormat: interpolate(target.legendFormat ?? '', variables) };
      return { state, step: chosen.step, frames: toFrames(format, expr, answer.data, tables) };
    }),
  );
  const raw = results.flatMap(({ frames }) => frames).filter((frame) => rowCount(frame) > 0);
  const { frames, unknown } = transform(raw, panel.transformations);
  return {
    frames: applyFieldConfig(frames, panel),
    queries: results.map(({ state }) => state),
    warnings: [
      ...new Set(results.flatMap(({ state }) => state.warnings)),
      ...unknown.map(
        (id) => `The preview does not know the transformation ${id}: Grafana may show something else.`,
      ),
    ],
    step: Math.max(0, ...results.map(({ step }) => step)),
    range,
  };
}
