import type { Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Incident } from './incidents.ts';

/** One query of a panel, as it is written here; `query.ts` has the short forms. */
export interface Query {
  /** PromQL, with Grafana's variables in it. */
  readonly expr: string;
  /** Name of each series, such as `{{endpoint}}`. A table takes columns instead. */
  readonly legend?: string;
  /** One value now, or a series over the dashboard's time range. */
  readonly mode: 'instant' | 'range';
  readonly format: 'time_series' | 'table' | 'heatmap';
  /** Shortest step, such as `1m`: Grafana's rate interval is four times it. Default: the data source's, 15 s. */
  readonly minStep?: string;
  /** Why the expression uses a window of its own instead of Grafana's rate interval, where it does so. */
  readonly windowReason?: string;
  /** Why nothing may be shown as zero, where the expression does so. */
  readonly zeroReason?: string;
}

/** Why a panel shows nothing while all is well, and what fills it. */
export interface EmptyWhenHealthy {
  /** The incident of the demo after which the panel has data. */
  readonly incident: Incident;
  /** What stands there instead of data, such as `No dead letters`. */
  readonly says: string;
}

/** A panel before it has a place: Grafana's model, and what tests and reviewers want to know about it. */
export interface PanelDefinition {
  readonly panel: GrafanaPanel;
  readonly queries: readonly Query[];
  /** Width in the grid's 24 columns. Default: an even share of what its line has left. */
  readonly width?: number;
  readonly emptyWhenHealthy?: EmptyWhenHealthy;
  /** Incidents of the demo that a reader must be able to see here. Default: none. */
  readonly shows: readonly Incident[];
}

/** Panels side by side, of one height. */
export interface Line {
  readonly height: number;
  readonly panels: readonly PanelDefinition[];
}

/** A titled part of a dashboard. */
export interface Row {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Panels side by side. Height in grid units of 38 pixels. */
export function line(height: number, ...panels: PanelDefinition[]): Line {
  return { height, panels };
}

/** A titled part of a dashboard, from its first line to its last. */
export function row(title: string, ...lines: Line[]): Row {
  return { title, lines };
}
