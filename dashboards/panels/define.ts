import {
  type DashboardLink,
  type DataTransformerConfig,
  type DynamicConfigValue,
  type FieldColor,
  type Panel as GrafanaPanel,
  PanelBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { built, DATASOURCE } from './defaults.ts';
import type { Incident } from './incidents.ts';
import type { EmptyWhenHealthy, PanelDefinition, Query } from './panel.ts';
import { targets } from './query.ts';
import { type Levels, NEUTRAL, thresholdsConfig } from './thresholds.ts';
import type { PanelUnit } from './units.ts';

/** What every kind of panel has. */
export interface PanelSpec {
  /** States what is shown, such as `P95 latency by endpoint`. Unique in the dashboard. */
  readonly title: string;
  /** How to read it, what is normal, and where to look when it is not. */
  readonly description: string;
  /** Unit of the values. Only text and tables, whose columns have units of their own, go without. */
  readonly unit?: PanelUnit;
  readonly queries: readonly Query[];
  readonly width?: number;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly levels?: Levels;
  readonly mappings?: readonly ValueMapping[];
  /** Where a click on a series leads. */
  readonly links?: readonly DashboardLink[];
  readonly overrides?: readonly Override[];
  readonly transformations?: readonly DataTransformerConfig[];
  readonly emptyWhenHealthy?: EmptyWhenHealthy;
  readonly shows?: readonly Incident[];
}

/** Properties of the fields of one name, or of those whose name matches a regular expression. */
export interface Override {
  readonly name?: string;
  readonly regexp?: string;
  readonly properties: readonly DynamicConfigValue[];
}

/** What one kind of panel adds. */
interface Kind {
  readonly options: object;
  readonly custom?: object;
  readonly color?: FieldColor;
  readonly transparent?: boolean;
}

/** Puts a panel together from what all kinds share and what its own kind adds. */
export function definePanel(type: string, spec: PanelSpec, kind: Kind): PanelDefinition {
  const builder = new PanelBuilder().type(type).title(spec.title).description(spec.description);
  builder.options(kind.options);
  if (kind.transparent) builder.transparent(true);
  if (spec.queries.length > 0) {
    builder.datasource(DATASOURCE).targets(targets(spec.queries).map(built));
    builder.thresholds(built(thresholdsConfig(spec.levels ?? NEUTRAL)));
  }
  if (kind.custom) builder.custom(kind.custom);
  if (kind.color) builder.colorScheme(built(kind.color));
  if (spec.unit !== undefined) builder.unit(spec.unit);
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.mappings) builder.mappings([...spec.mappings]);
  if (spec.links) builder.dataLinks(spec.links.map(built));
  if (spec.transformations) builder.transformations([...spec.transformations]);
  if (spec.emptyWhenHealthy) builder.noValue(spec.emptyWhenHealthy.says);
  for (const override of spec.overrides ?? []) addOverride(builder, override);
  // The SDK says of every panel how it would be repeated: none of ours is.
  const { repeatDirection: _, ...panel } = builder.build();
  return {
    panel: panel as GrafanaPanel,
    queries: spec.queries,
    width: spec.width,
    emptyWhenHealthy: spec.emptyWhenHealthy,
    shows: spec.shows ?? [],
  };
}

function addOverride(builder: PanelBuilder, override: Override): void {
  const properties = [...override.properties];
  if (override.name !== undefined) builder.overrideByName(override.name, properties);
  if (override.regexp !== undefined) builder.overrideByRegexp(override.regexp, properties);
}
