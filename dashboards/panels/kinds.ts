import type { Options as BarGaugeOptions } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  LegendDisplayMode,
  LegendPlacement,
  PercentChangeColorMode,
  type ReduceDataOptions,
  SortOrder,
  TimelineValueAlignment,
  TooltipDisplayMode,
  VisibilityMode,
  type VizLegendOptions,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Options as GaugeOptions } from '@grafana/grafana-foundation-sdk/gauge';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type {
  FieldConfig as StateTimelineFields,
  Options as StateTimelineOptions,
} from '@grafana/grafana-foundation-sdk/statetimeline';
import type { TextMode, Options as TextOptions } from '@grafana/grafana-foundation-sdk/text';
import { definePanel, type PanelSpec } from './define.ts';
import type { PanelDefinition } from './panel.ts';

const LAST_VALUE: ReduceDataOptions = { calcs: ['lastNotNull'], fields: '', values: false };
const NO_LEGEND: VizLegendOptions = {
  displayMode: LegendDisplayMode.List,
  placement: LegendPlacement.Bottom,
  showLegend: false,
  calcs: [],
};

export interface StatSpec extends PanelSpec {
  /** Whether the course of the value is drawn behind it; needs range queries. Default: false. */
  readonly sparkline?: boolean;
  /** Whether the whole tile takes the threshold's colour, for verdicts. Default: the value alone. */
  readonly filled?: boolean;
  /** Whether each value carries its series' name. Default: where there are several queries. */
  readonly names?: boolean;
}

/** One number a series, big. */
export function stat(spec: StatSpec): PanelDefinition {
  const names = spec.names ?? spec.queries.length > 1;
  const options: StatOptions = {
    graphMode: spec.sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None,
    colorMode: spec.filled ? BigValueColorMode.Background : BigValueColorMode.Value,
    justifyMode: BigValueJustifyMode.Auto,
    textMode: names ? BigValueTextMode.ValueAndName : BigValueTextMode.Value,
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: PercentChangeColorMode.Standard,
    reduceOptions: LAST_VALUE,
    orientation: VizOrientation.Auto,
  };
  return definePanel('stat', spec, { options, color: { mode: FieldColorModeId.Thresholds } });
}

/** One dial a series, from `min` to `max`, with its thresholds around it. */
export function gauge(spec: PanelSpec & { readonly min: number; readonly max: number }): PanelDefinition {
  const options: GaugeOptions = {
    showThresholdLabels: false,
    showThresholdMarkers: true,
    sizing: BarGaugeSizing.Auto,
    minVizWidth: 75,
    minVizHeight: 75,
    reduceOptions: LAST_VALUE,
    orientation: VizOrientation.Auto,
  };
  return definePanel('gauge', spec, { options, color: { mode: FieldColorModeId.Thresholds } });
}

/** One horizontal bar a series, for ranking. */
export function barGauge(spec: PanelSpec): PanelDefinition {
  const options: BarGaugeOptions = {
    // One colour a bar, that of its level: a gradient shows the colours of levels that the value has left behind.
    displayMode: BarGaugeDisplayMode.Basic,
    valueMode: BarGaugeValueMode.Color,
    namePlacement: BarGaugeNamePlacement.Left,
    showUnfilled: true,
    sizing: BarGaugeSizing.Auto,
    minVizWidth: 8,
    minVizHeight: 16,
    maxVizHeight: 300,
    legend: NO_LEGEND,
    reduceOptions: LAST_VALUE,
    orientation: VizOrientation.Horizontal,
  };
  return definePanel('bargauge', spec, { options, color: { mode: FieldColorModeId.Thresholds } });
}

export interface StateTimelineSpec extends PanelSpec {
  /** Share of a row that its band fills, 0 to 1. Default: 0.9. */
  readonly rowHeight?: number;
}

/** One band a series that changes colour with its state; `mappings` name the states. */
export function stateTimeline(spec: StateTimelineSpec): PanelDefinition {
  const options: StateTimelineOptions = {
    showValue: VisibilityMode.Auto,
    rowHeight: spec.rowHeight ?? 0.9,
    mergeValues: true,
    alignValue: TimelineValueAlignment.Left,
    legend: { ...NO_LEGEND, showLegend: true },
    tooltip: { mode: TooltipDisplayMode.Single, sort: SortOrder.None },
  };
  const custom: StateTimelineFields = { lineWidth: 0, fillOpacity: 80 };
  return definePanel('state-timeline', spec, {
    options,
    custom,
    color: { mode: FieldColorModeId.Thresholds },
  });
}

/** Markdown: what a dashboard is for. It asks nothing. */
export function text(title: string, content: string): PanelDefinition {
  const options: TextOptions = { mode: 'markdown' as TextMode, content };
  return definePanel('text', { title, description: content, queries: [] }, { options, transparent: true });
}
