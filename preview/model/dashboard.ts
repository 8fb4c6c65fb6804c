/** The parts of Grafana's classic dashboard JSON that the preview reads. Everything else passes through untouched. */
export interface Dashboard {
  uid: string;
  title: string;
  description?: string;
  tags?: string[];
  panels?: Panel[];
  templating?: { list?: VariableModel[] };
  annotations?: { list?: AnnotationQuery[] };
  links?: DashboardLink[];
  time?: { from: string; to: string };
  refresh?: string | boolean;
  /** `utc`, `browser` or an IANA name. */
  timezone?: string;
  /** 0: each panel its own, 1: shared crosshair, 2: shared tooltip. */
  graphTooltip?: number;
}

/** A dashboard as `buildDashboards` returns it. */
export interface DashboardEntry {
  uid: string;
  title: string;
  folder: string;
  fileName: string;
  json: Dashboard;
}

export interface GridPos {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Panel {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  transparent?: boolean;
  gridPos?: Partial<GridPos>;
  targets?: Target[];
  fieldConfig?: { defaults?: FieldConfig; overrides?: FieldOverride[] };
  // biome-ignore lint/suspicious/noExplicitAny: each panel kind has options of its own
  options?: Record<string, any>;
  transformations?: Transformation[];
  links?: DataLink[];
  /** Smallest step, such as `1m`. */
  interval?: string;
  maxDataPoints?: number;
  timeFrom?: string;
  timeShift?: string;
  repeat?: string;
  repeatDirection?: string;
  maxPerRow?: number;
  /** Rows only. */
  collapsed?: boolean;
  panels?: Panel[];
}

export interface Target {
  refId?: string;
  expr?: string;
  legendFormat?: string;
  instant?: boolean;
  range?: boolean;
  format?: string;
  interval?: string;
  intervalFactor?: number;
  hide?: boolean;
}

export interface FieldConfig {
  unit?: string;
  decimals?: number | null;
  min?: number | null;
  max?: number | null;
  displayName?: string;
  noValue?: string;
  color?: { mode?: string; fixedColor?: string; seriesBy?: string };
  thresholds?: { mode?: string; steps?: ThresholdStep[] };
  mappings?: ValueMapping[];
  links?: DataLink[];
  // biome-ignore lint/suspicious/noExplicitAny: each panel kind has custom options of its own
  custom?: Record<string, any>;
}

export interface ThresholdStep {
  value?: number | null;
  color: string;
}

export interface MappingResult {
  text?: string;
  color?: string;
  index?: number;
}

export type ValueMapping =
  | { type: 'value'; options: Record<string, MappingResult> }
  | { type: 'range'; options: { from?: number | null; to?: number | null; result: MappingResult } }
  | { type: 'regex'; options: { pattern: string; result: MappingResult } }
  | { type: 'special'; options: { match: string; result: MappingResult } };

export interface FieldOverride {
  matcher: { id: string; options?: unknown };
  properties: { id: string; value?: unknown }[];
}

export interface Transformation {
  id: string;
  disabled?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each transformation has options of its own
  options?: Record<string, any>;
}

export interface DataLink {
  title?: string;
  url?: string;
  targetBlank?: boolean;
}

export interface DashboardLink {
  type?: string;
  title?: string;
  url?: string;
  tags?: string[];
  asDropdown?: boolean;
  includeVars?: boolean;
  keepTime?: boolean;
  targetBlank?: boolean;
  tooltip?: string;
}

export interface VariableOption {
  text: string | string[];
  value: string | string[];
  selected?: boolean;
}

export interface VariableModel {
  name: string;
  type: string;
  label?: string | null;
  description?: string | null;
  /** 0: shown, 1: without its label, 2: hidden. */
  hide?: number;
  query?: string | { query?: string; qryType?: number; label?: string; metric?: string };
  definition?: string;
  regex?: string;
  sort?: number;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string | null;
  current?: Partial<VariableOption>;
  options?: VariableOption[];
  auto?: boolean;
  auto_count?: number;
  auto_min?: string;
  skipUrlSync?: boolean;
}

export interface AnnotationQuery {
  name: string;
  enable?: boolean;
  hide?: boolean;
  builtIn?: number;
  iconColor?: string;
  expr?: string;
  step?: string;
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  useValueForTime?: boolean | string;
  target?: { expr?: string; step?: string };
  filter?: { exclude?: boolean; ids?: number[] };
}
