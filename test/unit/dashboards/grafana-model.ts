import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type {
  AnnotationQuery,
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
  TableFieldOptions,
  TableOptions,
  VariableModel,
} from '@grafana/schema';
import type { Options as BarGauge } from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type { Options as Gauge } from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type {
  Options as Heatmap,
  FieldConfig as HeatmapFields,
} from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type { Options as Stat } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type {
  Options as StateTimeline,
  FieldConfig as StateTimelineFields,
} from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type { Options as Text } from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type {
  Options as TimeSeries,
  FieldConfig as TimeSeriesFields,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as its JSON is written: an enumeration is one of its strings or numbers. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : unknown extends T
      ? unknown
      : T extends readonly (infer Item)[]
        ? Json<Item>[]
        : { [Key in keyof T]: Json<T[Key]> };

/** A query of the Prometheus data source, without the mark that the SDK's type carries. */
type Target = Omit<Dataquery, '_implementsDataqueryVariant'> & { refId: string };

/** What the Prometheus data source adds to an annotation: the words on the mark, and the query where Grafana before 12.1 reads it. */
interface PrometheusAnnotation {
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  expr?: string;
  step?: string;
}

/** A panel of one kind, with exactly the options and field options of that kind. */
type PanelOf<Type extends string, Options, Fields> = Omit<
  Panel,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & {
  type: Type;
  options: Options;
  targets?: Target[];
  fieldConfig?: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Fields };
  };
};

/** Looks of a dial that Grafana 13 added with defaults, and that the SDK does not write. */
type GaugeLooks = Pick<
  Gauge,
  'barShape' | 'barWidthFactor' | 'effects' | 'segmentCount' | 'segmentSpacing' | 'shape'
>;

type AnyPanel =
  | PanelOf<'timeseries', TimeSeries, TimeSeriesFields>
  | PanelOf<'stat', Stat, never>
  | PanelOf<'gauge', Omit<Gauge, keyof GaugeLooks> & Partial<GaugeLooks>, never>
  | PanelOf<'bargauge', BarGauge, never>
  | PanelOf<'heatmap', Heatmap, HeatmapFields>
  | PanelOf<'state-timeline', StateTimeline, StateTimelineFields>
  | PanelOf<'table', TableOptions, TableFieldOptions>
  | PanelOf<'text', Text, never>
  | RowPanel;

/** Grafana's published model of a dashboard, as JSON, with the options of each kind of panel that is used. */
export type GrafanaDashboard = Json<
  Omit<Dashboard, 'panels' | 'templating' | 'annotations'> & {
    panels: AnyPanel[];
    templating: { list: VariableModel[] };
    annotations: { list: (AnnotationQuery<Target> & PrometheusAnnotation)[] };
  }
>;
