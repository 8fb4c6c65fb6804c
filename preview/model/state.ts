import type { Cell, Labels } from './frame.ts';

/** One series, tile, bar, slice, bucket or column as drawn. */
export interface Drawn {
  name: string;
  labels?: Labels;
  /** Milliseconds and value, where it has a course over time. */
  points?: [number, number | null][];
  /** The value and its text, where it is one value. */
  value?: Cell;
  text?: string;
  color?: string;
  /** Texts of a table's column. */
  cells?: string[];
}

export interface QueryState {
  refId: string;
  /** As sent: variables filled in. */
  expr: string;
  instant: boolean;
  /** Seconds since the epoch, and seconds. Instant queries have `end` alone. */
  start?: number;
  end: number;
  step?: number;
  warnings: string[];
}

export type PanelStatus = 'loading' | 'data' | 'empty' | 'error';

export interface PanelState {
  id: number;
  title: string;
  type: string;
  status: PanelStatus;
  series: number;
  drawn: Drawn[];
  queries: QueryState[];
  /** What the panel's corner warns of: Prometheus's warnings, transformations that the preview does not know. */
  warnings: string[];
  error?: string;
  /** Value of the variable that a repeated panel stands for. */
  repeated?: string;
}

/** What tests and `dashboards-shoot` read as `window.preview`. */
export interface PreviewState {
  /** Whether every panel in view has answered and is drawn. */
  ready: boolean;
  dashboard: string;
  theme: string;
  range: { from: number; to: number };
  variables: Record<string, string[]>;
  panels: PanelState[];
  annotations: number;
  /** Errors of the page as a whole. */
  errors: string[];
}
