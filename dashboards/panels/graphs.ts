import {
  AxisPlacement,
  GraphDrawStyle,
  type GraphFieldConfig,
  GraphGradientMode,
  GraphThresholdsStyleMode,
  HeatmapCellLayout,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ScaleDistribution,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import type {
  HeatmapColorMode,
  HeatmapColorScale,
  Options as HeatmapOptions,
} from '@grafana/grafana-foundation-sdk/heatmap';
import type { Options as TimeSeriesOptions } from '@grafana/grafana-foundation-sdk/timeseries';
import { definePanel, type Override, type PanelSpec } from './define.ts';
import type { PanelDefinition } from './panel.ts';

export interface TimeSeriesSpec extends PanelSpec {
  /** `stacked` for parts of a whole, `bars` for counts in a time. Default: lines. */
  readonly draw?: 'lines' | 'stacked' | 'bars';
  /** Figures beside each name, such as `lastNotNull` and `max`. Default: both; none where `legend` is `list`. */
  readonly legend?: 'table' | 'list';
  readonly logarithmic?: boolean;
  /** A soft upper bound: the axis reaches at least this far, so that noise near zero does not look like a storm. */
  readonly softMax?: number;
  /** A soft lower bound: the axis reaches at least down to this, so that a small dip does not look like a collapse. */
  readonly softMin?: number;
}

/** Lines over time, the thresholds drawn as dashed lines. */
export function timeSeries(spec: TimeSeriesSpec): PanelDefinition {
  const asTable = (spec.legend ?? 'table') === 'table';
  const options: TimeSeriesOptions = {
    legend: {
      displayMode: asTable ? LegendDisplayMode.Table : LegendDisplayMode.List,
      placement: LegendPlacement.Bottom,
      showLegend: true,
      calcs: asTable ? ['lastNotNull', 'max'] : [],
    },
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  };
  return definePanel('timeseries', spec, {
    options,
    custom: drawing(spec),
    color: { mode: FieldColorModeId.PaletteClassic },
  });
}

function drawing(spec: TimeSeriesSpec): GraphFieldConfig {
  const draw = spec.draw ?? 'lines';
  const config: GraphFieldConfig = {
    drawStyle: draw === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line,
    lineInterpolation: LineInterpolation.Linear,
    // No outline on stacks: that of a series at zero would lie over the one below it, in its own colour.
    lineWidth: { lines: 2, stacked: 0, bars: 1 }[draw],
    fillOpacity: { lines: 8, stacked: 60, bars: 70 }[draw],
    gradientMode: draw === 'lines' ? GraphGradientMode.Opacity : GraphGradientMode.None,
    showPoints: VisibilityMode.Never,
    spanNulls: false,
    stacking: { mode: draw === 'lines' ? StackingMode.None : StackingMode.Normal, group: 'A' },
    thresholdsStyle: {
      mode: spec.levels ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
    },
  };
  if (spec.softMin !== undefined) config.axisSoftMin = spec.softMin;
  if (spec.softMax !== undefined) config.axisSoftMax = spec.softMax;
  if (spec.logarithmic) config.scaleDistribution = { type: ScaleDistribution.Log, log: 10 };
  return config;
}

/** A colour that a series keeps on every dashboard. */
export function colored(name: string, color: string): Override {
  return { name, properties: [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } }] };
}

/** A colour for all series whose name matches. */
export function coloredLike(regexp: string, color: string): Override {
  return {
    regexp,
    properties: [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } }],
  };
}

/** Where values lie over time: faint where there are few, strong where there are many. `unit` is the y axis'. */
export function heatmap(spec: PanelSpec & { readonly countUnit: string }): PanelDefinition {
  const options: HeatmapOptions = {
    calculate: false,
    cellGap: 1,
    color: {
      mode: 'scheme' as HeatmapColorMode,
      // One hue from faint to strong: the healthiest band is where most values are, and red would call it bad.
      scheme: 'Blues',
      fill: 'dark-orange',
      scale: 'exponential' as HeatmapColorScale,
      exponent: 0.5,
      steps: 64,
      reverse: false,
    },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
    filterValues: { le: 1e-9 },
    legend: { show: true },
    rowsFrame: { layout: HeatmapCellLayout.Auto, value: 'Rate' },
    cellValues: { unit: spec.countUnit },
    showValue: VisibilityMode.Never,
    tooltip: { mode: TooltipDisplayMode.Single, yHistogram: true, showColorScale: true },
    yAxis: {
      unit: spec.unit,
      axisPlacement: AxisPlacement.Left,
      ...(spec.min === undefined ? {} : { min: spec.min }),
      ...(spec.max === undefined ? {} : { max: spec.max }),
      ...(spec.decimals === undefined ? {} : { decimals: spec.decimals }),
    },
  };
  return definePanel('heatmap', spec, {
    options,
    custom: {
      hideFrom: { legend: false, tooltip: false, viz: false },
      scaleDistribution: { type: ScaleDistribution.Linear },
    },
  });
}
